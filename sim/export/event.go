package export

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"almanac/fact"
)

// message is a call of Segment's tracking API.
type message struct {
	Type       string `json:"type"`
	Event      string `json:"event,omitempty"`
	Name       string `json:"name,omitempty"`
	ID         string `json:"messageId"`
	Visitor    string `json:"anonymousId,omitempty"`
	Customer   string `json:"userId,omitempty"`
	At         string `json:"timestamp,omitempty"`
	Properties any    `json:"properties,omitempty"`
}

// Properties of calls, by their names.
type (
	page struct {
		Path string `json:"path"`
		URL  string `json:"url"`
	}
	aboutProduct struct {
		Currency string      `json:"currency"`
		List     *string     `json:"list_id,omitempty"` // where it stood in one
		Position int         `json:"position,omitempty"`
		Price    json.Number `json:"price"`
		Quantity int64       `json:"quantity,omitempty"`
		SKU      string      `json:"sku"`
	}
	list struct {
		List     string   `json:"list_id"`
		Products []listed `json:"products"`
	}
	listed struct {
		Position int    `json:"position"`
		SKU      string `json:"sku"`
	}
	search struct {
		Query string `json:"query"`
	}
	basket struct {
		Currency string      `json:"currency"`
		Products []carried   `json:"products"`
		Value    json.Number `json:"value"`
	}
	carried struct {
		Quantity int64  `json:"quantity"`
		SKU      string `json:"sku"`
	}
)

var products = map[fact.Kind]string{fact.ProductViewed: "Product Viewed", fact.ProductAdded: "Product Added", fact.ProductRemoved: "Product Removed", fact.ProductClicked: "Product Clicked",
	fact.ProductWished: "Product Added to Wishlist", fact.ProductCompared: "Product Compared"}

// event is what the site's script would have sent; ok is false where it sends no such thing.
func event(f *fact.Fact) (m message, ok bool) {
	m = message{Type: "track", ID: f.ID, At: f.OccurredAt.Format("2006-01-02T15:04:05.000Z")}
	who := f.Body.(interface{ Who() *fact.Actor }).Who()
	m.Visitor, m.Customer = who.Visitor, who.Customer
	switch b := f.Body.(type) {
	case *fact.PageView:
		m.Type, m.Name = "page", b.Name
		m.Properties = &page{b.Path, b.URL}
	case *fact.ProductEvent:
		if m.Event, ok = products[f.Kind]; !ok {
			return m, false
		}
		p := &aboutProduct{Currency: b.Currency, Price: amount(b.Price, b.Currency), Quantity: max(0, b.Units), SKU: b.SKU}
		if b.Position > 0 {
			p.List, p.Position = &b.List, b.Position
		}
		m.Properties = p
	case *fact.ListView:
		m.Event = "Product List Viewed"
		m.Properties = &list{b.List, inOrder(b.SKUs)}
	case *fact.Search:
		m.Event = "Products Searched"
		m.Properties = &search{b.Query}
	case *fact.Basket:
		m.Event = "Cart Viewed"
		if f.Kind == fact.CheckoutStarted {
			m.Event = "Checkout Started"
		}
		p := &basket{Currency: b.Currency, Value: amount(b.Value, b.Currency)}
		for _, sku := range sortedSKUs(b.Units) {
			p.Products = append(p.Products, carried{b.Units[sku], sku})
		}
		m.Properties = p
	default:
		return m, false
	}
	return m, true
}

func inOrder(skus []string) (out []listed) {
	for i, s := range skus {
		out = append(out, listed{i + 1, s})
	}
	return out
}

func sortedSKUs(units map[string]int64) []string {
	return slices.Sorted(maps.Keys(units))
}

// amount is written as a number with the currency's decimals.
func amount(minor int64, currency string) json.Number { return json.Number(money(minor, currency)) }

// Call is the call of Segment's API by which a site would tell of a fact now, under an id of its own; ok is false
// where it would not.
func Call(f *fact.Fact, id string) (call any, ok bool) {
	if !fact.Behavioural(f.Body) {
		return nil, false
	}
	m, ok := event(f)
	m.ID, m.At = id, ""
	return m, ok
}

// CallOf is the call of Segment's API by which a site tells of a fact, under its own id and time; ok is false where it would not.
func CallOf(f *fact.Fact) (call any, ok bool) {
	if !fact.Behavioural(f.Body) {
		return nil, false
	}
	return event(f)
}

// Completed is the call by which a site tells of an order, whose lines are given: Order Completed under the order's number.
func Completed(lines []*fact.OrderLine, at time.Time) any {
	first := lines[0]
	var tax, shipping, discount, total int64
	in := make([]map[string]any, 0, len(lines))
	for _, l := range lines {
		tax, shipping, discount, total = tax+l.Tax, shipping+l.Shipping, discount+l.Discount, total+l.Gross-l.Discount+l.Shipping
		in = append(in, map[string]any{"sku": l.SKU, "name": l.Title, "quantity": l.Units, "price": amount(l.Gross/l.Units, l.Currency)})
	}
	m := message{Type: "track", Event: "Order Completed", ID: "order-" + first.Order, Visitor: first.Visitor, Customer: first.Customer, At: at.Format("2006-01-02T15:04:05.000Z")}
	m.Properties = map[string]any{"order_id": first.Order, "currency": first.Currency, "products": in, "total": amount(total, first.Currency),
		"tax": amount(tax, first.Currency), "shipping": amount(shipping, first.Currency), "discount": amount(discount, first.Currency)}
	return m
}
