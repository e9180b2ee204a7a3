package forecast

import (
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"almanac/model/forecast/auto"
	"almanac/model/forecast/ets"
)

// Report is what `almanac evaluate forecast` prints.
type Report struct {
	Task    string            `json:"task"`
	Data    Data              `json:"data"`
	Auto    *Score            `json:"auto,omitempty"`
	Methods map[string]*Score `json:"methods,omitempty"`
	Groups  map[string]*Group `json:"by_group,omitempty"`
	// Notes say in words what was odd in the series and what was done with it, and what was not scored.
	Notes   []string `json:"notes,omitempty"`
	Seconds float64  `json:"seconds"`
}

// Group is the part of a report for one period of the file.
type Group struct {
	Auto    *Score            `json:"auto"`
	Methods map[string]*Score `json:"methods"`
	Horizon int               `json:"horizon"`
	Seconds float64           `json:"seconds"`
}

// Data says what was measured.
type Data struct {
	File         string `json:"file"`
	Series       int    `json:"series"`
	Observations int    `json:"observations"`
	Horizon      int    `json:"horizon,omitempty"`
	Groups       int    `json:"groups"`
}

// Score is the metrics of one method with its name.
type Score struct {
	Method string `json:"method"`
	Metrics
}

// MarshalJSON joins name and metrics.
func (s Score) MarshalJSON() ([]byte, error) { return s.encode(s.Method) }

// Options of a measurement.
type Options struct {
	File      string
	Group     string    // only this one; all if empty
	Methods   []string  // only these beside naive2, which OWA needs; all if empty
	Reference Reference // forecasts of others to score the same way
	Workers   int       // for the automatic choice; 0 for one per processor
	Tell      func(step string, done, total int64)
}

// Run measures methods on one core, and the automatic choice on all that Options allow, group by group. What is reported per
// second is per core.
func Run(ctx context.Context, all []Series, o Options) (*Report, error) {
	began := time.Now()
	if o.Workers < 1 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	r := &Report{Task: "forecast", Data: Data{File: o.File}, Groups: map[string]*Group{}}
	var names []string
	parts := map[string][]Series{}
	for _, s := range all {
		if o.Group != "" && s.Group != o.Group {
			continue
		}
		if parts[s.Group] == nil {
			names = append(names, s.Group)
		}
		parts[s.Group] = append(parts[s.Group], s)
		r.Data.Series++
		r.Data.Observations += len(s.Train)
	}
	if len(names) == 0 {
		return nil, &NoGroupError{o.Group}
	}
	slices.Sort(names)
	r.Data.Groups = len(names)
	for _, name := range names {
		g, err := measure(ctx, name, parts[name], o)
		if err != nil {
			return nil, err
		}
		r.Groups[name] = g
		prefix := ""
		if len(names) > 1 {
			prefix = name + ": "
		}
		for _, n := range notes(parts[name]) {
			r.Notes = append(r.Notes, prefix+n)
		}
	}
	r.Seconds = time.Since(began).Seconds()
	if len(names) == 1 {
		g := r.Groups[names[0]]
		r.Auto, r.Methods, r.Data.Horizon, r.Groups = g.Auto, g.Methods, g.Horizon, nil
	}
	return r, nil
}

// NoGroupError says that no series has the group asked for.
type NoGroupError struct{ Group string }

func (e *NoGroupError) Error() string {
	return "no series has the period " + e.Group + ": leave --group out to measure all"
}

func measure(ctx context.Context, name string, part []Series, o Options) (g *Group, err error) {
	began := time.Now()
	g = &Group{Methods: map[string]*Score{}}
	for _, s := range part {
		g.Horizon = max(g.Horizon, len(s.Test))
	}
	tallies := map[string]*tally{}
	members := auto.Classic()
	for i, m := range members {
		if len(o.Methods) > 0 && m.Name != "naive2" && !slices.Contains(o.Methods, m.Name) {
			continue
		}
		o.Tell(name+": "+m.Name, int64(i+1), int64(len(members)))
		t, err := point(ctx, part, m)
		if err != nil {
			return nil, err
		}
		tallies[m.Name] = t
	}
	if t := tallies["ets"]; t != nil {
		simulated(part, t)
	}
	for method, of := range o.Reference {
		t := &tally{seconds: math.NaN()}
		for _, s := range part {
			if f, ok := of[s.ID]; ok {
				t.point(s, f, scaleOf(s))
			}
		}
		if t.series == len(part) { // another group's series would be compared with the wrong Naive2
			tallies["reference: "+method] = t
		}
	}
	naive2 := tallies["naive2"]
	for method, t := range tallies {
		g.Methods[method] = &Score{method, t.metrics(naive2)}
	}
	if g.Auto, err = automatic(ctx, name, part, o, naive2); err != nil {
		return nil, err
	}
	g.Seconds = time.Since(began).Seconds()
	return g, nil
}

