package layout

// Reports of tills by item: Square's “Item Sales” detail, and the transactions by item of Lightspeed's ShopKeep. A refund
// is a receipt of its own whose quantities or amounts are negative.
var tills = []*Layout{
	{
		Platform: "square", Form: "item sales", Kind: "orders", Source: "till:square",
		Signature: []string{"Date", "Time", "Item", "Qty", "Gross Sales", "Net Sales", "Tax", "Transaction ID", "Payment ID|Event Type|Device Name"}, Least: 8,
		Needed: []string{"order", "date", "quantity", "line_total"},
		Fields: []Field{
			{Name: "order", Columns: []string{"Transaction ID"}},
			{Name: "date", Columns: []string{"Date"}},
			{Name: "time", Columns: []string{"Time"}},
			{Name: "movement", Columns: []string{"Event Type"}},
			{Name: "sku", Columns: []string{"SKU"}},
			{Name: "title", Columns: []string{"Item"}},
			{Name: "variant", Columns: []string{"Price Point Name"}},
			{Name: "quantity", Columns: []string{"Qty"}},
			{Name: "line_total", Columns: []string{"Gross Sales"}},
			{Name: "discount", Columns: []string{"Discounts"}},
			{Name: "tax", Columns: []string{"Tax"}},
			{Name: "location", Columns: []string{"Location"}},
			{Name: "channel", Columns: []string{"Channel"}},
			{Name: "customer_id", Columns: []string{"Customer ID"}},
		},
		Orders:  &Orders{Tax: TaxAdded, Credits: []string{"refund"}},
		Assumed: []string{"tax: gross sales are without tax, as Square defines them"},
	},
	{
		Platform: "shopkeep", Form: "transaction items", Kind: "orders", Source: "till:shopkeep",
		Signature: []string{"Time", "Operation Type", "Line Item", "Price", "Quantity", "Subtotal", "Discounts", "Net Total", "Tax", "Total Due", "Transaction ID"}, Least: 9,
		Needed: []string{"order", "date", "quantity", "line_total"},
		Fields: []Field{
			{Name: "order", Columns: []string{"Transaction ID"}},
			{Name: "date", Columns: []string{"Time"}},
			{Name: "movement", Columns: []string{"Operation Type"}},
			{Name: "sku", Columns: []string{"Store Code", "UPC"}},
			{Name: "title", Columns: []string{"Line Item"}},
			{Name: "quantity", Columns: []string{"Quantity"}},
			{Name: "line_total", Columns: []string{"Subtotal"}},
			{Name: "discount", Columns: []string{"Discounts"}},
			{Name: "tax", Columns: []string{"Tax"}},
			{Name: "location", Columns: []string{"Register Name/Number"}},
			{Name: "customer_id", Columns: []string{"Customer ID"}},
		},
		Orders: &Orders{Tax: TaxAdded, Credits: []string{"return", "refund"}},
	},
}
