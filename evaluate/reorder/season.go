package reorder

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"almanac/evaluate/data"
)

// seasons is what a shop knew of its year on each day of learning: how its whole demand grows and moves with the day of the
// year.
type seasons struct {
	first int
	of    []season
}

// season is a year as a sum of harmonics and growth, in logarithms, and what its past weeks strayed from it by.
type season struct {
	coefficients [2 * harmonics]float64
	growth       float64   // a year, of the logarithm
	now          int       // the day of learning
	errors       []float64 // by week, oldest first; steps are in them
	level        []float64 // what of them lasts: smoothed, by week
	steps        []float64 // by week: what steps had moved it by
	young        bool      // the last step is so young that nobody knows how the shop grows since
	start        int       // first day of the first week
	cumulative   []float64 // of the days from begin on: the sum of factors
	begin        int
}

const (
	harmonics = 4
	lasts     = 0.2 // of a week's error is taken for a new level
	year      = 365.25
	// What is believed before any week is seen: a yearly wave of a fifth, the finer ones less; a growth of a tenth a year;
	// weeks stray by a fifth besides chance.
	priorWave, priorGrowth, priorStray = 0.2, 0.1, 0.2
)

// learnSeasons learns the year again every 28 days from the demand before.
func learnSeasons(s *Shop, from, to int) *seasons {
	l := &seasons{first: from}
	for day := from; day < to; day += leadEvery {
		l.of = append(l.of, s.season(day, to+longest))
	}
	return l
}

func (l *seasons) on(day int) *season {
	return &l.of[min(max(0, (day-l.first)/leadEvery), len(l.of)-1)]
}

// factor of a day: what is sold on it for one that is sold on a day of mean season now.
func (y *season) factor(day int) float64 {
	log := y.growth*float64(day-y.now)/year + y.lasting(day)
	if y.young && day > y.now {
		log = y.lasting(day)
	}
	for k := range harmonics {
		sin, cos := math.Sincos(2 * math.Pi * float64(k+1) * float64(day) / year)
		log += y.coefficients[2*k]*sin + y.coefficients[2*k+1]*cos
	}
	return math.Exp(log)
}

// day is the factor of a day, looked up.
func (y *season) day(day int) float64 {
	i := min(max(day-y.begin, 0), len(y.cumulative)-2)
	return y.cumulative[i+1] - y.cumulative[i]
}

// sum of the factors of n days from a day on; n may be fractional.
func (y *season) sum(day int, n float64) float64 {
	at := func(x float64) float64 {
		x = math.Min(math.Max(x-float64(y.begin), 0), float64(len(y.cumulative)-1))
		i := min(int(x), len(y.cumulative)-2)
		return y.cumulative[i] + (x-float64(i))*(y.cumulative[i+1]-y.cumulative[i])
	}
	return at(float64(day)+n) - at(float64(day))
}

// weekly is the demand of whole weeks up to a day, of the products that were sold all the time, with the day that it begins on.
func (s *Shop) weekly(day int) (total []float64, start int) {
	total = make([]float64, day/7)
	start = day - 7*len(total)
	for i := range s.Items {
		if it := &s.Items[i]; it.First <= start+28 && (it.End == 0 || it.End >= day) {
			demand := data.Tame(it.Demand[:day])
			for k := range total {
				total[k] += sum(demand[start+7*k : start+7*k+7])
			}
		}
	}
	return total, start
}

// season fits harmonics and a line to the logarithms of weeks, each harmonic drawn to nothing (ridge regression). What is less
// than a year is too short to tell a season from a trend: then there is none.
func (s *Shop) season(day, to int) (y season) {
	y.now = day
	total, start := s.weekly(day)
	if len(total) >= leastWeeks {
		y.fit(total, start)
	}
	y.cumulative = make([]float64, to-y.begin+1)
	for d := range to - y.begin {
		y.cumulative[d+1] = y.cumulative[d] + y.factor(y.begin+d)
	}
	return y
}

// fit learns the year, with the steps at which the whole shop began to sell another share of what it did.
func (y *season) fit(total []float64, start int) {
	var steps []int
	for end := leastWeeks; ; end += stepEvery {
		end = min(end, len(total))
		for len(steps) > 0 && steps[len(steps)-1] >= end-stepWithin { // more is known of it now
			steps = steps[:len(steps)-1]
		}
		if at, ok := step(total[:end], start, steps); ok {
			steps = append(steps, at)
		}
		if end == len(total) {
			break
		}
	}
	errors, beta := regress(total, start, steps, len(total))
	if beta == nil {
		return
	}
	copy(y.coefficients[:], beta)
	y.growth, y.start = beta[2*harmonics+1]*year/(52*7), start
	y.errors, y.level, y.steps = errors, smoothed(errors), make([]float64, len(total))
	for i, at := range steps {
		y.young = at >= len(total)-stepYoung
		for w := at; w < len(total); w++ { // a step that was may come again: it is among what weeks strayed by
			y.errors[w] += beta[2*harmonics+2+i]
			y.level[w] += beta[2*harmonics+2+i]
			y.steps[w] += beta[2*harmonics+2+i]
		}
	}
}

