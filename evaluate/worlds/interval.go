package worlds

import "math"

// Tally is how the intervals of one world did.
type Tally struct {
	n, held, below, above int
	width, score          float64
}

// Add judges one interval that is to hold the truth with a chance of level.
func (t *Tally) Add(low, high, truth, level float64) {
	penalty := 2 / (1 - level)
	t.n++
	t.width += high - low
	t.score += high - low
	switch {
	case truth < low:
		t.below++
		t.score += penalty * (low - truth)
	case truth > high:
		t.above++
		t.score += penalty * (truth - high)
	default:
		t.held++
	}
}

// Intervals is how the intervals of many worlds did.
type Intervals struct {
	Level    float64 `json:"level"` // that they promise
	Asked    int     `json:"asked"`
	Coverage float64 `json:"coverage"`
	// BandLow and BandHigh hold 95 % of the coverages of honest intervals, by the binomial law. Intervals of one world err together:
	// the law counts only as many of them as the spread between worlds says.
	BandLow  float64 `json:"band_low"`
	BandHigh float64 `json:"band_high"`
	Below    float64 `json:"below"` // share of truths below their interval
	Above    float64 `json:"above"`
	// Score is the mean of width plus 2/(1−level) times what lies outside, Width the mean width.
	Score float64 `json:"interval_score"`
	Width float64 `json:"width"`
}

// Judge puts the worlds together.
func Judge(level float64, of []Tally) Intervals {
	var sum Tally
	for _, t := range of {
		sum.n += t.n
		sum.held += t.held
		sum.below += t.below
		sum.above += t.above
		sum.width += t.width
		sum.score += t.score
	}
	out := Intervals{Level: level, Asked: sum.n}
	if n := float64(sum.n); n > 0 {
		out.Coverage, out.Below, out.Above = float64(sum.held)/n, float64(sum.below)/n, float64(sum.above)/n
		out.Score, out.Width = sum.score/n, sum.width/n
	}
	out.BandLow, out.BandHigh = Band(independent(out, of), level)
	return out
}

// independent is how many independent intervals are worth as much as those of all worlds: their number over the design effect of
// sampling by clusters (Kish 1965), at least one a world.
func independent(i Intervals, of []Tally) int {
	worlds := len(of)
	if i.Asked <= worlds || worlds < 2 || i.Coverage == 0 || i.Coverage == 1 {
		return min(i.Asked, worlds)
	}
	between := 0.0
	for _, t := range of {
		d := float64(t.held) - i.Coverage*float64(t.n)
		between += d * d
	}
	g := float64(worlds)
	effect := g / (g - 1) * between / (float64(i.Asked) * i.Coverage * (1 - i.Coverage))
	return max(worlds, int(float64(i.Asked)/math.Max(1, effect)))
}

// Band is the shares of n trials that hold the middle 95 % of the binomial law of a chance.
func Band(n int, chance float64) (low, high float64) {
	if n < 1 {
		return 0, 1
	}
	below, from := 0.0, -1
	for k := 0; k <= n; k++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		below += math.Exp(a - b - c + float64(k)*math.Log(chance) + float64(n-k)*math.Log(1-chance))
		if from < 0 && below >= 0.025 {
			from = k
		}
		if below >= 0.975 {
			return float64(from) / float64(n), float64(k) / float64(n)
		}
	}
	return float64(max(from, 0)) / float64(n), 1
}
