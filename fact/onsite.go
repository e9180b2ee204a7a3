package fact

// Kinds of what visitors do on the way to an order, besides looking at products.
const (
	PromotionViewed       Kind = "promotion.viewed"
	PromotionClicked      Kind = "promotion.clicked"
	CheckoutStepViewed    Kind = "checkout.step_viewed"
	CheckoutStepCompleted Kind = "checkout.step_completed"
	PaymentEntered        Kind = "payment.entered"
	CouponEntered         Kind = "coupon.entered"
	CouponApplied         Kind = "coupon.applied"
	CouponDenied          Kind = "coupon.denied"
	CouponRemoved         Kind = "coupon.removed"
	ProductUnwished       Kind = "product.unwished"
	ProductShared         Kind = "product.shared"
	CartShared            Kind = "cart.shared"
	GroupJoined           Kind = "group.joined"
)

// Promotion is a banner or teaser of the shop that was shown or clicked.
type Promotion struct {
	Actor
	Promotion string `json:"promotion,omitempty"`
	Name      string `json:"name,omitempty"`
	Creative  string `json:"creative,omitempty"`
	Place     string `json:"place,omitempty"` // where it stood
}

// Kind is promotion.viewed.
func (*Promotion) Kind() Kind { return PromotionViewed }

// Check demands an actor and an id or a name.
func (b *Promotion) Check(p *Problems) {
	b.check(p)
	if b.Promotion == "" && b.Name == "" {
		p.Add("promotion", "is empty, and so is name")
	}
	p.id("promotion", b.Promotion)
}

// Step is a step of a checkout that was shown or completed, or the entry of payment details.
type Step struct {
	Actor
	Checkout string `json:"checkout,omitempty"`
	Order    string `json:"order,omitempty"`
	Step     string `json:"step,omitempty"`
	Shipping string `json:"shipping,omitempty"` // method
	Payment  string `json:"payment,omitempty"`  // method
}

// Kind is checkout.step_viewed.
func (*Step) Kind() Kind { return CheckoutStepViewed }

// Check demands an actor.
func (b *Step) Check(p *Problems) {
	b.check(p)
	p.id("checkout", b.Checkout)
	p.id("order", b.Order)
}

// Coupon is a code that a customer entered, and what became of it.
type Coupon struct {
	Actor
	Coupon   string `json:"coupon,omitempty"`
	Name     string `json:"name,omitempty"`
	Order    string `json:"order,omitempty"`
	Cart     string `json:"cart,omitempty"`
	Reason   string `json:"reason,omitempty"` // why it was denied
	Currency string `json:"cur,omitempty"`
	Discount int64  `json:"discount,omitempty"` // minor units
}

// Kind is coupon.entered.
func (*Coupon) Kind() Kind { return CouponEntered }

// Check demands an actor, a coupon or its name, and a discount that is not negative.
func (b *Coupon) Check(p *Problems) {
	b.check(p)
	if b.Coupon == "" && b.Name == "" {
		p.Add("coupon", "is empty, and so is name")
	}
	p.id("coupon", b.Coupon)
	p.id("order", b.Order)
	p.id("cart", b.Cart)
	p.amount("discount", b.Discount)
}

// Share is a product or a cart that a visitor sent to somebody. Who got it is not kept.
type Share struct {
	Actor
	SKU  string   `json:"sku,omitempty"`
	Cart string   `json:"cart,omitempty"`
	SKUs []string `json:"skus,omitempty"` // of a cart
	Via  string   `json:"via,omitempty"`
}

// Kind is product.shared.
func (*Share) Kind() Kind { return ProductShared }

// Check demands an actor and something that was shared.
func (b *Share) Check(p *Problems) {
	b.check(p)
	if b.SKU == "" && b.Cart == "" && len(b.SKUs) == 0 {
		p.Add("sku", "is empty, and so are cart and skus")
	}
	p.id("sku", b.SKU)
	p.id("cart", b.Cart)
	for _, s := range b.SKUs {
		p.id("skus", s)
	}
}

// Group says that somebody belongs to a company or other group.
type Group struct {
	Actor
	Group  string            `json:"group"`
	Traits map[string]string `json:"traits,omitempty"`
}

// Kind is group.joined.
func (*Group) Kind() Kind { return GroupJoined }

// Check demands an actor and a group.
func (b *Group) Check(p *Problems) { b.check(p); p.need("group", b.Group) }
