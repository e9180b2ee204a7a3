package wire

import (
	"time"

	"almanac/program/reorder"
)

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
	SellUntil    string     `json:"sell_until,omitempty" doc:"Last day of the one season in which it is sold"`
	RiskUnits    *float64   `json:"risk_units,omitempty" doc:"Units that cannot be sold until then, on average over how strong demand may be"`
	RiskSales    *int64     `json:"risk_sales_minor,omitempty" doc:"Those units at the price charged lately"`
	RiskMargin   *int64     `json:"risk_margin_minor,omitempty" doc:"Those units at price less cost, but for sales that another product takes"`
	OverUnits    *float64   `json:"over_units,omitempty" doc:"Units beyond half a year of expected demand, or beyond the season in which it is sold"`
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

// OpenPurchase is a line of an open purchase and what may go wrong before it comes.
type OpenPurchase struct {
	Purchase  string  `json:"purchase"`
	SKU       string  `json:"sku"`
	Title     string  `json:"title"`
	Supplier  string  `json:"supplier,omitempty"`
	Units     int64   `json:"units" doc:"Still to come"`
	Placed    string  `json:"placed"`
	PartCame  string  `json:"part_came,omitempty" doc:"Newest delivery of a line that came in part; its rest is followed from that day on"`
	Promised  string  `json:"promised" doc:"As first promised, else the day of the order and the quoted lead time"`
	Likely    string  `json:"likely" doc:"Half of such orders have come by then"`
	Latest    string  `json:"latest" doc:"Nine of ten such orders have come by then"`
	Overdue   bool    `json:"overdue"`
	Late      float64 `json:"late_chance" doc:"Chance that it comes after the day promised"`
	Available *int64  `json:"available,omitempty"`
	Stockout  float64 `json:"stockout_chance" doc:"Chance that the shelf is empty before it comes"`
	Short     float64 `json:"short_units" doc:"Units that customers are expected to want meanwhile and not to get"`
	Risk      *int64  `json:"risk_minor,omitempty" doc:"Margin lost with them; absent where cost or price is unknown"`
	Alert     bool    `json:"alert" doc:"Whether somebody should look at it"`
	Forgotten bool    `json:"forgotten" doc:"Overdue for more than 90 days: it is not counted as coming any more"`
	Basis     string  `json:"basis" enum:"estimated,assumed" doc:"assumed: its supplier has delivered less than three times on record"`
}

// SupplierDrift is a supplier whose lead times have changed.
type SupplierDrift struct {
	ID         string  `json:"id"`
	Supplier   string  `json:"supplier"`
	Slower     bool    `json:"slower"`
	Since      string  `json:"since" doc:"Day of the order from which on deliveries came otherwise"`
	Deliveries int64   `json:"deliveries" doc:"Since then"`
	Factor     float64 `json:"factor" doc:"Lead times are this much of what they were"`
}

// Warnings are open purchases, the dearest risk first, and suppliers that change.
type Warnings struct {
	Today     string          `json:"today"`
	Items     []OpenPurchase  `json:"items"`
	Total     int64           `json:"total"`
	Alerts    int64           `json:"alerts"`
	Risk      int64           `json:"risk_minor" doc:"Of all open purchases"`
	NoPrice   int64           `json:"no_price" doc:"Purchases at risk whose money is unknown"`
	Forgotten int64           `json:"forgotten"`
	Drifts    []SupplierDrift `json:"drifts"`
}

// ServiceCurve is service against money over a shop.
type ServiceCurve struct {
	Items    []reorder.CurvePoint `json:"items"`
	Total    int64                `json:"total"`
	Products int64                `json:"products"`
	Without  int64                `json:"without" doc:"Counted products whose cost, price, lead time or forecast is unknown"`
}

// ReorderLevel is when to order a product at a place and up to how much, and since when that is so.
type ReorderLevel struct {
	SKU      string  `json:"sku"`
	Title    string  `json:"title"`
	Location string  `json:"location,omitempty" doc:"Empty for the whole shop"`
	Point    int64   `json:"reorder_point" doc:"Order when what is available and on its way has come down to this"`
	UpTo     int64   `json:"order_up_to"`
	Service  float64 `json:"service_level"`
	Class    string  `json:"class"`
	Basis    string  `json:"basis" enum:"set,money,optimal,season,assumed" doc:"Where the service level comes from: set by the merchant, or from money; optimal: so does the quantity; season: from what a unit too few and one too many cost at the end of its season; assumed: from money, but cost or price is unknown"`
	Since    string  `json:"since,omitempty" doc:"Day from which on it is so; absent before the first round"`
}

// ReorderLevels are those of a shop, or the history of a product, newest first.
type ReorderLevels struct {
	Items []ReorderLevel `json:"items"`
	Total int64          `json:"total"`
}

// ReorderSettings are a shop's choices for reordering.
type ReorderSettings struct {
	Settings   reorder.Settings `json:"settings"`
	Own        bool             `json:"own" doc:"Whether the shop set them; else they are the installation's"`
	Classes    []ReorderClass   `json:"classes"`
	Categories []string         `json:"categories" doc:"Those of products, for which a season can be set"`
	Places     []string         `json:"places" doc:"Where stock lies, where there are several such places and sales are told by place"`
}

// ReorderClass is a class of products and how many there are.
type ReorderClass struct {
	Class    string `json:"class"`
	About    string `json:"about"`
	Products int64  `json:"products"`
}
