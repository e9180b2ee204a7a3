package track

import (
	"strconv"
	"strings"

	"almanac/fact"
)

// form is how events of one name are read: by what, and which of their properties the facts have a place
// for. The others are kept beside the fact.
type form struct {
	read  func(*event, *properties) ([]fact.Fact, error)
	takes map[string]bool // of the event
	items map[string]bool // of each of its products
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// product_id has a place where there is no SKU, and is judged apart.
var (
	ofProduct  = set("product_id", "productId", "id", "sku", "sky", "name", "category", "quantity", "price", "currency", "position", "list_id", "wishlist_id")
	ofLine     = set("product_id", "productId", "id", "sku", "sky", "name", "quantity", "price")
	ofUnits    = set("product_id", "productId", "id", "sku", "sky", "quantity")
	ofSKU      = set("product_id", "productId", "id", "sku", "sky")
	forProduct = form{takes: ofProduct, items: ofProduct}
)

func (f form) by(read func(*event, *properties) ([]fact.Fact, error)) form {
	f.read = read
	return f
}

// commerce maps the names of the e-commerce specification, in small letters, to how they are read: its 28
// events, and the comparison of products, which it lacks.
var commerce = map[string]form{
	"products searched":     {(*event).searched, set("query"), nil},
	"product list viewed":   {(*event).listed, set("list_id"), ofSKU},
	"product list filtered": {(*event).listed, set("list_id"), ofSKU},

	"promotion viewed":  {promotion(fact.PromotionViewed), set("promotion_id", "name", "creative", "position"), nil},
	"promotion clicked": {promotion(fact.PromotionClicked), set("promotion_id", "name", "creative", "position"), nil},

	"product clicked":                forProduct.by(about(fact.ProductClicked)),
	"product viewed":                 forProduct.by(about(fact.ProductViewed)),
	"product added":                  forProduct.by(about(fact.ProductAdded)),
	"product removed":                forProduct.by(about(fact.ProductRemoved)),
	"product compared":               forProduct.by(about(fact.ProductCompared)),
	"products compared":              forProduct.by(about(fact.ProductCompared)),
	"product added to wishlist":      forProduct.by(about(fact.ProductWished)),
	"product removed from wishlist":  forProduct.by(about(fact.ProductUnwished)),
	"wishlist product added to cart": forProduct.by(about(fact.ProductAdded)),

	"cart viewed":             {basket(fact.CartViewed), set("cart_id", "value", "currency"), ofUnits},
	"checkout started":        {basket(fact.CheckoutStarted), set("cart_id", "value", "currency"), ofUnits},
	"checkout step viewed":    {step(fact.CheckoutStepViewed), ofStep, nil},
	"checkout step completed": {step(fact.CheckoutStepCompleted), ofStep, nil},
	"payment info entered":    {step(fact.PaymentEntered), ofStep, nil},

	"order completed": {(*event).completed, set("order_id", "currency", "shipping", "tax", "discount"), ofLine},
	"order updated":   {(*event).updated, set("order_id"), nil},
	"order refunded":  {(*event).refunded, set("order_id", "currency"), ofLine},
	"order cancelled": {(*event).cancelled, set("order_id", "currency"), ofLine},

	"coupon entered": {coupon(fact.CouponEntered), ofCoupon, nil},
	"coupon applied": {coupon(fact.CouponApplied), ofCoupon, nil},
	"coupon denied":  {coupon(fact.CouponDenied), ofCoupon, nil},
	"coupon removed": {coupon(fact.CouponRemoved), ofCoupon, nil},

	"product shared":   {share(fact.ProductShared), set("share_via", "product_id", "sku", "cart_id"), ofSKU},
	"cart shared":      {share(fact.CartShared), set("share_via", "cart_id"), ofSKU},
	"product reviewed": {(*event).reviewed, set("product_id", "sku", "rating", "review_body"), nil},
}

var (
	ofStep   = set("checkout_id", "order_id", "step", "shipping_method", "payment_method")
	ofCoupon = set("coupon_id", "coupon", "coupon_name", "order_id", "cart_id", "reason", "currency", "discount")
)

// Known reports whether a kind of fact describes the events of this name.
func Known(name string) bool { return formOf(name).read != nil }

func plain(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// formOf finds how an event is read, without making its name anew where it is written as the specification
// has it.
func formOf(name string) form {
	var small [40]byte
	if len(name) > len(small) {
		return form{}
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		small[i] = c
	}
	if f, ok := commerce[string(small[:len(name)])]; ok {
		return f
	}
	return commerce[plain(name)]
}

func (e *event) track() ([]fact.Fact, error) {
	form := formOf(e.m.Event)
	if form.read == nil {
		return e.kept(), nil
	}
	p, _ := sheets.Get().(*properties)
	defer sheets.Put(p)
	if err := e.properties(p, form); err != nil {
		return nil, err
	}
	return form.read(e, p)
}

func (e *event) searched(p *properties) ([]fact.Fact, error) {
	return e.one(fact.Searched, &fact.Search{Actor: e.actor(), Query: p.query}), nil
}

// listed is a list of products that was shown. One that shows nothing is kept as a page of that name.
func (e *event) listed(p *properties) ([]fact.Fact, error) {
	v := &fact.ListView{Actor: e.actor(), List: first(p.list, p.category)}
	for i := range p.products {
		if s := p.products[i].id(); s != "" {
			v.SKUs = append(v.SKUs, s)
		}
	}
	if len(v.SKUs) == 0 {
		facts := e.kept()
		e.unknown = ""
		return facts, nil
	}
	return e.one(fact.ListViewed, v), nil
}

func promotion(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		place := p.place
		if place == "" && p.position > 0 {
			place = strconv.Itoa(p.position)
		}
		return e.one(kind, &fact.Promotion{Actor: e.actor(), Promotion: p.promotion, Name: p.name, Creative: p.creative, Place: place}), nil
	}
}

// about is what was done with one product, or with several at once, as a comparison is.
func about(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		if p.id() == "" && len(p.products) > 0 {
			facts := make([]fact.Fact, 0, len(p.products))
			for i := range p.products {
				b, err := e.did(&p.products[i], p)
				if err != nil {
					return nil, err
				}
				facts = append(facts, e.fact(kind, e.m.ID+"/"+strconv.Itoa(i+1), b))
			}
			return facts, nil
		}
		b, err := e.did(&p.product, p)
		return e.one(kind, b), err
	}
}

