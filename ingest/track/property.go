package track

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"almanac/fact"
)

// product is what an event says of one product: its own properties, or one of its products.
type product struct {
	productID, sku, name, category string
	quantity, price                *fact.Decimal
	position                       int
}

// properties are those of the e-commerce events that facts have a place for. Some clients write their names
// in camel case.
type properties struct {
	product
	currency, query, order, cart, checkout     string
	list, wishlist, promotion, creative, place string
	step, shippingMethod, paymentMethod        string
	coupon, couponName, reason, via            string
	review                                     string
	rating                                     string
	total, revenue, value, subtotal            *fact.Decimal
	shipping, tax, discount                    *fact.Decimal
	products                                   []product
}

// id is what the shop calls the product: its SKU, or else its product id.
func (p *product) id() string { return first(p.sku, p.productID) }

func (p *product) units() (int64, error) {
	if p.quantity == nil {
		return 1, nil
	}
	n, ok := p.quantity.Int()
	if !ok {
		return 0, &Refusal{"quantity_not_whole", fmt.Sprintf("quantity %s is not a whole number", p.quantity)}
	}
	return n, nil
}

// member takes a property that describes a product, and reports whether it is one.
func (p *product) member(name string, v []byte) (known bool, err error) {
	switch name {
	case "product_id", "productId":
		p.productID, err = word(name, v)
	case "id": // what Segment's client for Go calls it
		if p.productID == "" {
			p.productID, err = word(name, v)
		}
	case "sku", "sky": // the same client misspells its SKU
		p.sku, err = word(name, v)
	case "name":
		p.name, err = word(name, v)
	case "category":
		p.category, err = word(name, v)
	case "quantity":
		p.quantity, err = decimal(name, v)
	case "price":
		p.price, err = decimal(name, v)
	case "position":
		s, _ := scalar(v)
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > math.MaxInt32 {
			return false, nil // where a banner stood: "top"
		}
		p.position = n
	default:
		return false, nil
	}
	return true, err
}

func word(name string, v []byte) (string, error) {
	s, ok := scalar(v)
	if !ok {
		return "", &Refusal{"invalid_properties", name + " is neither text nor a number"}
	}
	return s, nil
}

// decimal reads an amount, which senders write as a number or as text; it never becomes a float.
func decimal(name string, v []byte) (*fact.Decimal, error) {
	s, ok := scalar(v)
	if !ok {
		return nil, &Refusal{"invalid_properties", name + " is not a number"}
	}
	if s == "" {
		return nil, nil //nolint:nilnil // no amount is not a fault
	}
	d, err := fact.ParseDecimal(s)
	if err != nil && strings.ContainsAny(s, "eE") { // 1e3, 9.99E1
		d, err = exponent(s)
	}
	if err != nil {
		return nil, &Refusal{"invalid_properties", name + ": " + err.Error()}
	}
	return &d, nil
}

func exponent(s string) (fact.Decimal, error) {
	mantissa, exp, _ := strings.Cut(strings.ToLower(s), "e")
	d, err := fact.ParseDecimal(mantissa)
	if err != nil {
		return d, err
	}
	n, err := strconv.Atoi(exp)
	if err != nil || n > 12 || n < -12 {
		return d, fmt.Errorf("%q is not a number", clip(s))
	}
	for ; n > 0; n-- {
		if d.Scale > 0 {
			d.Scale--
		} else if d, err = d.Mul(10); err != nil {
			return d, err
		}
	}
	d.Scale -= n
	return d, nil
}

// minor is an amount in minor units.
func minor(a *fact.Decimal, currency string) (int64, error) {
	if a == nil || a.Coef == 0 {
		return 0, nil
	}
	if !fact.ValidCurrency(currency) {
		return 0, &Refusal{"no_currency", "an amount without a currency: send currency, or set the shop's"}
	}
	n, err := a.Minor(currency)
	if err != nil {
		return 0, &Refusal{"invalid_properties", err.Error()}
	}
	return n, nil
}

// sheets are properties to use again: they are large, and no fact points into them.
var sheets = sync.Pool{New: func() any { return new(properties) }}

// properties reads what the e-commerce events say. What has no place in their facts goes to ext.
func (e *event) properties(p *properties, f form) error {
	*p = properties{products: p.products[:0]}
	err := each(e.m.Properties, func(field, v []byte) error {
		known, err := p.property(e, f, string(field), v)
		if err == nil && (!known || !f.takes[string(field)]) && string(field) != "products" {
			e.ext.keep(field, v)
		}
		return err
	})
	if p.sku != "" && p.productID != "" && p.sku != p.productID {
		e.ext.text("product_id", p.productID)
	}
	p.currency = strings.ToUpper(first(p.currency, e.door.Currency))
	return err
}

func (p *properties) property(e *event, f form, name string, v []byte) (known bool, err error) {
	if text := p.text(name); text != nil {
		*text, err = word(name, v)
		return true, err
	}
	if amount := p.amount(name); amount != nil {
		*amount, err = decimal(name, v)
		return true, err
	}
	if name == "products" {
		return true, p.readProducts(v, e, f)
	}
	known, err = p.member(name, v)
	if name == "position" && !known {
		p.place, _ = scalar(v)
		known = p.place != ""
	}
	return known, err
}

// readProducts reads the products of an event. Where the facts have no place for something that is said of
// one of them, the whole list is kept beside.
func (p *properties) readProducts(v []byte, e *event, f form) error {
	whole := true
	err := items(v, func(v []byte) error {
		var q product
		if len(v) == 0 || v[0] != '{' {
			return &Refusal{"invalid_properties", "products holds something that is no object"}
		}
		err := each(v, func(field, v []byte) error {
			known, err := q.member(string(field), v)
			whole = whole && known && f.items[string(field)]
			return err
		})
		whole = whole && (q.sku == "" || q.productID == "" || q.sku == q.productID)
		p.products = append(p.products, q)
		return err
	})
	if !whole {
		e.ext.keep([]byte("products"), v)
	}
	return err
}

func (p *properties) text(name string) *string {
	switch name {
	case "currency":
		return &p.currency
	case "query":
		return &p.query
	case "order_id", "orderId":
		return &p.order
	case "cart_id", "cartId":
		return &p.cart
	case "checkout_id", "checkoutId":
		return &p.checkout
	case "list_id", "listId":
		return &p.list
	case "wishlist_id", "wishlistId":
		return &p.wishlist
	case "promotion_id", "promotionId":
		return &p.promotion
	case "creative":
		return &p.creative
	case "step":
		return &p.step
	case "shipping_method":
		return &p.shippingMethod
	case "payment_method":
		return &p.paymentMethod
	case "coupon_id", "couponId", "coupon":
		return &p.coupon
	case "coupon_name":
		return &p.couponName
	case "reason":
		return &p.reason
	case "share_via":
		return &p.via
	case "review_body":
		return &p.review
	case "rating":
		return &p.rating
	}
	return nil
}

func (p *properties) amount(name string) **fact.Decimal {
	switch name {
	case "total":
		return &p.total
	case "revenue":
		return &p.revenue
	case "value":
		return &p.value
	case "subtotal":
		return &p.subtotal
	case "shipping":
		return &p.shipping
	case "tax":
		return &p.tax
	case "discount":
		return &p.discount
	}
	return nil
}
