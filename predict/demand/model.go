// Package demand answers how much of each product will be ordered in each of the next 13 weeks, with a band, and how
// large the demand over a lead time may become.
//
// In goes the shop's sales per product and day before a cut-off (units ordered and not cancelled), in weeks that begin on
// Monday; out come an artefact with a forecast per product and a card. The baseline repeats last year's weeks, or the
// last quarter's where the history is too short to test a year. Moving averages, exponential smoothing and the combination
// of model/forecast/auto must beat it in a rolling-origin backtest on the shop's own past to answer in its stead. Bands are
// stretched as they would have had to be in that past, newer cut-offs first. Weeks in which a product was out of stock teach what
// would have sold, and are not scored. Methods and their sources: model/forecast, model/uncensor.
package demand

import (
	"math"
	"sort"

	"almanac/model/forecast"
	"almanac/state"
)

// Model is the trained artefact: forecasts only, no history.
type Model struct {
	Start    state.Day `json:"start"`              // Monday of the first forecast week
	Weeks    int       `json:"weeks"`              // forecast weeks per product
	Methods  []string  `json:"methods"`            // names that Product.Method points to
	Levels   []Level   `json:"levels"`             // categories, then the whole shop
	Adding   string    `json:"adding"`             // how levels were made to add up: BottomUp or Reconciled
	Product  []Product `json:"product"`            // by SKU, ascending
	Places   []Place   `json:"places,omitempty"`   // by name; none where nobody tells where units are sold
	Regions  []Place   `json:"regions,omitempty"`  // that places lie in, by name
	Dividing string    `json:"dividing,omitempty"` // how products were divided over places: ByShares, OwnSeries or Reconciled
	Origins  []Origin  `json:"origins,omitempty"`  // of the backtest, newest first
	Effects  []Effect  `json:"effects,omitempty"`  // what moves demand besides time
	Tried    []Tried   `json:"tried,omitempty"`    // what had to earn its place among them
}

// Product is the forecast of one product, in units per week.
type Product struct {
	SKU     string          `json:"sku"`
	Method  int             `json:"method"`  // index into Model.Methods
	History int             `json:"history"` // weeks since its first sale
	Mean    []float64       `json:"mean"`
	P10     []float64       `json:"p10"`
	P50     []float64       `json:"p50"`
	P90     []float64       `json:"p90"`
	Fan     [4][]float64    `json:"fan"` // at forecast.FanLevels
	Spread  forecast.Spread `json:"spread"`
	Most    float64         `json:"most"`
	Past    []Tested        `json:"past,omitempty"`   // what the backtest said of it
	Lacked  []Lacked        `json:"lacked,omitempty"` // weeks of the last two years in which it lacked stock
	Moves   []Move          `json:"moves,omitempty"`  // what moves its weeks ahead
	At      []At            `json:"at,omitempty"`     // what of it falls to each place, by place
	Days    []float64       `json:"days,omitempty"`   // shares of a week by day from Monday on; nil where days are even
	Bulk    float64         `json:"bulk,omitempty"`   // share of the mean that single large orders bring

	// Hidden is how many units stockouts hid in the last year; Inferred where that follows from sales alone, as nobody counted.
	Hidden   float64 `json:"hidden,omitempty"`
	Inferred bool    `json:"inferred,omitempty"`
}

// Lacked is a week in which a product lacked stock.
type Lacked struct {
	Week   int     `json:"w"` // before the first forecast week, from −1 back
	In     float64 `json:"i"` // share of the week's usual sales for which there was stock
	Demand float64 `json:"d"` // units that would have sold
}

// Level is the forecast of a category, or of the whole shop where the name is empty and whole is asked for.
func (m *Model) Level(category string, whole bool) (Level, bool) {
	for _, l := range m.Levels {
		if l.Whole == whole && (whole || l.Category == category) {
			return l, true
		}
	}
	return Level{}, false
}

// spread notes how the weeks of a product are spread over their days.
func (p *Product) spread(shares weekdays) {
	p.Days = make([]float64, len(shares))
	for d, share := range shares {
		p.Days[d] = math.Round(share*1e3) / 1e3
	}
}

// Find is the forecast of a product; ok is false where it had no sale before the cut-off.
func (m *Model) Find(sku string) (p Product, ok bool) {
	i := sort.Search(len(m.Product), func(i int) bool { return m.Product[i].SKU >= sku })
	if i == len(m.Product) || m.Product[i].SKU != sku {
		return Product{}, false
	}
	return m.Product[i], true
}

// Week is the Monday of the i-th forecast week.
func (m *Model) Week(i int) state.Day { return m.Start + state.Day(7*i) }

// Forecast is the product's forecast with the lead-time sums of package forecast: SumMean and SumQuantile in weeks.
func (p Product) Forecast() forecast.Forecast {
	return forecast.Forecast{Mean: p.Mean, P10: p.P10, P50: p.P50, P90: p.P90, Fan: p.Fan, Spread: p.Spread, Most: p.Most, Parts: p.Days}
}

func productOf(sku string, method, history int, f forecast.Forecast) Product {
	p := Product{
		SKU: sku, Method: method, History: history,
		Mean: short(f.Mean), P10: short(f.P10), P50: short(f.P50), P90: short(f.P90),
		Spread: forecast.Spread{Scale: round(f.Spread.Scale), Growth: round(f.Spread.Growth)}, Most: round(f.Most),
	}
	for i := range f.Fan {
		p.Fan[i] = short(f.Fan[i])
	}
	return p
}

// Hundredths of a unit are more than a forecast knows, and keep artefacts small.
func short(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Round(v*100) / 100
	}
	return out
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
