package reorder

import "fmt"

// Settings are a shop's choices. Each is shown as assumed until a merchant sets it. Amounts are in minor units.
type Settings struct {
	ServiceLevel   float64            `json:"service_level"`      // share of cycles without a stock-out; 0: from money, what a lost sale and an unsold unit cost
	ByClass        map[string]float64 `json:"by_class,omitempty"` // the same for classes of products, by [Classes]
	ReviewDays     int                `json:"review_days"`        // between two looks
	CycleDays      int                `json:"cycle_days"`         // that an order should last beyond the next review
	HoldingRate    float64            `json:"holding_rate"`       // cost of holding stock, of its value, a year
	OrderCostMinor int64              `json:"order_cost_minor"`   // of placing and receiving a line; where it is set, and service follows from money, quantities do too
	// SupplierOrderMinor is what an order to a supplier costs besides its lines: where it is set, and service follows from money, the products
	// of a supplier share it, and order together.
	SupplierOrderMinor int64    `json:"supplier_order_cost_minor"`
	Obsolescence       float64  `json:"obsolescence"`        // what stock loses of its value by ageing, a year
	Substitution       float64  `json:"substitution"`        // share of lost sales that another product of the shop takes; 0: none
	MaxCoverWeeks      float64  `json:"max_cover_weeks"`     // no order beyond this cover
	MaxCountAge        int      `json:"max_count_age_days"`  // days a count may be old, against the shop's newest day
	MinHistory         int      `json:"min_history_weeks"`   // weeks since the first sale
	MaxOrderMinor      int64    `json:"max_order_minor"`     // value of one proposal; 0: no limit
	DefaultLeadDays    int      `json:"default_lead_days"`   // where no file gives a lead time; 0: not proposed
	BudgetMinor        int64    `json:"budget_minor"`        // of all proposals of a round whose cost is known; 0: no limit
	SpaceLitres        int64    `json:"space_litres"`        // that all stock whose volume is known may take; 0: no limit
	Seasons            []Season `json:"seasons,omitempty"`   // goods of one season, besides those whose terms tell a last day
	Salvage            float64  `json:"salvage"`             // what a unit that its season leaves over brings, as a share of its cost
	Waste              float64  `json:"waste"`               // share of a perishable product that may go to waste
	WriteBack          bool     `json:"write_back"`          // another system orders by the reorder points that are written to it
	Warehouse          string   `json:"warehouse,omitempty"` // the place that suppliers deliver to; empty: as purchases say
	TransferDays       int      `json:"transfer_days"`       // that goods take from one place to another
	TransferMinor      int64    `json:"transfer_cost_minor"` // of picking and carrying one line of a transfer
}

// Defaults are common in the trade: 95 % service, weekly review, four weeks an order, 20 % holding cost.
func Defaults() Settings {
	return Settings{ServiceLevel: 0.95, ReviewDays: 7, CycleDays: 28, HoldingRate: 0.20, MaxCoverWeeks: 26, MaxCountAge: 14, MinHistory: 8, Salvage: 0.5, Waste: 0.05, TransferDays: 1}
}

// Carrying is what holding stock and ageing take of its value a year.
func (s Settings) Carrying() float64 { return s.HoldingRate + s.Obsolescence }

// lost is what a sale that an empty shelf costs really loses of its margin: some customers take another product.
func (s Settings) lost(margin float64) float64 { return margin * (1 - s.Substitution) }

// Fault says what is wrong with a setting.
type Fault struct{ What, Do string }

// Error says what is wrong.
func (f *Fault) Error() string { return f.What }

// Remedy says what to do.
func (f *Fault) Remedy() string { return f.Do }

// Check says what of the settings cannot be; the error is a *Fault.
func (s Settings) Check() error {
	level := func(v float64) bool { return v == 0 || v >= 0.5 && v <= 0.999 }
	if !level(s.ServiceLevel) {
		return &Fault{fmt.Sprintf("A service level of %v is not between 0.5 and 0.999.", s.ServiceLevel), "Give a share like 0.95, or 0 to find it from money."}
	}
	for class, v := range s.ByClass {
		if _, ok := classOf[class]; !ok {
			return &Fault{fmt.Sprintf("There is no class %q.", class), "Classes are AX to CZ: A, B, C by money, X, Y, Z by how steady demand is."}
		}
		if !level(v) {
			return &Fault{fmt.Sprintf("A service level of %v for class %s is not between 0.5 and 0.999.", v, class), "Give a share like 0.95, or 0 to find it from money."}
		}
	}
	if f := checkSeasons(s.Seasons); f != nil {
		return f
	}
	for _, c := range []struct {
		what     string
		v        float64
		from, to float64
	}{
		{"review_days", float64(s.ReviewDays), 1, 90}, {"cycle_days", float64(s.CycleDays), 0, 365}, {"holding_rate", s.HoldingRate, 0, 5}, {"obsolescence", s.Obsolescence, 0, 5},
		{"substitution", s.Substitution, 0, 0.99},
		{"max_cover_weeks", s.MaxCoverWeeks, 1, 520}, {"max_count_age_days", float64(s.MaxCountAge), 0, 3650}, {"min_history_weeks", float64(s.MinHistory), 0, 520},
		{"default_lead_days", float64(s.DefaultLeadDays), 0, 730}, {"waste", s.Waste, 0, 1}, {"salvage", s.Salvage, 0, 1}, {"transfer_days", float64(s.TransferDays), 0, 90},
		{"order_cost_minor", float64(s.OrderCostMinor), 0, 1e12}, {"supplier_order_cost_minor", float64(s.SupplierOrderMinor), 0, 1e12}, {"max_order_minor", float64(s.MaxOrderMinor), 0, 1e15}, {"budget_minor", float64(s.BudgetMinor), 0, 1e15},
		{"space_litres", float64(s.SpaceLitres), 0, 1e12}, {"transfer_cost_minor", float64(s.TransferMinor), 0, 1e12},
	} {
		if !(c.v >= c.from && c.v <= c.to) {
			return &Fault{fmt.Sprintf("%s is %v, which is not between %v and %v.", c.what, c.v, c.from, c.to), "Correct it."}
		}
	}
	return nil
}