func point(ctx context.Context, part []Series, m auto.Member) (*tally, error) {
	t := &tally{}
	for _, s := range part {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		y := auto.Mend(s.Train, s.Frequency)
		began := time.Now()
		f := m.Run(y, SeasonsOf(s), len(s.Test))
		t.seconds += time.Since(began).Seconds()
		t.point(s, f, scaleOf(s))
	}
	return t, nil
}

// simulated scores the intervals of the chosen exponential smoothing as R makes them: from its own paths, with normal errors.
func simulated(part []Series, t *tally) {
	for i, s := range part {
		y := auto.Mend(s.Train, s.Frequency)
		p := ets.Auto(y, s.Frequency).Quantiles(len(s.Test), []float64{0.025, 0.1, 0.9, 0.975}, 1000, ets.Normal, uint64(i))
		t.interval(s, Interval{p[0], p[1], p[2], p[3]}, scaleOf(s))
	}
}

// automatic scores the automatic choice. It is asked once for each frequency of a group, as series of other frequencies have
// other seasons and teach one another nothing.
func automatic(ctx context.Context, name string, part []Series, o Options, naive2 *tally) (*Score, error) {
	alike := map[int][]Series{}
	for _, s := range part {
		alike[s.Frequency] = append(alike[s.Frequency], s)
	}
	t := &tally{}
	var schemes []string
	for _, frequency := range slices.Sorted(maps.Keys(alike)) {
		scheme, err := chosen(ctx, name, alike[frequency], o, t)
		if err != nil {
			return nil, err
		}
		if len(alike) > 1 {
			scheme = fmt.Sprintf("frequency %d: %s", frequency, scheme)
		}
		schemes = append(schemes, scheme)
	}
	return &Score{strings.Join(schemes, "; "), t.metrics(naive2)}, nil
}

func chosen(ctx context.Context, name string, part []Series, o Options, t *tally) (scheme string, err error) {
	series, horizon := make([][]float64, len(part)), 0
	for i, s := range part {
		series[i], horizon = s.Train, max(horizon, len(s.Test))
	}
	began := time.Now()
	fs, err := auto.Forecast(ctx, series, auto.Options{Horizon: horizon, Seasons: SeasonsOf(part[0]), NonNegative: true, Workers: o.Workers,
		Tell: func(done, total int64) { o.Tell(name+": automatic choice", done, total) }})
	if err != nil {
		return "", err
	}
	t.seconds += time.Since(began).Seconds() * float64(o.Workers)
	for i, s := range part {
		r := &fs.Results[i]
		scale := scaleOf(s)
		t.point(s, r.Point, scale)
		var b Interval
		for h := range s.Test {
			b.Low95 = append(b.Low95, r.Quantile(h, 0.025))
			b.Low80 = append(b.Low80, r.Quantile(h, 0.1))
			b.High80 = append(b.High80, r.Quantile(h, 0.9))
			b.High95 = append(b.High95, r.Quantile(h, 0.975))
		}
		t.interval(s, b, scale)
	}
	return fs.Scheme, nil
}

// SeasonsOf is which seasons are looked for: the frequency of the file, and what the calendar adds to the name of its period.
func SeasonsOf(s Series) auto.Seasons {
	out := auto.Seasons{Period: s.Frequency}
	for _, m := range map[string][]int{"WEEKLY": {52}, "HOURLY": {24, 168}, "DAILY": {7}}[strings.ToUpper(s.Group)] {
		if m > s.Frequency {
			out.Longer = append(out.Longer, m)
		}
	}
	return out
}
