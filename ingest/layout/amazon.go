package layout

import "almanac/fact"

// Reports of Amazon's seller pages: tab-separated text. A row of an order report tells all of its line; the rows of
// one order may stand anywhere. A line comes again, with a later last-updated-date, whenever it changes.
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
			{"channel", []string{"Non-Amazon*"}, "other_channel"}, // sold elsewhere, sent by Amazon
			{"quantity", []string{"0", "0.0"}, "cancelled"},
			{"line_total", []string{""}, "no_price_yet"},
		},
		Orders: &Orders{Tax: TaxByMarket, Added: []string{"Amazon.com", "Amazon.ca"}, Alone: true, Cancelled: []string{"cancelled", "canceled"},
			Extras: []Extra{{"gift_wrap", "gift_wrap_tax", fact.ItemFee}}},
		Assumed: []string{"tax: item prices contain the tax but on Amazon.com and Amazon.ca"},
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
		Skip: []Skip{{"available", []string{""}, "not_stocked"}},
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
		Skip: []Skip{{"condition", []string{"UNSELLABLE"}, "unsellable"}},
	},
}
