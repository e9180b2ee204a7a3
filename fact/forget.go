package fact

// Subject tells which identifiers are those of a person who is to be forgotten. Kinds are "customer",
// "visitor", "email" and "phone".
type Subject func(kind, value string) bool

// Fate is what becomes of a fact when a person is forgotten.
type Fate uint8

// Fates of a fact.
const (
	Untouched Fate = iota // it says nothing of the person
	Nameless              // it is kept without the person: an order is part of the books
	Gone                  // it is about the person only
)

// Forget takes a person out of a fact. Where the answer is Nameless the fact has a new body; the old one is
// not changed, others may hold it.
func Forget(f *Fact, who Subject) Fate {
	switch b := f.Body.(type) {
	case *OrderLine:
		if who.is(b.Customer, b.Visitor) {
			n := *b
			n.Customer, n.Visitor = "", ""
			f.Body, f.Ext = &n, nil
			return Nameless
		}
	case *OrderReversal:
		if who.is(b.Customer, "") {
			n := *b
			n.Customer, n.Reason = "", ""
			f.Body, f.Ext = &n, nil
			return Nameless
		}
	case *Review:
		if who.is(b.Customer, "") {
			n := *b
			n.Customer = ""
			f.Body, f.Ext = &n, nil
			return Nameless
		}
	case *Customer:
		if who.is(b.Customer, "") || b.Email != "" && who("email", b.Email) || b.Phone != "" && who("phone", b.Phone) {
			return Gone
		}
	case *Link:
		if who.node(b.A) || who.node(b.B) {
			return Gone
		}
	case *Consent:
		return who.gone(b.Customer, b.Visitor)
	case *Ticket:
		return who.gone(b.Customer, "")
	case *Message:
		return who.gone(b.Customer, "")
	case *Erasure: // the request itself: what stays of it is the suppression entry
		return who.gone(b.Customer, "")
	default:
		if a, ok := f.Body.(interface{ Who() *Actor }); ok {
			return who.gone(a.Who().Customer, a.Who().Visitor)
		}
	}
	return Untouched
}

func (who Subject) is(customer, visitor string) bool {
	return customer != "" && who("customer", customer) || visitor != "" && who("visitor", visitor)
}

func (who Subject) gone(customer, visitor string) Fate {
	if who.is(customer, visitor) {
		return Gone
	}
	return Untouched
}

// node matches an identifier as links write it, "kind:value".
func (who Subject) node(s string) bool {
	for i := range len(s) {
		if s[i] == ':' {
			return who(s[:i], s[i+1:])
		}
	}
	return false
}
