package wire

import "time"

// DemandRow is the forecast of one product in the list.
type DemandRow struct {
	SKU           string    `json:"sku"`
	Title         string    `json:"title"`
	Category      string    `json:"category,omitempty"`
	Type          string    `json:"type" enum:"smooth,erratic,intermittent,lumpy,few" doc:"How its demand comes; few: too little was sold to say"`
	Method        string    `json:"method,omitempty"`
	DemandWeek    *float64  `json:"demand_week,omitempty" doc:"Expected units a week over the next four weeks, with what planners set"`
	Quarter       *float64  `json:"quarter,omitempty" doc:"Expected units over all forecast weeks, with what planners set"`
	Adjusted      bool      `json:"adjusted" doc:"A planner set some of these weeks"`
	Error         *float64  `json:"error,omitempty" doc:"Units missed as a share of units sold, in the backtest"`
	BaselineError *float64  `json:"baseline_error,omitempty"`
	Bias          *float64  `json:"bias,omitempty" doc:"Units too many (+) or too few (−) as a share of units sold"`
	BaselineBias  *float64  `json:"baseline_bias,omitempty"`
	Tested        float64   `json:"tested" doc:"Units sold in the weeks of the backtest"`
	Trend         []int64   `json:"trend" doc:"Units of the last twelve weeks"`
	Next          []float64 `json:"next" doc:"Expected units of the forecast weeks"`
	Missing       string    `json:"missing,omitempty" doc:"Why there is no forecast"`
}

// DemandList is a page of forecasts.
type DemandList struct {
	Items      []DemandRow   `json:"items"`
	Total      int64         `json:"total"`
	Card       *ForecastCard `json:"card,omitempty"`
	Start      string        `json:"start,omitempty" doc:"Monday of the first forecast week"`
	Categories []string      `json:"categories"`
	Adjusted   int64         `json:"adjusted" doc:"Products of which a planner set weeks that are in force"`
	Without    int64         `json:"without" doc:"Products without a forecast"`
}

// AccuracyPoint is what forecasts made at one time missed.
type AccuracyPoint struct {
	Week          string   `json:"week" doc:"First week that was forecast; nothing from it on was known"`
	Weeks         int      `json:"weeks"`
	Units         float64  `json:"units"`
	Error         *float64 `json:"error,omitempty"`
	BaselineError *float64 `json:"baseline_error,omitempty"`
	Bias          *float64 `json:"bias,omitempty"`
	BaselineBias  *float64 `json:"baseline_bias,omitempty"`
}

// CategoryAccuracy is how good the forecasts of one category were, over all times and at each.
type CategoryAccuracy struct {
	Category      string          `json:"category"`
	Products      int64           `json:"products"`
	Units         float64         `json:"units"`
	Error         *float64        `json:"error,omitempty"`
	BaselineError *float64        `json:"baseline_error,omitempty"`
	Bias          *float64        `json:"bias,omitempty"`
	BaselineBias  *float64        `json:"baseline_bias,omitempty"`
	Points        []AccuracyPoint `json:"points" doc:"Oldest first"`
}

// DemandAccuracy is how good forecasts were, by category; the first item is the whole shop.
type DemandAccuracy struct {
	Items   []CategoryAccuracy `json:"items"`
	Card    *ForecastCard      `json:"card,omitempty"`
	Missing string             `json:"missing,omitempty" doc:"Why nothing was tested"`
	Tried   []TriedEffect      `json:"tried" doc:"What moves demand besides time and had to earn its place"`
	Notes   []string           `json:"notes" doc:"What the card says besides"`
}

// TriedEffect is a group of effects that was tried on the shop's own past.
type TriedEffect struct {
	Title  string  `json:"title"`
	Gain   float64 `json:"gain" doc:"Share of the miss that it took away at past cut-offs, known ahead"`
	Kept   bool    `json:"kept"`
	Untold bool    `json:"untold" doc:"It would be kept, were it told ahead"`
}