func (e *event) did(q *product, p *properties) (*fact.ProductEvent, error) {
	units, err := q.units()
	if err != nil {
		return nil, err
	}
	price, err := minor(q.price, p.currency)
	return &fact.ProductEvent{Actor: e.actor(), SKU: q.id(), Title: q.name, Category: q.category, Units: units,
		Currency: p.currency, Price: price, List: first(p.list, p.wishlist), Position: q.position}, err
}

func basket(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		b := &fact.Basket{Actor: e.actor(), Cart: first(p.cart, first(p.checkout, p.order)), Currency: p.currency, Units: map[string]int64{}}
		for i := range p.products {
			n, err := p.products[i].units()
			if err != nil {
				return nil, err
			}
			b.Units[p.products[i].id()] += n
		}
		var err error
		for _, v := range []*fact.Decimal{p.value, p.total, p.revenue} {
			if v != nil {
				b.Value, err = minor(v, p.currency)
				break
			}
		}
		return e.one(kind, b), err
	}
}

func step(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		return e.one(kind, &fact.Step{Actor: e.actor(), Checkout: p.checkout, Order: p.order, Step: p.step,
			Shipping: p.shippingMethod, Payment: p.paymentMethod}), nil
	}
}

func coupon(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		c := &fact.Coupon{Actor: e.actor(), Coupon: p.coupon, Name: p.couponName, Order: p.order, Cart: p.cart, Reason: p.reason}
		var err error
		if c.Discount, err = minor(p.discount, p.currency); err == nil && c.Discount != 0 {
			c.Currency = p.currency
		}
		return e.one(kind, c), err
	}
}

// share leaves out what was written and to whom: they are of somebody who was not asked.
func share(kind fact.Kind) func(*event, *properties) ([]fact.Fact, error) {
	return func(e *event, p *properties) ([]fact.Fact, error) {
		e.ext.drop("share_message", "recipient")
		s := &fact.Share{Actor: e.actor(), SKU: p.id(), Cart: p.cart, Via: p.via}
		for i := range p.products {
			if id := p.products[i].id(); id != "" {
				s.SKUs = append(s.SKUs, id)
			}
		}
		return e.one(kind, s), nil
	}
}

func (e *event) reviewed(p *properties) ([]fact.Fact, error) {
	r := &fact.Review{SKU: p.id(), Customer: e.m.User, Text: p.review}
	d, err := fact.ParseDecimal(p.rating)
	n, whole := d.Int()
	if err != nil || !whole || n < 1 || n > 5 {
		return nil, &Refusal{"invalid_rating", "rating " + strconv.Quote(clip(p.rating)) + " is not a whole number from 1 to 5"}
	}
	r.Rating = int(n)
	return e.one(fact.ReviewWritten, r), nil
}
