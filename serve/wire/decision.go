package wire

import "time"

// Reason is one argument for a decision, in a merchant's words.
type Reason struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Basis string `json:"basis" enum:"measured,estimated,assumed,unknown"`
}

// Guardrail is a limit that a decision had to keep.
type Guardrail struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Met     bool   `json:"met"`
	Binding bool   `json:"binding"`
	Limit   string `json:"limit"`
	Value   string `json:"value"`
}

// DecisionSummary is a row of the inbox.
type DecisionSummary struct {
	ID        string     `json:"id"`
	Programme string     `json:"programme"`
	Group     string     `json:"group" doc:"What belongs together, e.g. one supplier"`
	Subject   string     `json:"subject" doc:"E.g. a SKU"`
	Title     string     `json:"title"`
	Action    string     `json:"action"`
	Status    string     `json:"status" enum:"proposed,approved,applied,failed,rejected,expired,superseded,held_out,shadow"`
	Mode      string     `json:"mode"`
	P10Minor  *int64     `json:"p10_minor,omitempty"`
	P50Minor  *int64     `json:"p50_minor,omitempty"`
	P90Minor  *int64     `json:"p90_minor,omitempty"`
	Currency  string     `json:"currency"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Synthetic bool       `json:"synthetic" doc:"Derived from synthetic data"`
}

// ReorderDetail is what a reorder proposal rests on.
type ReorderDetail struct {
	SKU            string          `json:"sku"`
	Title          string          `json:"title"`
	Supplier       string          `json:"supplier,omitempty"`
	Units          int64           `json:"units"`
	Pack           int64           `json:"pack"`
	UnitCostMinor  *int64          `json:"unit_cost_minor,omitempty"`
	OrderCostMinor *int64          `json:"order_cost_minor,omitempty"`
	OnHand         int64           `json:"on_hand"`
	Incoming       int64           `json:"incoming"`
	CountedAt      time.Time       `json:"counted_at"`
	WeeksOfCover   *float64        `json:"weeks_of_cover,omitempty"`
	LeadDays       int             `json:"lead_days"`
	ServiceLevel   float64         `json:"service_level"`
	DemandWeek     float64         `json:"demand_week"`
	ReorderPoint   float64         `json:"reorder_point"`
	StockoutDay    string          `json:"stockout_day,omitempty"`
	Forecast       []ForecastPoint `json:"forecast"`
}

// MarkdownDetail is what a proposal for a lower price rests on.
type MarkdownDetail struct {
	SKU            string          `json:"sku"`
	Title          string          `json:"title"`
	PriceMinor     int64           `json:"price_minor" doc:"Asked now"`
	NewPriceMinor  int64           `json:"new_price_minor"`
	UnitCostMinor  int64           `json:"unit_cost_minor"`
	NetMinor       int64           `json:"net_minor" doc:"Of a unit now, without tax and discounts"`
	NewNetMinor    int64           `json:"new_net_minor"`
	Available      int64           `json:"available"`
	Incoming       int64           `json:"incoming"`
	HorizonWeeks   int             `json:"horizon_weeks"`
	Elasticity     float64         `json:"elasticity"`
	ElasticityLow  float64         `json:"elasticity_low" doc:"80 % interval"`
	ElasticityHigh float64         `json:"elasticity_high"`
	Points         []MarkdownPoint `json:"points" doc:"Prices that were weighed, the present one first"`
}

// MarkdownPoint is one price that was weighed, over the horizon.
type MarkdownPoint struct {
	PriceMinor int64   `json:"price_minor"`
	Cut        float64 `json:"cut" doc:"Share of the present price"`
	Units      float64 `json:"units" doc:"Sold, mean"`
	Left       float64 `json:"left" doc:"At the end, mean"`
	MoneyMinor int64   `json:"money_minor" doc:"Margin and what is left, less holding, mean"`
	GainMinor  int64   `json:"gain_minor" doc:"Beside keeping the price, mean"`
}

// WinbackDetail is what a proposal to write to customers rests on.
type WinbackDetail struct {
	Segment     string   `json:"segment"`
	Campaign    string   `json:"campaign"`
	Quiet       int      `json:"quiet" doc:"Customers of the group who are about to be lost"`
	Agreed      int      `json:"agreed" doc:"Of them, who may be written to"`
	Limited     int      `json:"limited" doc:"Of those, who were written to too often lately"`
	Resting     int      `json:"resting" doc:"Who were in a round not long ago"`
	Unreachable int      `json:"unreachable" doc:"Whose mails came back"`
	NotWorth    int      `json:"not_worth" doc:"To whom a mail costs more than it earns"`
	Left        int      `json:"left" doc:"Beyond the most of a round"`
	Recipients  int      `json:"recipients"`
	HeldOut     int      `json:"held_out"`
	SilentDays  int      `json:"silent_days" doc:"Since the last order, in the middle"`
	Chance      float64  `json:"chance" doc:"Of an order within 90 days without a mail, mean"`
	OrderMinor  int64    `json:"order_minor" doc:"Mean net value of their orders"`
	Margin      float64  `json:"margin" doc:"Share of it; 0 where unknown"`
	Lift        float64  `json:"lift" doc:"Share who order because of the mail"`
	LiftLow     float64  `json:"lift_low" doc:"80 % interval"`
	LiftHigh    float64  `json:"lift_high"`
	Basis       string   `json:"basis" enum:"measured,assumed" doc:"Of the lift"`
	WindowDays  int      `json:"window_days" doc:"After a mail, within which orders count"`
	Got         int      `json:"got" doc:"Customers of measured rounds"`
	GotOrdered  int      `json:"got_ordered"`
	Held        int      `json:"held" doc:"Held out of measured rounds"`
	HeldOrdered int      `json:"held_ordered"`
	To          []string `json:"to" doc:"Who gets it: customer ids"`
	Out         []string `json:"out" doc:"Who is held out"`
}

// AuditEntry is one link of the hash chain of everything that was done.
type AuditEntry struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Actor      string    `json:"actor"`
	Event      string    `json:"event"`
	DecisionID string    `json:"decision_id,omitempty"`
	Detail     string    `json:"detail"`
	Hash       string    `json:"hash"`
	PrevHash   string    `json:"prev_hash"`
}

// Delivery is one attempt to hand a decision to the outside.
type Delivery struct {
	Channel  string     `json:"channel" doc:"file, webhook, mail, or another way out"`
	Target   string     `json:"target"`
	Status   string     `json:"status" enum:"pending,done,failed"`
	Attempts int        `json:"attempts"`
	Error    string     `json:"error,omitempty"`
	At       *time.Time `json:"at,omitempty"`
}

// Decision is a proposal with everything that a person needs to judge it.
type Decision struct {
	DecisionSummary
	Reasons    []Reason        `json:"reasons"`
	Guardrails []Guardrail     `json:"guardrails"`
	Model      string          `json:"model,omitempty"`
	InputHash  string          `json:"input_hash"`
	Baseline   string          `json:"baseline,omitempty"`
	Reorder    *ReorderDetail  `json:"reorder,omitempty"`
	Markdown   *MarkdownDetail `json:"markdown,omitempty"`
	Winback    *WinbackDetail  `json:"winback,omitempty"`
	Audit      []AuditEntry    `json:"audit"`
	Effects    []string        `json:"effects" doc:"What approving will do"`
	Deliveries []Delivery      `json:"deliveries"`
}

// DecisionList is the inbox.
type DecisionList struct {
	Items     []DecisionSummary `json:"items"`
	Total     int64             `json:"total"`
	ByStatus  map[string]int64  `json:"by_status"`
	Readiness []Readiness       `json:"readiness"`
}

// Approve names decisions to approve.
type Approve struct {
	IDs  []string `json:"ids" minItems:"1" maxItems:"1000"`
	Note string   `json:"note,omitempty" maxLength:"2000"`
}

// Reject names decisions to reject.
type Reject struct {
	IDs    []string `json:"ids" minItems:"1" maxItems:"1000"`
	Reason string   `json:"reason" maxLength:"2000"`
}

// Undo names decisions to put back.
type Undo struct {
	IDs []string `json:"ids" minItems:"1" maxItems:"1000"`
}

// DecisionResult says what became of one decision.
type DecisionResult struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// DecisionResults says what became of each.
type DecisionResults struct {
	Results []DecisionResult `json:"results"`
}

// JobStarted names the job that was started.
type JobStarted struct {
	Job string `json:"job"`
}

// AuditList is a page of the audit trail, newest first.
type AuditList struct {
	Items   []AuditEntry `json:"items"`
	Total   int64        `json:"total"`
	ChainOK bool         `json:"chain_ok" doc:"Whether every hash follows from the one before"`
}