// smoothed is the level after every week: what of the errors lasts.
func smoothed(errors []float64) []float64 {
	out, level := make([]float64, len(errors)), 0.0
	for w, e := range errors {
		level += lasts * (e - level)
		out[w] = level
	}
	return out
}

// A step is looked for every so many weeks among the last ones, and must last for some of them; it is believed where it is so many times
// the usual miss, and changes demand by so much.
const (
	leastWeeks, stepEvery, stepWithin, stepLeast = 56, 4, 8, 3
	stepYoung                                    = 13 // weeks
	stepProof, stepSize                          = 3.5, 0.2
	priorStep                                    = 0.5 // standard deviation of a step's logarithm
	priorMiss, priorMissWorth                    = 0.15, 8.0
)

// step looks for one among the last weeks: what was learnt before them forecasts them, and the miss is compared with those of forecasts
// as long in the past (Chow 1960, "Tests of equality between sets of coefficients in two linear regressions", Econometrica 28(3), with the
// shop's own misses for the variance). Without it a shop that lost half of its customers last month would seem to be on its way down
// for years, and about to come back.
func step(total []float64, start int, before []int) (at int, ok bool) {
	n := len(total)
	known := n - stepWithin
	errors, beta := regress(total, start, before, known)
	if beta == nil {
		return 0, false
	}
	level := smoothed(errors[:known])
	proof, most := 0.0, 0.0
	for m := stepLeast; m <= stepWithin; m++ {
		miss := sum(errors[n-m:])/float64(m) - level[known-1]
		squares, count := priorMissWorth*priorMiss*priorMiss, priorMissWorth
		for t := stepWithin; t+m <= known; t++ {
			d := sum(errors[t:t+m])/float64(m) - level[t-1]
			squares += d * d
			count++
		}
		if math.Abs(miss) > stepSize {
			proof = math.Max(proof, math.Abs(miss)/math.Sqrt(squares/count))
		}
		if explains := float64(m) * miss * miss; explains > most { // where the weeks say that it was
			most, at = explains, n-m
		}
	}
	return at, proof > stepProof
}

// regress is the ridge regression of the logarithms of the first known weeks on harmonics, one, years, and steps from some weeks on, each
// harmonic drawn to nothing: what is left of every week, and the coefficients.
func regress(total []float64, start int, steps []int, known int) (errors, coefficients []float64) {
	p := 2*harmonics + 2 + len(steps)
	xx, xy := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil)
	rows := make([][]float64, len(total))
	for w, t := range total {
		rows[w] = design(start+7*w+3, float64(w)/52)
		for _, at := range steps {
			rows[w] = append(rows[w], map[bool]float64{true: 1}[w >= at])
		}
		if w >= known {
			continue
		}
		weight := 1 / (1/math.Max(t, 1) + priorStray*priorStray)
		for i := range p {
			for j := i; j < p; j++ {
				xx.SetSym(i, j, xx.At(i, j)+weight*rows[w][i]*rows[w][j])
			}
			xy.SetVec(i, xy.AtVec(i)+weight*rows[w][i]*math.Log(math.Max(t, 0.5)))
		}
	}
	prior := make([]float64, p)
	for k := range harmonics {
		prior[2*k] = float64((k+1)*(k+1)) / (priorWave * priorWave)
		prior[2*k+1] = prior[2*k]
	}
	prior[2*harmonics+1] = 1 / (priorGrowth * priorGrowth)
	for i := range steps {
		prior[2*harmonics+2+i] = 1 / (priorStep * priorStep)
	}
	for i, v := range prior {
		xx.SetSym(i, i, xx.At(i, i)+v)
	}
	var chol mat.Cholesky
	beta := mat.NewVecDense(p, nil)
	if !chol.Factorize(xx) || chol.SolveVecTo(beta, xy) != nil {
		return nil, nil
	}
	for w, t := range total {
		e := math.Log(math.Max(t, 0.5))
		for i := range p {
			e -= rows[w][i] * beta.AtVec(i)
		}
		errors = append(errors, e)
	}
	return errors, beta.RawVector().Data
}

// lasting is the level of the week of a day, that of the last week for the days to come.
func (y *season) lasting(day int) float64 {
	if len(y.level) == 0 {
		return 0
	}
	return y.level[min(max(0, (day-y.start)/7), len(y.level)-1)]
}

// design is a week as the regression sees it: harmonics, one, years.
func design(day int, years float64) []float64 {
	row := make([]float64, 2*harmonics+2)
	for k := range harmonics {
		row[2*k], row[2*k+1] = math.Sincos(2 * math.Pi * float64(k+1) * float64(day) / year)
	}
	row[2*harmonics], row[2*harmonics+1] = 1, years
	return row
}
