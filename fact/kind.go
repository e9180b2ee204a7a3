package fact

import "slices"

// Kind names what happened.
type Kind string

// Kinds of facts, by the part of the shop that they speak of.
const (
	ProductDescribed Kind = "product.described"
	PriceSet         Kind = "price.set"
	CostSet          Kind = "cost.set"

	StockCounted Kind = "stock.counted"
	StockMoved   Kind = "stock.moved"

	OrderPlaced     Kind = "order.placed"
	OrderChanged    Kind = "order.changed"
	OrderCancelled  Kind = "order.cancelled"
	OrderShipped    Kind = "order.shipped"
	ShipmentTracked Kind = "shipment.tracked"
	OrderDelivered  Kind = "order.delivered"
	OrderReturned   Kind = "order.returned"
	OrderRefunded   Kind = "order.refunded"

	PaymentFee    Kind = "payment.fee"
	CarrierCharge Kind = "carrier.charge"
	AdSpend       Kind = "ad.spend"

	CustomerDescribed Kind = "customer.described"
	IdentityLinked    Kind = "identity.linked"
	ConsentChanged    Kind = "consent.changed"
	CustomerErased    Kind = "customer.erased"

	PageViewed          Kind = "page.viewed"
	ListViewed          Kind = "list.viewed"
	ProductViewed       Kind = "product.viewed"
	ProductCompared     Kind = "product.compared"
	ProductWished       Kind = "product.wished"
	ProductAdded        Kind = "product.added"
	ProductRemoved      Kind = "product.removed"
	ProductClicked      Kind = "product.clicked"
	Searched            Kind = "searched"
	CartViewed          Kind = "cart.viewed"
	CheckoutStarted     Kind = "checkout.started"
	RecommendationShown Kind = "recommendation.shown"
	EventTracked        Kind = "event.tracked" // an event no kind knows, kept as it came

	Touched             Kind = "touch"
	MessageSent         Kind = "message.sent"
	MessageDelivered    Kind = "message.delivered"
	MessageOpened       Kind = "message.opened"
	MessageClicked      Kind = "message.clicked"
	MessageBounced      Kind = "message.bounced"
	MessageUnsubscribed Kind = "message.unsubscribed"
	CampaignPlanned     Kind = "campaign.planned"
	PromotionPlanned    Kind = "promotion.planned"

	LocationDescribed Kind = "location.described"

	SupplierDescribed Kind = "supplier.described"
	SupplyTerms       Kind = "supply.terms"
	PurchasePlaced    Kind = "purchase.placed"
	PurchaseConfirmed Kind = "purchase.confirmed"
	PurchaseReceived  Kind = "purchase.received"
	SignalObserved    Kind = "signal.observed"

	ReviewWritten Kind = "review.written"
	TicketOpened  Kind = "ticket.opened"
	TicketClosed  Kind = "ticket.closed"
)

var bodies = map[Kind]func() Body{
	ProductDescribed: func() Body { return new(Product) },
	PriceSet:         func() Body { return new(Price) },
	CostSet:          func() Body { return new(Cost) },

	StockCounted: func() Body { return new(StockCount) },
	StockMoved:   func() Body { return new(StockMove) },

	OrderPlaced:     func() Body { return new(OrderLine) },
	OrderChanged:    func() Body { return new(OrderChange) },
	OrderCancelled:  func() Body { return new(OrderReversal) },
	OrderReturned:   func() Body { return new(OrderReversal) },
	OrderRefunded:   func() Body { return new(Refund) },
	OrderShipped:    func() Body { return new(Shipment) },
	OrderDelivered:  func() Body { return new(Shipment) },
	ShipmentTracked: func() Body { return new(Tracking) },

	PaymentFee:    func() Body { return new(Fee) },
	CarrierCharge: func() Body { return new(Charge) },
	AdSpend:       func() Body { return new(Spend) },

	CustomerDescribed: func() Body { return new(Customer) },
	IdentityLinked:    func() Body { return new(Link) },
	ConsentChanged:    func() Body { return new(Consent) },
	CustomerErased:    func() Body { return new(Erasure) },

	PageViewed:          func() Body { return new(PageView) },
	ListViewed:          func() Body { return new(ListView) },
	ProductViewed:       func() Body { return new(ProductEvent) },
	ProductCompared:     func() Body { return new(ProductEvent) },
	ProductWished:       func() Body { return new(ProductEvent) },
	ProductAdded:        func() Body { return new(ProductEvent) },
	ProductRemoved:      func() Body { return new(ProductEvent) },
	ProductClicked:      func() Body { return new(ProductEvent) },
	Searched:            func() Body { return new(Search) },
	CartViewed:          func() Body { return new(Basket) },
	CheckoutStarted:     func() Body { return new(Basket) },
	RecommendationShown: func() Body { return new(ListView) },
	EventTracked:        func() Body { return new(Event) },

	PromotionViewed:       func() Body { return new(Promotion) },
	PromotionClicked:      func() Body { return new(Promotion) },
	CheckoutStepViewed:    func() Body { return new(Step) },
	CheckoutStepCompleted: func() Body { return new(Step) },
	PaymentEntered:        func() Body { return new(Step) },
	CouponEntered:         func() Body { return new(Coupon) },
	CouponApplied:         func() Body { return new(Coupon) },
	CouponDenied:          func() Body { return new(Coupon) },
	CouponRemoved:         func() Body { return new(Coupon) },
	ProductUnwished:       func() Body { return new(ProductEvent) },
	ProductShared:         func() Body { return new(Share) },
	CartShared:            func() Body { return new(Share) },
	GroupJoined:           func() Body { return new(Group) },

	Touched:             func() Body { return new(Touch) },
	MessageSent:         func() Body { return new(Message) },
	MessageDelivered:    func() Body { return new(Message) },
	MessageOpened:       func() Body { return new(Message) },
	MessageClicked:      func() Body { return new(Message) },
	MessageBounced:      func() Body { return new(Message) },
	MessageUnsubscribed: func() Body { return new(Message) },
	CampaignPlanned:     func() Body { return new(Plan) },
	PromotionPlanned:    func() Body { return new(Plan) },

	LocationDescribed: func() Body { return new(Place) },

	SupplierDescribed: func() Body { return new(Supplier) },
	SupplyTerms:       func() Body { return new(Terms) },
	PurchasePlaced:    func() Body { return new(Purchase) },
	PurchaseConfirmed: func() Body { return new(Purchase) },
	PurchaseReceived:  func() Body { return new(Purchase) },
	SignalObserved:    func() Body { return new(Signal) },

	ReviewWritten: func() Body { return new(Review) },
	TicketOpened:  func() Body { return new(Ticket) },
	TicketClosed:  func() Body { return new(Ticket) },
}

// Known reports whether k is a kind that this version understands.
func (k Kind) Known() bool { return bodies[k] != nil }

// New returns an empty body of the kind, or nil for an unknown kind.
func (k Kind) New() Body {
	if f := bodies[k]; f != nil {
		return f()
	}
	return nil
}

// Kinds lists every kind in alphabetical order.
func Kinds() []Kind {
	out := make([]Kind, 0, len(bodies))
	for k := range bodies {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
