package sim

import (
	"math"
	"time"
)

const day = 24 * time.Hour

func (c *Config) start() time.Time { return c.End.UTC().Truncate(day).AddDate(0, -c.Months, 0) }

// Start is the world's first day.
func (c *Config) Start() time.Time { return c.start() }

// days is how many the world has.
func (c *Config) days() int { return int(c.End.UTC().Truncate(day).Sub(c.start()) / day) }

// before is how many days before the start people came who may still buy.
const before = 365

// calendar knows how much is bought on a day, other things being as usual: 1 on average over a year without trend.
type calendar struct {
	start   time.Time
	usual   []float64 // by day from the start − before on
	sum     []float64 // running sum of usual: the time in which people's clocks run
	celsius []float64 // by day from the start on
}

// weekdays from Sunday on, as in shops that sell to people at home; their mean is 1.
var weekdays = [7]float64{1.12, 1.06, 1.01, .98, .96, .91, .96}

func newCalendar(c *Config) *calendar {
	n := c.days() + before
	k := &calendar{start: c.start(), usual: make([]float64, n), sum: make([]float64, n+1)}
	for i := range n {
		k.usual[i] = k.level(c, i-before)
		k.sum[i+1] = k.sum[i] + k.usual[i]
	}
	r := chanceOf(c.Seed, forWeather)
	odd := 0.
	for d := range c.days() {
		odd = .75*odd + 2.2*r.NormFloat64() // weather lasts for some days
		k.celsius = append(k.celsius, normal(k.date(d))+odd)
	}
	return k
}

func (k *calendar) date(d int) time.Time { return k.start.AddDate(0, 0, d) }

// normal is the usual temperature of a day of the year in Central Europe, °C.
func normal(t time.Time) float64 { return 10 - 9*math.Cos(2*math.Pi*float64(t.YearDay()-20)/365.25) }

func (k *calendar) level(c *Config, d int) float64 {
	t := k.date(d)
	v := weekdays[t.Weekday()] * math.Exp(c.Demand.Trend*float64(d)/365.25)
	v *= 1 - c.Demand.Season*math.Cos(2*math.Pi*float64(t.YearDay()-196)/365.25)/2
	if h := c.Hostility; h.Shock > 0 && float64(d) >= h.ShockAt*float64(c.days()) {
		v *= h.Shock
	}
	return v * holiday(t, c.Demand.Holidays)
}

// holiday is the run before Christmas, with Black Friday, and the quiet days of it.
func holiday(t time.Time, lift float64) float64 {
	advent := time.Date(t.Year(), 11, 20, 0, 0, 0, 0, time.UTC)
	left := time.Date(t.Year(), 12, 24, 0, 0, 0, 0, time.UTC).Sub(t) / day
	black := time.Date(t.Year(), 11, 1, 0, 0, 0, 0, time.UTC)
	for black.Weekday() != time.Thursday {
		black = black.AddDate(0, 0, 1)
	}
	black = black.AddDate(0, 0, 22) // the Friday after the fourth Thursday
	switch {
	case t.Month() == 12 && t.Day() >= 24 && t.Day() <= 26:
		return .35
	case !t.Before(black) && t.Before(black.AddDate(0, 0, 4)):
		return 1 + 2*lift
	case !t.Before(advent) && left >= 3:
		return 1 + lift
	}
	return 1
}

// dayOf finds the day on which the clock of people shows a value; beyond the end where it never does.
func (k *calendar) dayOf(clock float64) int {
	lo, hi := 0, len(k.usual)
	for lo < hi {
		m := (lo + hi) / 2
		if k.sum[m+1] > clock {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo - before
}
