package uncensor

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"almanac/model/uncensor"
)

// Report is what `almanac evaluate uncensor` prints.
type Report struct {
	Task    string           `json:"task"`
	Data    Data             `json:"data"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`

	Inferred *Inferred `json:"inferred"` // with the flags hidden
	Seconds  float64   `json:"seconds"`
}

// Data says what was measured.
type Data struct {
	File    string  `json:"file"`
	Days    int     `json:"days"`
	Whole   int     `json:"whole"`   // days with stock in all hours
	Imposed float64 `json:"imposed"` // share of demand hidden by the imposed stockouts
	Items   int     `json:"items"`
	Open    int     `json:"open_hours"`
}

// Score is how far recovered demand is from true demand, over all imposed days.
type Score struct {
	Method string  `json:"method,omitempty"`
	WAPE   float64 `json:"wape"`
	Bias   float64 `json:"bias"`
}

// sum of errors.
type sum struct{ abs, signed, total float64 }

func (s *sum) add(truth, guess float64) {
	s.abs += math.Abs(guess - truth)
	s.signed += guess - truth
	s.total += truth
}

func (s *sum) score() Score { return Score{WAPE: s.abs / s.total, Bias: s.signed / s.total} }

// imposed is a whole day and the hours that are hidden of it.
type imposed struct {
	day   *uncensor.Day
	out   []bool
	truth float64
}

// Options of a measurement.
type Options struct {
	File     string
	Seed     uint64 // of the imposed stockouts
	From, To int    // first and last hour in which the stores are open; both 0: found from the sales
}

func (o Options) open(days []uncensor.Day) []bool {
	if o.From == 0 && o.To == 0 {
		return uncensor.Open(days)
	}
	open := make([]bool, 24)
	for h := o.From; h <= o.To && h < 24; h++ {
		open[h] = true
	}
	return open
}

// Run hides hours of every whole day, as other days really lack them, and recovers the day's demand from the rest and
// from other days. Settings are chosen on one half of the items and scored on the other, both ways.
func Run(ctx context.Context, days []uncensor.Day, o Options, tell func(string, int64, int64)) (*Report, error) {
	began := time.Now()
	if tell == nil {
		tell = func(string, int64, int64) {}
	}
	tell("Learning", 0, 1)
	open := o.open(days)
	usual := uncensor.Fit(days, open, uncensor.Usual)
	tests := impose(days, open, o.Seed)
	if len(tests) == 0 {
		return nil, errors.New("no day had stock in all hours, or none lacked it in some: there is nothing to impose")
	}
	if !slices.ContainsFunc(tests, func(t imposed) bool { return t.truth > 0 }) {
		return nil, errors.New("nothing was sold on the days with stock in all hours: there is no demand to hide")
	}
	r := &Report{Task: "uncensor", Data: Data{File: o.File, Days: len(days), Whole: len(tests)}, Methods: map[string]Score{}}
	for _, is := range open {
		if is {
			r.Data.Open++
		}
	}
	for i := range days {
		r.Data.Items = max(r.Data.Items, days[i].Item+1)
	}
	r.baselines(usual, tests)
	r.Data.Imposed = -r.Methods["sales as demand"].Bias
	chosen, err := choose(ctx, days, open, tests, tell)
	if err != nil {
		return nil, err
	}
	var s sum
	for half, settings := range chosen {
		m := uncensor.Fit(days, open, settings)
		for _, t := range tests {
			if t.day.Item%2 == half {
				s.add(t.truth, m.Demand(t.day, t.out))
			}
		}
	}
	r.Auto = s.score()
	r.Auto.Method = "Gamma–Poisson on the store's day"
	r.Methods[r.Auto.Method] = Score{WAPE: r.Auto.WAPE, Bias: r.Auto.Bias}
	tell("Finding hidden stockouts", 0, 1)
	r.Inferred = infer(days, open)
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// impose draws for each whole day the hours that some day with a stockout lacked.
func impose(days []uncensor.Day, open []bool, seed uint64) (out []imposed) {
	var masks [][]bool
	for i := range days {
		d := &days[i]
		lacks, has := false, false
		for h, o := range d.Out {
			lacks, has = lacks || o && open[h], has || !o && open[h]
		}
		if lacks && has {
			masks = append(masks, d.Out)
		}
	}
	if len(masks) == 0 {
		return nil
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range days {
		d := &days[i]
		if !d.Whole(open) {
			continue
		}
		t := imposed{day: d, out: masks[rng.IntN(len(masks))]}
		for h, v := range d.Sales {
			if open[h] {
				t.truth += v
			}
		}
		out = append(out, t)
	}
	return out
}

// baselines are what is done without a model, and Gamma–Poisson with the item's plain mean.
func (r *Report) baselines(m *uncensor.Model, tests []imposed) {
	type total struct{ sold, n float64 }
	items, all := map[int]total{}, total{}
	for _, t := range tests {
		s := items[t.day.Item]
		items[t.day.Item] = total{s.sold + t.truth, s.n + 1}
		all = total{all.sold + t.truth, all.n + 1}
	}
	sums := map[string]*sum{}
	score := func(name string, truth, guess float64) {
		if sums[name] == nil {
			sums[name] = &sum{}
		}
		sums[name].add(truth, guess)
	}
	for _, t := range tests {
		s := items[t.day.Item]
		mean := all.sold / all.n
		if s.n > 1 {
			mean = (s.sold - t.truth) / (s.n - 1) // of the other days
		}
		sold, share := m.Seen(t.day, t.out)
		score("sales as demand", t.truth, sold)
		score("mean of the item", t.truth, mean)
		if share > .02 {
			score("by the share of the hours", t.truth, sold/share)
		} else {
			score("by the share of the hours", t.truth, mean)
		}
		score("the item's mean in the hours without stock", t.truth, sold+(1-share)*mean)
		score("Gamma–Poisson on the item's mean", t.truth, sold+(1-share)*(2+sold)/(2/max(.01, mean)+share))
	}
	for name, s := range sums {
		r.Methods[name] = s.score()
	}
}

// choose finds for each half of the items the settings that are best on the other half.
func choose(ctx context.Context, days []uncensor.Day, open []bool, tests []imposed, tell func(string, int64, int64)) (best [2]uncensor.Settings, err error) {
	least := [2]float64{math.Inf(1), math.Inf(1)}
	grid := settings()
	for n, s := range grid {
		if err := ctx.Err(); err != nil {
			return best, err
		}
		tell("Choosing settings", int64(n), int64(len(grid)))
		m := uncensor.Fit(days, open, s)
		means, hours := make([]float64, len(tests)), make([][24]float64, len(tests))
		for i, t := range tests {
			means[i], hours[i] = m.Usual(t.day)
		}
		for _, trust := range []float64{1, 1.5, 2, 3, 4, 6} {
			for _, power := range []float64{.5, .75, 1} {
				m.Trust, m.Power = trust, power
				var sums [2]sum
				for i, t := range tests {
					sums[t.day.Item%2].add(t.truth, m.Given(means[i], hours[i], t.day, t.out))
				}
				for half := range sums {
					if w := sums[half].score().WAPE; w < least[1-half] {
						least[1-half], best[1-half] = w, m.Settings
					}
				}
			}
		}
	}
	return best, nil
}

func settings() (out []uncensor.Settings) {
	for _, near := range []float64{6, 14} {
		for _, shock := range []float64{5, 20} {
			for _, hour := range []float64{10, 40} {
				out = append(out, uncensor.Settings{Near: near, Shock: shock, Hour: hour})
			}
		}
	}
	return out
}