// LackedWeek is a week in which a product lacked stock.
type LackedWeek struct {
	Week   string  `json:"week"`
	Units  float64 `json:"units" doc:"What would have sold, estimated"`
	In     float64 `json:"in" doc:"Share of the week's usual sales for which there was stock"`
	Likely bool    `json:"likely" doc:"Nobody counted: it follows from the sales"`
}

// DemandLevel is the forecast of a category, a place, a region or the whole shop; its weeks are the sums of its products'.
type DemandLevel struct {
	Category string          `json:"category,omitempty"`
	Place    string          `json:"place,omitempty"`
	Region   string          `json:"region,omitempty"`
	Unplaced bool            `json:"unplaced,omitempty" doc:"What was sold without telling a place"`
	Title    string          `json:"title,omitempty" doc:"What people call the place"`
	Whole    bool            `json:"whole"`
	Choices  []string        `json:"choices" doc:"Categories of the shop"`
	Products int             `json:"products"`
	Adding   string          `json:"adding,omitempty" enum:"bottom-up,shares of places,own series of places,weighted least squares" doc:"How products, categories and shop were made to add up; of a place or region, how products were divided over places"`
	Method   string          `json:"method,omitempty" doc:"That made its bands"`
	Adjusted int             `json:"adjusted" doc:"Products of which a planner set weeks that are in force"`
	Bulk     float64         `json:"bulk,omitempty" doc:"Share of what is expected that comes in single large orders"`
	Weeks    []WeekPoint     `json:"weeks"`
	Forecast []ForecastPoint `json:"forecast" doc:"With what planners set"`
	Means    []PlannedWeek   `json:"means" doc:"The sums of the products' averages: as the model says, and with what planners set"`
	Tested   []AccuracyPoint `json:"tested"`
	Error    *float64        `json:"error,omitempty" doc:"Of its products, in the backtest"`
	Baseline *float64        `json:"baseline_error,omitempty"`
	Card     *ForecastCard   `json:"card,omitempty"`
	Missing  string          `json:"missing,omitempty" doc:"Why there is no forecast"`
}

// Mark is something that happened to a product and belongs into its chart.
type Mark struct {
	Day   string `json:"day"`
	Kind  string `json:"kind" enum:"price,stockout,promotion,event"`
	Label string `json:"label"`
}

// Driver is one thing that makes a forecast what it is.
type Driver struct {
	Code  string `json:"code" enum:"level,trend,season,pattern,expected,adjusted,effect,stockouts,bulk,weekday"`
	Name  string `json:"name,omitempty" doc:"Of an effect: price, promotion, a holiday, a signal"`
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Basis string `json:"basis" enum:"measured,estimated,assumed,unknown"`
}

// PlannedWeek is what a person expects in one week.
type PlannedWeek struct {
	Week  string   `json:"week"`
	Units float64  `json:"units"`
	Model *float64 `json:"model,omitempty" doc:"What the model said then"`
	Sold  *int64   `json:"sold,omitempty" doc:"Once the week is over"`
}

// Adjustment is what a planner set by hand for one product.
type Adjustment struct {
	ID       string        `json:"id"`
	SKU      string        `json:"sku"`
	Title    string        `json:"title"`
	Note     string        `json:"note"`
	By       string        `json:"by"`
	At       time.Time     `json:"at"`
	Until    string        `json:"until" doc:"The last day on which it is in force"`
	InForce  bool          `json:"in_force"`
	UndoneAt *time.Time    `json:"undone_at,omitempty"`
	UndoneBy string        `json:"undone_by,omitempty"`
	Weeks    []PlannedWeek `json:"weeks"`
}

// Adjust asks for weeks to be set.
type Adjust struct {
	SKU   string       `json:"sku" minLength:"1" maxLength:"512"`
	Weeks []AdjustWeek `json:"weeks" minItems:"1" maxItems:"52"`
	Note  string       `json:"note" minLength:"1" maxLength:"500"`
	Until string       `json:"until" doc:"The last day on which it is in force, like 2026-01-31"`
}

// AdjustWeek is one week to be set.
type AdjustWeek struct {
	Week  string  `json:"week" doc:"Its Monday, like 2026-01-26"`
	Units float64 `json:"units" minimum:"0" maximum:"10000000"`
}

