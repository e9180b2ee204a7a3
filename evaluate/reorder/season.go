package reorder

import (
	"math"

	"gonum.org/v1/gonum/mat"
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
	errors       []float64 // by week, oldest first
	level        []float64 // what of them lasts: smoothed, by week
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
	for k := range harmonics {
		sin, cos := math.Sincos(2 * math.Pi * float64(k+1) * float64(day) / year)
		log += y.coefficients[2*k]*sin + y.coefficients[2*k+1]*cos
	}
	return math.Exp(log)
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
			for k := range total {
				total[k] += sum(it.Demand[start+7*k : start+7*k+7])
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
	if len(total) >= 56 {
		y.fit(total, start)
	}
	y.cumulative = make([]float64, to-y.begin+1)
	for d := range to - y.begin {
		y.cumulative[d+1] = y.cumulative[d] + y.factor(y.begin+d)
	}
	return y
}

func (y *season) fit(total []float64, start int) {
	const p = 2*harmonics + 2
	xx, xy := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil)
	rows := make([][p]float64, len(total))
	for w, t := range total {
		rows[w] = design(start+7*w+3, float64(w)/52)
		weight := 1 / (1/math.Max(t, 1) + priorStray*priorStray)
		log := math.Log(math.Max(t, 0.5))
		for i := range p {
			for j := i; j < p; j++ {
				xx.SetSym(i, j, xx.At(i, j)+weight*rows[w][i]*rows[w][j])
			}
			xy.SetVec(i, xy.AtVec(i)+weight*rows[w][i]*log)
		}
	}
	for k := range harmonics {
		prior := float64((k+1)*(k+1)) / (priorWave * priorWave)
		xx.SetSym(2*k, 2*k, xx.At(2*k, 2*k)+prior)
		xx.SetSym(2*k+1, 2*k+1, xx.At(2*k+1, 2*k+1)+prior)
	}
	xx.SetSym(p-1, p-1, xx.At(p-1, p-1)+1/(priorGrowth*priorGrowth))
	var chol mat.Cholesky
	beta := mat.NewVecDense(p, nil)
	if !chol.Factorize(xx) || chol.SolveVecTo(beta, xy) != nil {
		return
	}
	for i := range y.coefficients {
		y.coefficients[i] = beta.AtVec(i)
	}
	y.growth, y.start = beta.AtVec(p-1)*year/(52*7), start
	for w, t := range total {
		e := math.Log(math.Max(t, 0.5))
		for i := range p {
			e -= rows[w][i] * beta.AtVec(i)
		}
		y.errors = append(y.errors, e)
	}
	var level float64
	for _, e := range y.errors {
		level += lasts * (e - level)
		y.level = append(y.level, level)
	}
}

// lasting is the level of the week of a day, that of the last week for the days to come.
func (y *season) lasting(day int) float64 {
	if len(y.level) == 0 {
		return 0
	}
	return y.level[min(max(0, (day-y.start)/7), len(y.level)-1)]
}

// design is a week as the regression sees it: harmonics, one, years.
func design(day int, years float64) (row [2*harmonics + 2]float64) {
	for k := range harmonics {
		row[2*k], row[2*k+1] = math.Sincos(2 * math.Pi * float64(k+1) * float64(day) / year)
	}
	row[2*harmonics], row[2*harmonics+1] = 1, years
	return row
}
