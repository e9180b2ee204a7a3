package auto

import (
	"context"
	"fmt"
	"runtime"

	"almanac/model/parallel"
)

// Options say what is asked.
type Options struct {
	Horizon     int // steps ahead, at least 1
	Seasons     Seasons
	NonNegative bool     // series that never were negative get no negative forecast
	Lean        bool     // for skewed demand: quantiles follow the asymmetry of past errors, and methods are averaged, never their median taken
	Origins     int      // cut-offs of each series to learn from; 0 for four, more where there are few series
	Members     []Member // nil for [Members] of the seasons
	Workers     int      // 0 for one per processor
	// Tell hears how many series are done; it is called by one worker at a time. May be nil.
	Tell func(done, total int64)
}

// Result is the forecast of one series.
type Result struct {
	Point   []float64 // by step
	Weights []float64 // share of each member, in the order of Forecasts.Members
	Used    int       // observations looked at, after mending
	bands   *bands
	scale   float64 // of this series' errors
	low     float64 // of quantiles
	high    float64
}

// Forecasts of a collection.
type Forecasts struct {
	Members []string
	Results []Result
	// Scheme says in words how the weights came about.
	Scheme string
}

// Forecast forecasts every series of a collection. An empty series, or one without any observation, gets zeros. It fails only
// if the context ends or the options make no sense.
func Forecast(ctx context.Context, series [][]float64, o Options) (*Forecasts, error) {
	if o.Horizon < 1 {
		return nil, fmt.Errorf("forecast: horizon %d: it must be at least one step", o.Horizon)
	}
	o.Seasons.Period = max(o.Seasons.Period, 1)
	if o.Origins == 0 {
		o.Origins = origins(len(series))
	}
	if o.Workers < 1 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Members == nil {
		o.Members = Members(o.Seasons)
	}
	p := &panel{o: o, members: o.Members, y: make([][]float64, len(series))}
	parallel.On(o.Workers, len(series), func(i int) { p.y[i] = Mend(series[i], o.Seasons.Period) })
	if err := p.fill(ctx); err != nil {
		return nil, err
	}
	return p.forecasts(), nil
}

func (p *panel) forecasts() *Forecasts {
	s := p.choose()
	lessons := p.lessons(0)
	w := p.shared(nil)
	if s.learned {
		w = p.shared(lessons)
	}
	of := p.bySeries(lessons)
	out := &Forecasts{Results: make([]Result, len(p.y)), Scheme: s.String()}
	for _, m := range p.members {
		out.Members = append(out.Members, m.Name)
	}
	parallel.On(p.o.Workers, len(p.y), func(i int) {
		r, y, c := &out.Results[i], p.y[i], combiner{median: s.median}
		r.Weights, r.Used = tilt(w, missed(of[i], len(w)), len(of[i]), s.strength), len(y)
		r.Point = c.all(p.now[i], r.Weights)
		r.low, r.high = bounds(y, 1, p.o.NonNegative)
		within(r.Point, r.low, r.high)
		r.low, r.high = bounds(y, bandReach(len(y)), p.o.NonNegative)
	})
	p.calibrate(s, w, of, out)
	return out
}

func (s scheme) String() string {
	text := "mean"
	if s.median {
		text = "median"
	}
	if s.learned {
		text += " with learned weights"
	} else {
		text += " with equal weights"
	}
	if s.strength > 0 {
		text += fmt.Sprintf(", tilted by each series' own errors (%.1f)", s.strength)
	}
	return text
}