// PlanScore is what people and the model missed in the same weeks.
type PlanScore struct {
	Weeks           int      `json:"weeks" doc:"Products times weeks that are over"`
	Units           float64  `json:"units"`
	Error           *float64 `json:"error,omitempty" doc:"Units that people missed, as a share of units sold"`
	ModelError      *float64 `json:"model_error,omitempty"`
	Bias            *float64 `json:"bias,omitempty"`
	ModelBias       *float64 `json:"model_bias,omitempty"`
	ValueMinor      int64    `json:"value_minor" doc:"Units that people missed, at the price charged lately"`
	ModelValueMinor int64    `json:"model_value_minor"`
	Priced          int      `json:"priced" doc:"Of weeks, those with a price"`
	Better          int      `json:"better" doc:"Of weeks, those in which people were nearer"`
	ModelBetter     int      `json:"model_better"`
}

// AdjustmentList is what planners set, newest first, and how it did.
type AdjustmentList struct {
	Items []Adjustment `json:"items"`
	Total int64        `json:"total"`
	Score PlanScore    `json:"score"`
}

// OwnWeek is the shop's own forecast of one week beside the model's, over all products told.
type OwnWeek struct {
	Week       string   `json:"week"`
	Products   int      `json:"products"`
	Units      float64  `json:"units" doc:"As the shop expected"`
	Model      *float64 `json:"model,omitempty" doc:"As the model expected, of the products it knew"`
	Sold       *float64 `json:"sold,omitempty" doc:"Once the week is over"`
	Error      *float64 `json:"error,omitempty"`
	ModelError *float64 `json:"model_error,omitempty"`
	ValueMinor *int64   `json:"value_minor,omitempty"`
	ModelMinor *int64   `json:"model_minor,omitempty"`
	Hindsight  int      `json:"hindsight" doc:"Products whose forecast was told after the week had begun"`
}

// OwnForecast is the shop's own forecast beside the model's.
type OwnForecast struct {
	Items    []OwnWeek  `json:"items"`
	Total    int64      `json:"total"`
	Score    PlanScore  `json:"score"`
	Products int        `json:"products"`
	Unknown  int        `json:"unknown" doc:"Products told that the shop never sold or described"`
	Unscored int        `json:"unscored" doc:"Products times weeks that are over of which the model said nothing"`
	ToldAt   *time.Time `json:"told_at,omitempty"`
}

// OwnImport is what became of a file with the shop's own forecast.
type OwnImport struct {
	Rows     int64    `json:"rows"`
	Refused  int64    `json:"refused"`
	Faults   []string `json:"faults" doc:"The first of the refused rows, and what to do"`
	Products int      `json:"products"`
	Weeks    int      `json:"weeks"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Job      string   `json:"job,omitempty" doc:"Compares the weeks that are over, where there are any"`
}

// DemandProduct is everything about the forecast of one product.
type DemandProduct struct {
	Row         DemandRow       `json:"row"`
	Today       string          `json:"today" doc:"The first day of which nothing is known"`
	Weeks       []WeekPoint     `json:"weeks"`
	Forecast    []ForecastPoint `json:"forecast" doc:"As the model says"`
	Means       []PlannedWeek   `json:"means" doc:"The model's average of each week, and what planners set in its place"`
	Own         []PlannedWeek   `json:"own" doc:"The shop's own forecast"`
	Lacked      []LackedWeek    `json:"lacked" doc:"Weeks in which it lacked stock"`
	Hidden      float64         `json:"hidden" doc:"Units that stockouts hid in the last year, estimated"`
	Marks       []Mark          `json:"marks"`
	Drivers     []Driver        `json:"drivers"`
	Tested      []AccuracyPoint `json:"tested"`
	Card        *ForecastCard   `json:"card,omitempty"`
	Places      []ProductPlace  `json:"places" doc:"What falls to each place, where the shop tells of places"`
	Adjustments []Adjustment    `json:"adjustments"`
	Score       PlanScore       `json:"score" doc:"What planners set for this product, beside the model"`
}
