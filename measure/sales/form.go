package sales

// Form is a report as a platform lays it out: the names of its columns, and their values for a month.
type Form struct {
	Columns []string
	Values  func(Month) []int64
}

// Forms are the reports whose columns are the same figures under a platform's names and signs.
var Forms = map[string]Form{
	// Analytics › Finance: what lowers sales is negative.
	"shopify": {[]string{"Orders", "Gross sales", "Discounts", "Returns", "Net sales", "Shipping charges", "Additional fees", "Taxes", "Total sales"},
		func(m Month) []int64 {
			return []int64{m.Orders, m.Gross, -m.Discounts, -m.Returns, m.Net(), m.Shipping, m.Fees, m.Tax, m.Total()}
		}},
	// Analytics › Revenue: fees are a part of the total and no column.
	"woocommerce": {[]string{"Orders", "Gross sales", "Returns", "Coupons", "Net sales", "Taxes", "Shipping", "Total sales"},
		func(m Month) []int64 {
			return []int64{m.Orders, m.Gross, m.Returns, m.Discounts, m.Net(), m.Tax, m.Shipping, m.Total()}
		}},
}
