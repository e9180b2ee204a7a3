package wire

import "time"

// Day is one day's sales.
type Day struct {
	Day           string `json:"day"`
	Orders        int64  `json:"orders"`
	Units         int64  `json:"units"`
	GrossMinor    int64  `json:"gross_minor"`
	DiscountMinor int64  `json:"discount_minor"`
	ReturnsMinor  int64  `json:"returns_minor"`
	NetMinor      int64  `json:"net_minor"`
}

// Kpi is one figure beside its value in the period before.
type Kpi struct {
	Code     string   `json:"code" enum:"net_sales,orders,average_order,units,return_rate,repeat_rate_90,repeat_rate_365,customers"`
	Unit     string   `json:"unit" enum:"money,count,ratio"`
	Value    *float64 `json:"value,omitempty"`
	Previous *float64 `json:"previous,omitempty"`
	Note     string   `json:"note,omitempty"`
}

// Sharpen names data that would make a figure better, or possible.
type Sharpen struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// Leak is a place where the shop seems to lose money.
type Leak struct {
	Code        string    `json:"code"`
	Title       string    `json:"title"`
	Explain     string    `json:"explain"`
	Basis       string    `json:"basis" enum:"measured,estimated,assumed,unknown"`
	LowMinor    *int64    `json:"low_minor,omitempty"`
	MidMinor    *int64    `json:"mid_minor,omitempty"`
	HighMinor   *int64    `json:"high_minor,omitempty"`
	From        string    `json:"from"`
	To          string    `json:"to"`
	Assumptions []string  `json:"assumptions"`
	Sharpen     []Sharpen `json:"sharpen"`
	Link        string    `json:"link"`
}

// Readiness says whether a programme has the data that it needs.
type Readiness struct {
	Programme string    `json:"programme"`
	Title     string    `json:"title"`
	Ready     bool      `json:"ready"`
	Missing   []Sharpen `json:"missing"`
}

// Coverage is the span of days with sales.
type Coverage struct {
	From string    `json:"from"`
	To   string    `json:"to"`
	AsOf time.Time `json:"as_of"`
}

// Period is the span that figures speak of, and the equally long one before.
type Period struct {
	From         string `json:"from"`
	To           string `json:"to"`
	PreviousFrom string `json:"previous_from"`
	PreviousTo   string `json:"previous_to"`
}

// LateOrders are the open purchases and suppliers that somebody should look at.
type LateOrders struct {
	Orders    int64  `json:"orders" doc:"Open purchases that may come late or leave a shelf empty"`
	RiskMinor *int64 `json:"risk_minor,omitempty" doc:"Margin that all open purchases put at risk"`
	Slower    int64  `json:"slower" doc:"Suppliers whose lead times have become longer"`
}

// Home is the first page.
type Home struct {
	Coverage                *Coverage   `json:"coverage,omitempty" doc:"Absent while the shop is empty"`
	Period                  Period      `json:"period"`
	Kpis                    []Kpi       `json:"kpis"`
	Days                    []Day       `json:"days"`
	Leaks                   []Leak      `json:"leaks"`
	Readiness               []Readiness `json:"readiness"`
	OpenDecisions           int64       `json:"open_decisions"`
	OpenDecisionsValueMinor *int64      `json:"open_decisions_value_minor,omitempty"`
	LateOrders              *LateOrders `json:"late_orders,omitempty" doc:"Absent where no open purchase needs anybody and no supplier changed"`
	Findings                int64       `json:"findings"`
	Quarantined             int64       `json:"quarantined"`
	Behind                  int64       `json:"behind" doc:"Facts recorded but not yet shown"`
	Synthetic               []string    `json:"synthetic" doc:"Sources that hold synthetic data"`
}
