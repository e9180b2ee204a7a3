package wire

import "time"

// StockRow is what is there of one product, how long it lasts, and what is at risk.
type StockRow struct {
	SKU          string     `json:"sku"`
	Title        string     `json:"title"`
	Category     string     `json:"category,omitempty"`
	Supplier     string     `json:"supplier,omitempty"`
	State        string     `json:"state" enum:"out,late,soon,fine,over,still,unknown" doc:"out: nothing is left; late: runs out before a delivery can arrive; soon: before the order after that; over: lasts longer than half a year; still: nothing is expected to sell"`
	OnHand       *int64     `json:"on_hand,omitempty"`
	Available    *int64     `json:"available,omitempty"`
	Incoming     int64      `json:"incoming"`
	NextDue      string     `json:"next_due,omitempty" doc:"When the next open purchase is due"`
	DemandWeek   *float64   `json:"demand_week,omitempty"`
	WeeksOfCover *float64   `json:"weeks_of_cover,omitempty" doc:"Of what is available, without what is on its way"`
	StockoutDay  string     `json:"stockout_day,omitempty" doc:"When expected demand has used up what is available and arrives in time; absent where that is beyond the forecast"`
	LeadDays     *int       `json:"lead_days,omitempty"`
	ArrivesDay   string     `json:"arrives_day,omitempty" doc:"When something ordered today arrives"`
	RiskUnits    *float64   `json:"risk_units,omitempty" doc:"Units that cannot be sold until then, on average over how strong demand may be"`
	RiskSales    *int64     `json:"risk_sales_minor,omitempty" doc:"Those units at the price charged lately"`
	RiskMargin   *int64     `json:"risk_margin_minor,omitempty" doc:"Those units at price less cost"`
	OverUnits    *float64   `json:"over_units,omitempty" doc:"Units beyond half a year of expected demand"`
	OverCost     *int64     `json:"over_cost_minor,omitempty" doc:"What those units cost"`
	CountedAt    *time.Time `json:"counted_at,omitempty"`
	Estimated    bool       `json:"estimated" doc:"Sales since the count were taken off"`
	Synthetic    bool       `json:"synthetic"`
	Missing      string     `json:"missing,omitempty" doc:"What is not known, and what tells it"`
}

// StockSums is the whole of the list's products, whatever page is shown.
type StockSums struct {
	ByState    map[string]int64 `json:"by_state"`
	RiskSales  int64            `json:"risk_sales_minor"`
	RiskMargin int64            `json:"risk_margin_minor"`
	OverCost   int64            `json:"over_cost_minor"`
	OverNoCost int64            `json:"over_no_cost" doc:"Overstocked products without a unit cost"`
	NoCount    int64            `json:"no_count"`
	NoLead     int64            `json:"no_lead"`
	NoDemand   int64            `json:"no_demand"`
	NoCost     int64            `json:"no_cost"`
}

// StockList is a page of products.
type StockList struct {
	Items     []StockRow `json:"items"`
	Total     int64      `json:"total"`
	Sums      StockSums  `json:"sums"`
	Suppliers []string   `json:"suppliers"`
	Today     string     `json:"today"`
}

// SupplierCard is how one supplier delivers. Figures that need purchases on record are absent where there are none.
type SupplierCard struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Products      int64    `json:"products"`
	QuotedDays    *int     `json:"quoted_days,omitempty" doc:"The lead time most of its products have in files"`
	MinOrder      *int64   `json:"min_order_minor,omitempty"`
	Purchases     int64    `json:"purchases"`
	Lines         int64    `json:"lines"`
	Received      int64    `json:"received" doc:"Lines of which something arrived"`
	ActualDays    *float64 `json:"actual_days,omitempty" doc:"Median days from order to first arrival"`
	ActualMost    *float64 `json:"actual_days_p90,omitempty" doc:"Nine of ten lines arrived within this"`
	LateShare     *float64 `json:"late_share,omitempty" doc:"Of lines with a promised day that has passed or that arrived, those later or still open"`
	Dated         int64    `json:"dated" doc:"Lines that this share is of"`
	FillRate      *float64 `json:"fill_rate,omitempty" doc:"Units received of units ordered, of lines that arrived or are overdue"`
	OpenUnits     int64    `json:"open_units"`
	OverdueLines  int64    `json:"overdue_lines"`
	OpenProposals int64    `json:"open_proposals"`
	Missing       []string `json:"missing" doc:"What is not known, and what tells it"`
}

// SupplierList is every supplier.
type SupplierList struct {
	Items []SupplierCard `json:"items"`
	Total int64          `json:"total"`
}

// PlannedOrder is the open reorder proposals of one supplier, as one order.
type PlannedOrder struct {
	Supplier  string             `json:"supplier" doc:"Empty where no file names one"`
	Email     string             `json:"email,omitempty"`
	Lines     []PlannedOrderLine `json:"lines"`
	Units     int64              `json:"units"`
	Cost      *int64             `json:"cost_minor,omitempty" doc:"Of the lines with a unit cost"`
	NoCost    int64              `json:"no_cost" doc:"Lines without a unit cost"`
	MinOrder  *int64             `json:"min_order_minor,omitempty"`
	Short     *int64             `json:"short_minor,omitempty" doc:"What is lacking to the minimum; 0 where it is met"`
	LeadDays  int                `json:"lead_days"`
	P10       *int64             `json:"p10_minor,omitempty"`
	P50       *int64             `json:"p50_minor,omitempty"`
	P90       *int64             `json:"p90_minor,omitempty"`
	Synthetic bool               `json:"synthetic"`
}

// PlannedOrderLine is one proposal in it.
type PlannedOrderLine struct {
	Decision DecisionSummary `json:"decision"`
	Units    int64           `json:"units"`
	UnitCost *int64          `json:"unit_cost_minor,omitempty"`
}

// PlannedOrders are the open proposals by supplier, most valuable first.
type PlannedOrders struct {
	Items []PlannedOrder `json:"items"`
	Total int64          `json:"total" doc:"Suppliers"`
}
