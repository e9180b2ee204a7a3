package demand

import (
	"math"

	"almanac/model/forecast"
	"almanac/state"
)

// Origin is one cut-off of the backtest: forecasts were made of so many weeks from this Monday on, seeing only what was
// before it.
type Origin struct {
	Week  state.Day `json:"week"`
	Weeks int       `json:"weeks"`
}

// Tested is what a product's method and the baseline missed from one origin, in units over all of its weeks. The method
// was chosen on these same weeks or, where products have methods of their own, on the older ones, so that most of its numbers flatter it a little; the
// baseline’s were not chosen at all.
type Tested struct {
	Origin     int     `json:"o"`  // index into Model.Origins
	Units      float64 `json:"u"`  // sold
	Miss       float64 `json:"m"`  // Σ |sold − forecast|
	Signed     float64 `json:"s"`  // Σ (forecast − sold)
	BaseMiss   float64 `json:"bm"` // the same of the baseline
	BaseSigned float64 `json:"bs"`
}

// origins are the cut-offs of the backtest as days, newest first.
func origins(w *weeks, p plan) []Origin {
	out := make([]Origin, len(p.cutoffs))
	for k, c := range p.cutoffs {
		out[k] = Origin{w.start + state.Day(7*c), p.horizon}
	}
	return out
}

// test notes what was missed of the i-th product from one origin, unless it had not been sold yet.
func (c *choice) test(i, origin int, own, base forecast.Score) {
	if own.Points == 0 || base.Points == 0 {
		return
	}
	c.past[i] = append(c.past[i], Tested{Origin: origin, Units: cent(own.Volume), Miss: cent(own.Miss), Signed: cent(own.Signed),
		BaseMiss: cent(base.Miss), BaseSigned: cent(base.Signed)})
}

func cent(v float64) float64 { return math.Round(v*100) / 100 }
