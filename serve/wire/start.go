package wire

import "time"

// SalesLine is what was sold in a month, or by one order in it, as reports of shop platforms have it. Amounts are minor units
// without tax, but for tax and total_sales.
type SalesLine struct {
	Month     string `json:"month" doc:"YYYY-MM"`
	Orders    int64  `json:"orders"`
	Gross     int64  `json:"gross_minor"`
	Discounts int64  `json:"discounts_minor"`
	Returns   int64  `json:"returns_minor"`
	Net       int64  `json:"net_minor" doc:"gross − discounts − returns"`
	Shipping  int64  `json:"shipping_minor"`
	Fees      int64  `json:"fees_minor" doc:"Tips, wrapping and what else is no product"`
	Tax       int64  `json:"tax_minor" doc:"Less that of returns"`
	Total     int64  `json:"total_minor"`
	TaxBack   int64  `json:"tax_back_minor" doc:"Tax of returns, which is taken off the tax"`
	Priced    int64  `json:"priced_minor" doc:"Gross sales at the prices that customers saw, which may contain tax"`
	Units     int64  `json:"units" doc:"Of products that were paid for"`
	UnitsBack int64  `json:"units_back"`
}

// SalesReport is the shop's sales by month.
type SalesReport struct {
	Currency string      `json:"currency"`
	Platform string      `json:"platform" doc:"Whose export the newest file of orders is; empty where it is of none that is known"`
	Months   []SalesLine `json:"months"`
	Sum      SalesLine   `json:"sum"`
	// Others are orders in other currencies than the shop's, which are not in the report.
	Others int64 `json:"others"`
	// LeftOut are rows of order files that did not become facts, by reason.
	LeftOut map[string]int64 `json:"left_out"`
}

// SalesOrder is what one order adds to a month.
type SalesOrder struct {
	Order  string    `json:"order"`
	Placed time.Time `json:"placed"`
	SalesLine
}

// SalesOrders are the orders of a month.
type SalesOrders struct {
	Items []SalesOrder `json:"items"`
	Total int64        `json:"total"`
	Sum   SalesLine    `json:"sum" doc:"Of all, not only of those listed"`
}

// TermsChange is what a person knows better about buying a product.
type TermsChange struct {
	CostMinor *int64 `json:"cost_minor,omitempty" minimum:"0" doc:"What one unit costs, without tax"`
	LeadDays  *int   `json:"lead_days,omitempty" minimum:"0" maximum:"730" doc:"From order to shelf, calendar days"`
}
