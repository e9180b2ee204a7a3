package planned

import (
	"cmp"
	"math"
	"slices"

	"almanac/state"
)

// Week by week, person and model side by side.

// Outcome is one product and week that is over: what a person said, what the model said, what was sold.
type Outcome struct {
	SKU                 string
	Week                state.Day
	Said, Model, Actual float64
}

// Sum is what many outcomes missed together. Values are the units missed, times a price each.
type Sum struct {
	Weeks                   int // products times weeks
	Units                   float64
	SaidMiss, SaidSigned    float64 // Σ |said − sold|, Σ (said − sold)
	ModelMiss, ModelSigned  float64
	SaidValue, ModelValue   float64 // minor units
	Priced                  int     // of Weeks, those with a price
	SaidBetter, ModelBetter int     // products and weeks where one was nearer
}

// Add takes one outcome in; price is that of a unit in minor units, 0 where none is known.
func (s *Sum) Add(o Outcome, price int64) {
	said, model := math.Abs(o.Said-o.Actual), math.Abs(o.Model-o.Actual)
	s.Weeks++
	s.Units += o.Actual
	s.SaidMiss, s.ModelMiss = s.SaidMiss+said, s.ModelMiss+model
	s.SaidSigned, s.ModelSigned = s.SaidSigned+o.Said-o.Actual, s.ModelSigned+o.Model-o.Actual
	switch cmp.Compare(said, model) {
	case -1:
		s.SaidBetter++
	case 1:
		s.ModelBetter++
	}
	if price > 0 {
		s.Priced++
		s.SaidValue += said * float64(price)
		s.ModelValue += model * float64(price)
	}
}

// Outcomes are the weeks of changes that are over, by product and week. A change counts for a week where it was made
// before anything of the week was known, was in force when it began, and was not undone before; of several the newest
// does. Weeks of which the model said nothing are left out. actual is what was sold; next is the first day of which nothing is known.
func Outcomes(changes []Change, next state.Day, actual func(sku string, week state.Day) float64) (out []Outcome) {
	type key struct {
		sku  string
		week state.Day
	}
	newest := slices.Clone(changes)
	slices.SortStableFunc(newest, func(a, b Change) int { return b.At.Compare(a.At) })
	taken := map[key]bool{}
	for _, c := range newest {
		for _, w := range c.Weeks {
			k := key{c.SKU, w.Week}
			if w.Week+7 > next || taken[k] || c.Day > w.Week || c.Until < w.Week || !c.Undone.IsZero() && c.UndoneDay <= w.Week {
				continue
			}
			taken[k] = true
			if w.Model != nil {
				out = append(out, Outcome{c.SKU, w.Week, w.Units, *w.Model, actual(c.SKU, w.Week)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Outcome) int { return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Week, b.Week)) })
	return out
}
