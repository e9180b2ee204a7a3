package layout

import "almanac/fact"

// Reports of Amazon's seller pages: tab-separated text. A row of an order report tells all of its line; the rows of
// one order may stand anywhere. A line comes again, with a later last-updated-date, whenever it changes. What came back
// is told by the report of customer returns (goods) and by the settlement report, flat file V2 (money).
var amazon = []*Layout{
	{
		Platform: "amazon", Form: "orders", Kind: "orders",
		Signature: []string{"amazon-order-id|order-id", "purchase-date", "item-price", "sku", "sales-channel|order-item-id", "ship-service-level", "quantity|quantity-purchased"}, Least: 6,
		Needed: []string{"order", "date", "sku", "quantity", "line_total"},
		Fields: []Field{
			{Name: "order", Columns: []string{"amazon-order-id", "order-id"}},
			{Name: "date", Columns: []string{"purchase-date"}},
			{Name: "revised", Columns: []string{"last-updated-date"}},
			{Name: "status", Columns: []string{"order-status"}},
			{Name: "channel", Columns: []string{"sales-channel"}},
			{Name: "location", Columns: []string{"fulfillment-channel"}},
			{Name: "title", Columns: []string{"product-name"}},
			{Name: "sku", Columns: []string{"sku"}},
			{Name: "quantity", Columns: []string{"quantity", "quantity-purchased"}},
			{Name: "currency", Columns: []string{"currency"}},
			{Name: "line_total", Columns: []string{"item-price"}},
			{Name: "tax", Columns: []string{"item-tax"}},
			{Name: "discount", Columns: []string{"item-promotion-discount"}},
			{Name: "order_shipping", Columns: []string{"shipping-price"}},
			{Name: "order_shipping_tax", Columns: []string{"shipping-tax"}},
			{Name: "order_shipping_discount", Columns: []string{"ship-promotion-discount"}},
			{Name: "gift_wrap", Columns: []string{"gift-wrap-price"}},
			{Name: "gift_wrap_tax", Columns: []string{"gift-wrap-tax"}},
			{Name: "country", Columns: []string{"ship-country"}},
			{Name: "customer", Columns: []string{"buyer-email"}},
		},
		Skip: []Skip{
			{"channel", []string{"Non-Amazon*"}, "other_channel", false}, // sold elsewhere, sent by Amazon
			{"quantity", []string{"0", "0.0"}, "cancelled", false},
			{"line_total", []string{""}, "no_price_yet", false},
		},
		Orders: &Orders{Tax: TaxByMarket, Added: []string{"Amazon.com", "Amazon.ca"}, Alone: true, Cancelled: []string{"cancelled", "canceled"},
			Extras: []Extra{{"gift_wrap", "gift_wrap_tax", fact.ItemFee}}},
		Assumed: []string{"tax: item prices contain the tax but on Amazon.com and Amazon.ca"},
	},
	{
		Platform: "amazon", Form: "customer returns", Kind: "orders", Location: "Amazon",
		Signature: []string{"return-date", "order-id", "sku", "asin", "fnsku", "quantity", "fulfillment-center-id", "detailed-disposition", "reason", "license-plate-number"}, Least: 7,
		Needed: []string{"order", "date", "sku", "quantity"},
		Fields: []Field{
			{Name: "order", Columns: []string{"order-id"}},
			{Name: "date", Columns: []string{"return-date"}},
			{Name: "document", Columns: []string{"license-plate-number"}},
			{Name: "sku", Columns: []string{"sku"}},
			{Name: "title", Columns: []string{"product-name"}},
			{Name: "quantity", Columns: []string{"quantity"}},
			{Name: "disposition", Columns: []string{"detailed-disposition"}},
			{Name: "reason", Columns: []string{"reason"}},
		},
		Orders:  &Orders{Alone: true, Back: &Back{Sellable: []string{"sellable"}}},
		Assumed: []string{"value: the report names no amounts; what was paid back is told by the settlement report"},
	},
	{
		Platform: "amazon", Form: "settlement", Kind: "orders",
		Signature: []string{"settlement-id", "transaction-type", "order-id", "amount-type", "amount-description", "amount", "posted-date|posted-date-time", "order-item-code"}, Least: 6,
		Needed: []string{"order", "date", "amount", "amount_type", "movement"},
		Fields: []Field{
			{Name: "order", Columns: []string{"order-id"}},
			{Name: "date", Columns: []string{"posted-date-time", "posted-date"}},
			{Name: "document", Columns: []string{"adjustment-id", "settlement-id"}},
			{Name: "movement", Columns: []string{"transaction-type"}},
			{Name: "amount_type", Columns: []string{"amount-type"}},
			{Name: "amount", Columns: []string{"amount"}},
			{Name: "currency", Columns: []string{"currency"}},
		},
		Skip: []Skip{
			{"movement", []string{"Refund", "Chargeback Refund", "A-to-z Guarantee Refund"}, "no_refund", true},
			{"amount_type", []string{"ItemPrice", "Promotion"}, "fee", true}, // what Amazon keeps is no matter of the customer's
			{"order", []string{""}, "no_refund", false},
		},
		Orders: &Orders{Back: &Back{Paid: true}},
	},
	{
		Platform: "amazon", Form: "inventory", Kind: "stock", Location: "Amazon",
		Signature: []string{"sku", "fnsku", "asin", "afn-fulfillable-quantity", "afn-warehouse-quantity|afn-reserved-quantity|afn-unsellable-quantity"}, Least: 4,
		Needed: []string{"sku"},
		Fields: []Field{
			{Name: "sku", Columns: []string{"sku", "seller-sku"}},
			{Name: "on_hand", Columns: []string{"afn-warehouse-quantity"}},
			{Name: "available", Columns: []string{"afn-fulfillable-quantity"}},
			{Name: "committed", Columns: []string{"afn-reserved-quantity"}},
			{Name: "unavailable", Columns: []string{"afn-unsellable-quantity"}},
			{Name: "incoming", Columns: []string{"afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity"}, Sum: true},
		},
		Skip: []Skip{{"available", []string{""}, "not_stocked", false}},
	},
	{
		Platform: "amazon", Form: "inventory planning", Kind: "stock", Location: "Amazon",
		Signature: []string{"snapshot-date", "sku", "fnsku", "available", "inbound-quantity|inbound-shipped|unfulfillable-quantity"},
		Needed:    []string{"sku", "available"},
		Fields: []Field{
			{Name: "sku", Columns: []string{"sku"}},
			{Name: "as_of", Columns: []string{"snapshot-date"}},
			{Name: "available", Columns: []string{"available"}},
			{Name: "committed", Columns: []string{"Total Reserved Quantity", "reserved-quantity"}},
			{Name: "unavailable", Columns: []string{"unfulfillable-quantity"}},
			{Name: "incoming", Columns: []string{"inbound-quantity"}},
		},
	},
	{
		Platform: "amazon", Form: "fulfilment stock", Kind: "stock", Location: "Amazon",
		Signature: []string{"seller-sku", "fulfillment-channel-sku|fulfilment-channel-sku", "Warehouse-Condition-code", "Quantity Available"},
		Needed:    []string{"sku", "available"},
		Fields: []Field{
			{Name: "sku", Columns: []string{"seller-sku"}},
			{Name: "condition", Columns: []string{"Warehouse-Condition-code"}},
			{Name: "available", Columns: []string{"Quantity Available"}},
		},
		Skip: []Skip{{"condition", []string{"UNSELLABLE"}, "unsellable", false}},
	},
}
