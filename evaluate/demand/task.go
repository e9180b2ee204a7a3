package demand

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/model/gbdt/catalogue"
	"almanac/model/parallel"
)

// Options of a measurement.
type Options struct {
	Sales, Calendar string // names of the files, for the report
	Origin          int    // the last day that is known, from 1 on
	Horizon         int    // days after it, 7 to 56 are usual
	Every           int    // only every so manieth item is measured (all of them teach); 0 and 1: all
	Rows, Trees     int    // to learn from, and of the mean; 0 for the model's defaults
	Seed            uint64
	Tell            func(what string, done, total int64)
}

// Report is what `almanac evaluate demand` prints.
type Report struct {
	Task    string           `json:"task"`
	Data    Data             `json:"data"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`
	Seconds float64          `json:"seconds"`
}

// Data says what was measured.
type Data struct {
	Sales    string `json:"sales"`
	Calendar string `json:"calendar"`
	Series   int    `json:"series"`   // measured
	Teaching int    `json:"teaching"` // series that the model learned from
	Origin   int    `json:"origin"`
	Horizon  int    `json:"horizon"`
	Every    int    `json:"every"`
	Earlier  []int  `json:"earlier_origins"` // on which the choice was made
}

func (o *Options) check() error {
	o.Every = max(o.Every, 1)
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	if o.Horizon < 1 || o.Horizon > 364 {
		return fmt.Errorf("a horizon of %d days: between 1 and 364 are possible", o.Horizon)
	}
	if o.Origin < 1 {
		return errors.New("the origin is a day from 1 on")
	}
	return nil
}

// run is a measurement under way.
type run struct {
	w     *World
	o     Options
	panel *catalogue.Panel
}

// Run forecasts the days after the origin, from what was known then, and scores the forecasts. Weights, spread, the number of
// trees and the bands of the baselines are chosen on earlier origins, by a model that was fitted before them.
func Run(ctx context.Context, w *World, o Options) (*Report, error) {
	began := time.Now()
	if err := o.check(); err != nil {
		return nil, err
	}
	final, err := w.cut(o.Origin, o.Horizon, o.Every, 0)
	if err != nil {
		return nil, err
	}
	r := &run{w: w, o: o, panel: w.panel(o.Origin)}
	c, earlier, err := r.choose(ctx)
	if err != nil {
		return nil, err
	}
	m, err := r.fit(ctx, "Learning", o.Origin)
	if err != nil {
		return nil, err
	}
	as, err := r.look(ctx, m, []int{c.trees}, final, o.Origin)
	if err != nil {
		return nil, err
	}
	a := as[0]
	report := &Report{Task: "demand", Methods: map[string]Score{}, Data: Data{Sales: o.Sales, Calendar: o.Calendar, Series: len(a.which),
		Teaching: len(r.panel.Series), Origin: o.Origin, Horizon: o.Horizon, Every: o.Every, Earlier: earlier}}
	report.Auto = a.score(c.weight, c.wider)
	report.Methods["automatic"] = report.Auto
	report.Auto.Method = c.method()
	for k, name := range members() {
		if k == 0 || name == pooled {
			alone := make([]float64, len(c.weight))
			alone[k] = 1
			report.Methods[name] = a.score(alone, c.wider)
		}
	}
	for k, b := range baselines {
		says := a.ask(b, o.Horizon)
		s := a.baseline(says, c.band[k])
		s.Method, s.Normal = c.band[k].String(), a.baseline(says, textbook).WSPL
		report.Methods[b.name] = s
	}
	report.Seconds = time.Since(began).Seconds()
	return report, nil
}

func (r *run) fit(ctx context.Context, what string, end int) (*catalogue.Model, error) {
	return catalogue.Fit(ctx, r.panel, end, catalogue.Options{Horizon: r.o.Horizon, Rows: r.o.Rows, Trees: r.o.Trees, Seed: r.o.Seed,
		Tell: func(done, most int) { r.o.Tell(what, int64(done), int64(most)) }})
}

// look lets every member say what it says at an origin, for each number of trees.
func (r *run) look(ctx context.Context, m *catalogue.Model, trees []int, c *cut, origin int) ([]*at, error) {
	stages, err := m.Stages(ctx, r.panel, c.which, origin, trees)
	if err != nil {
		return nil, err
	}
	others := make([][][]float64, len(combined))
	for k, b := range combined {
		for _, past := range c.past {
			others[k] = append(others[k], b.mean(lately(past), r.o.Horizon))
		}
	}
	items, err := catalogue.Pooled(r.panel, c.which, origin, r.o.Horizon)
	if err != nil {
		return nil, err
	}
	others = append(others, items)
	var out []*at
	for _, fs := range stages {
		a := &at{cut: c, mean: append(make([][][]float64, 1), others...)}
		for _, f := range fs {
			a.mean[0] = append(a.mean[0], f.Mean)
			a.spread = append(a.spread, f.Dispersion)
		}
		out = append(out, a)
	}
	return out, ctx.Err()
}

