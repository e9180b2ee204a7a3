package fact

import "encoding/json"

// Actor is who did something on site. At least one of the two ids is known.
type Actor struct {
	Visitor  string `json:"visitor,omitempty"` // anonymous id of a browser or device
	Customer string `json:"cust,omitempty"`
	Session  string `json:"session,omitempty"`
}

// Who is the actor itself; every body of a behavioural fact has it.
func (a *Actor) Who() *Actor { return a }

// Behavioural tells whether a body is of something that somebody did on site, whose ids are those of messages
// rather than of the shop's business.
func Behavioural(b Body) bool {
	_, ok := b.(interface{ Who() *Actor })
	return ok
}

func (a *Actor) check(p *Problems) {
	if a.Visitor == "" && a.Customer == "" {
		p.Add("visitor", "is empty, and so is cust")
	}
	p.id("visitor", a.Visitor)
	p.id("cust", a.Customer)
	p.id("session", a.Session)
}

// PageView is a page or screen that was shown.
type PageView struct {
	Actor
	URL      string `json:"url,omitempty"`
	Path     string `json:"path,omitempty"`
	Name     string `json:"name,omitempty"`
	Referrer string `json:"referrer,omitempty"`
}

// Kind is page.viewed.
func (*PageView) Kind() Kind { return PageViewed }

// Check demands an actor.
func (b *PageView) Check(p *Problems) { b.check(p) }

// ListView is a list of products that was shown: category, search result or recommendation.
type ListView struct {
	Actor
	List      string   `json:"list"`
	Placement string   `json:"placement,omitempty"`
	SKUs      []string `json:"skus"`
}

// Kind is list.viewed.
func (*ListView) Kind() Kind { return ListViewed }

// Check demands an actor and at least one sku.
func (b *ListView) Check(p *Problems) {
	b.check(p)
	if len(b.SKUs) == 0 {
		p.Add("skus", "is empty")
	}
	for _, s := range b.SKUs {
		p.id("skus", s)
	}
}

// ProductEvent is something a visitor did with one product: viewed, compared, wished, added, removed, clicked.
type ProductEvent struct {
	Actor
	SKU      string `json:"sku"`
	Title    string `json:"title,omitempty"`
	Category string `json:"category,omitempty"`
	Units    int64  `json:"units,omitempty"`
	Currency string `json:"cur,omitempty"`
	Price    int64  `json:"price,omitempty"` // of one unit, minor units
	List     string `json:"list,omitempty"`
	Position int    `json:"pos,omitempty"`
}

// Kind is product.viewed.
func (*ProductEvent) Kind() Kind { return ProductViewed }

// Check demands an actor and a sku.
func (b *ProductEvent) Check(p *Problems) {
	b.check(p)
	p.need("sku", b.SKU)
	p.title(b.Title)
	p.notNegative("units", b.Units)
	p.within("units", b.Units, MaxUnits)
	p.amount("price", b.Price)
}

// Search is a query typed into the shop's search.
type Search struct {
	Actor
	Query   string `json:"query"`
	Results *int   `json:"results,omitempty"`
}

// Kind is searched.
func (*Search) Kind() Kind { return Searched }

// Check demands an actor and a query.
func (b *Search) Check(p *Problems) { b.check(p); p.need("query", b.Query) }

// Basket is the cart as seen when it was viewed or a checkout started.
type Basket struct {
	Actor
	Cart     string           `json:"cart,omitempty"`
	Units    map[string]int64 `json:"units,omitempty"` // sku → units
	Currency string           `json:"cur,omitempty"`
	Value    int64            `json:"value,omitempty"`
}

// Kind is cart.viewed.
func (*Basket) Kind() Kind { return CartViewed }

// Check demands an actor and a value that is not negative.
func (b *Basket) Check(p *Problems) {
	b.check(p)
	p.amount("value", b.Value)
}

// Event is a tracked event that no kind of ours describes. It is kept whole.
type Event struct {
	Actor
	Name       string          `json:"name"`
	Properties json.RawMessage `json:"properties,omitempty"`
}

// Kind is event.tracked.
func (*Event) Kind() Kind { return EventTracked }

// Check demands a name, and properties that are JSON where there are any.
func (b *Event) Check(p *Problems) {
	p.need("name", b.Name)
	if len(b.Properties) > 0 && !json.Valid(b.Properties) {
		p.Add("properties", "is not JSON")
	}
}
