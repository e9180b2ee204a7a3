package demand

import (
	"math"

	"almanac/state"
)

// Origin is one cut-off of the backtest: forecasts were made of so many weeks from this Monday on, seeing only what was
// before it.
type Origin struct {
	Week  state.Day `json:"week"`
	Weeks int       `json:"weeks"`
}

// Tested is what a product's method and the baseline missed from one origin, in units over all of its weeks. The method
// was chosen on these same weeks, so that its numbers flatter it a little; the baseline's were not chosen at all.
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

// tested is what the backtest said of the i-th product, origins at which it had not been sold yet left out.
func (c *choice) tested(i int) (out []Tested) {
	if c.scores == nil {
		return nil
	}
	own, base := c.scores[i][c.of[i]], c.scores[i][0]
	for k := range own {
		if own[k].Points == 0 || base[k].Points == 0 {
			continue
		}
		out = append(out, Tested{Origin: k, Units: cent(own[k].Volume), Miss: cent(own[k].Miss), Signed: cent(own[k].Signed),
			BaseMiss: cent(base[k].Miss), BaseSigned: cent(base[k].Signed)})
	}
	return out
}

func cent(v float64) float64 { return math.Round(v*100) / 100 }