// earlier origins end before the test begins; there are at least two where the past allows it.
func (r *run) earlier() (out []int) {
	first := len(r.w.Days)
	for i := range r.w.Items {
		first = min(first, r.w.Items[i].First)
	}
	gap := max(r.o.Horizon, 14)
	for k := max(2, 56/gap); k >= 1; k-- {
		if origin := r.o.Origin - k*gap; origin >= first+2*28 {
			out = append(out, origin)
		}
	}
	return out
}

// judged is how many series the choice looks at, at most.
const judged = 2500

func (r *run) choose(ctx context.Context) (*choice, []int, error) {
	c := &choice{trees: math.MaxInt, weight: make([]float64, len(members())), wider: 1, band: make([]band, len(baselines))}
	for k := range c.band {
		c.band[k] = bands[0]
	}
	c.weight[0], c.weight[2] = .5, .5 // where there is nothing to choose by
	var origins []int
	var cuts []*cut
	for _, origin := range r.earlier() {
		cut, err := r.w.cut(origin, r.o.Horizon, r.o.Every, judged)
		if errors.Is(err, errNone) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		origins, cuts = append(origins, origin), append(cuts, cut)
	}
	if len(origins) == 0 {
		return c, nil, nil
	}
	m, err := r.fit(ctx, "Learning for the choice", origins[0])
	if errors.Is(err, catalogue.ErrNothing) {
		return c, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	all := m.Trees()
	sizes := []int{all / 4, all / 2, all * 3 / 4, all}
	past := make([][]*at, len(sizes)) // by size and origin
	for k, origin := range origins {
		r.o.Tell("Choosing", int64(k), int64(len(origins)+1))
		stages, err := r.look(ctx, m, sizes, cuts[k], origin)
		if err != nil {
			return nil, nil, err
		}
		for n, a := range stages {
			past[n] = append(past[n], a)
		}
	}
	r.o.Tell("Choosing", int64(len(origins)), int64(len(origins)+1))
	least := math.Inf(1)
	var best []*at
	for n, trees := range sizes {
		if weight, cost := weigh(past[n]); cost < least {
			c.trees, c.weight, least, best = trees, weight, cost, past[n]
		}
	}
	c.widen(best)
	c.lay(best, r.o.Horizon)
	return c, origins, ctx.Err()
}

// widen chooses the factor of the dispersion.
func (c *choice) widen(past []*at) {
	least := math.Inf(1)
	for _, f := range []float64{.6, .7, .8, .9, 1, 1.1, 1.25, 1.5} {
		var sum float64
		for _, a := range past {
			sum += a.score(c.weight, f).WSPL
		}
		if sum < least {
			c.wider, least = f, sum
		}
	}
}

// lay chooses the band of each baseline.
func (c *choice) lay(past []*at, horizon int) {
	for k, m := range baselines {
		sum := make([]float64, len(bands))
		for _, a := range past {
			says := a.ask(m, horizon)
			for n, b := range bands {
				sum[n] += a.baseline(says, b).WSPL
			}
		}
		c.band[k] = bands[slices.Index(sum, slices.Min(sum))]
	}
}

// score of the combination with its quantiles.
func (a *at) score(weight []float64, wider float64) Score {
	fs := make([]Forecast, len(a.which))
	parallel.For(len(fs), func(i int) {
		f := catalogue.Forecast{Mean: mix(weight, a.mean, i), Dispersion: make([]float64, len(a.spread[i]))}
		for h, v := range a.spread[i] {
			f.Dispersion[h] = v * wider
		}
		fs[i].Mean = f.Mean
		for l, p := range Levels {
			fs[i].Quantiles[l] = make([]float64, len(f.Mean))
			for h := range f.Mean {
				fs[i].Quantiles[l][h] = f.Quantile(h, p)
			}
		}
	})
	return score(a.truth, a.yards, fs)
}

// ask is what a baseline says of every series.
func (a *at) ask(m simple, horizon int) []told {
	out := make([]told, len(a.which))
	parallel.For(len(out), func(i int) { out[i] = m.tell(a.past[i], horizon) })
	return out
}

func (a *at) baseline(says []told, b band) Score {
	fs := make([]Forecast, len(says))
	parallel.For(len(fs), func(i int) { fs[i] = b.around(says[i]) })
	return score(a.truth, a.yards, fs)
}
