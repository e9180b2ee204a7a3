package track

import (
	"strings"

	"almanac/fact"
)

// identify describes a customer and links the browser to them. Without a userId there is nobody to
// describe yet; the event is kept as it came.
func (e *event) identify() ([]fact.Fact, error) {
	if e.m.Traits == nil {
		e.m.Traits = e.m.Context.Traits // RudderStack's browser client puts them there
	}
	if e.m.User == "" {
		b := &fact.Event{Actor: e.actor(), Name: "identify"}
		if len(e.m.Traits) > 0 {
			b.Properties = append(b.Properties, e.m.Traits...)
		}
		return e.one(fact.EventTracked, b), nil
	}
	c, err := e.customer()
	if err != nil {
		return nil, err
	}
	facts := e.one(fact.CustomerDescribed, c)
	if e.m.Anonymous != "" {
		facts = append(facts, e.fact(fact.IdentityLinked, e.m.ID, &fact.Link{A: "visitor:" + e.m.Anonymous, B: "customer:" + e.m.User, Reason: "identify"}))
	}
	return facts, nil
}

// traits that have a place of their own, by their names in the specification and in the older camel case.
func (e *event) customer() (*fact.Customer, error) {
	c := &fact.Customer{Customer: e.m.User}
	var given, family string
	err := each(e.m.Traits, func(name, v []byte) error {
		s, ok := scalar(v)
		switch string(name) {
		case "email":
			c.Email = strings.ToLower(strings.TrimSpace(s))
		case "phone":
			c.Phone = s
		case "name":
			c.Name = s
		case "firstName", "first_name", "firstname":
			given = s
		case "lastName", "last_name", "lastname":
			family = s
		case "id", "userId":
		case "address":
			return each(v, func(name, v []byte) error {
				s, _ := scalar(v)
				switch string(name) {
				case "city":
					c.City = s
				case "country":
					c.Country = s
				case "postalCode", "postal_code", "postcode":
					c.Postcode = s
				}
				return nil
			})
		default:
			if ok && s != "" || len(v) > 0 && (v[0] == 't' || v[0] == 'f') {
				if c.Traits == nil {
					c.Traits = map[string]string{}
				}
				if !ok {
					s = string(v)
				}
				c.Traits[string(name)] = s
			} else if !ok {
				e.ext.keep(name, v)
			}
		}
		return nil
	})
	if c.Name == "" {
		c.Name = strings.TrimSpace(given + " " + family)
	}
	return c, err
}

// alias says that two ids belong to one person. What was known before is a browser, or, where the sender
// knows no browser, an earlier id of the customer.
func (e *event) alias() ([]fact.Fact, error) {
	switch {
	case e.m.Previous == "":
		return nil, &Refusal{"no_previous_id", "previousId is missing"}
	case e.m.User == "":
		return nil, &Refusal{"no_user_id", "userId, the new id, is missing"}
	case e.m.User == e.m.Previous:
		return nil, &Refusal{"same_id", "userId and previousId are the same"}
	}
	return e.one(fact.IdentityLinked, &fact.Link{A: "customer:" + e.m.User, B: "visitor:" + e.m.Previous, Reason: "alias"}), nil
}

// flat reads the scalar members of an object as text.
func flat(object []byte) map[string]string {
	var out map[string]string
	_ = each(object, func(name, v []byte) error { // scanned before: it cannot fail
		s, ok := scalar(v)
		if !ok && (v[0] == 't' || v[0] == 'f') {
			s, ok = string(v), true
		}
		if ok && s != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[string(name)] = s
		}
		return nil
	})
	return out
}
