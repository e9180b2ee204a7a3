package onsite

import (
	"almanac/model/recommend/session"
	"almanac/predict/affinity"
)

// leastAsked is how many questions of the latest visits are asked of each way of weighing.
const leastAsked = 1000

// Learn is what an engine makes of the past: of visits, which it takes in, and of what they and orders tell of products together.
// It holds from [Engine.SetLearned] on.
func (e *Engine) Learn(past *affinity.Relations, products []Product) *Learned {
	l := &Learned{Substitutes: past.Substitutes, Complements: past.Complements, Repurchase: past.Repurchase,
		Bundles: NewBundles(past.Complements, past.Substitutes), Alike: Likeness(products, e.Number)}
	l.Why, l.Weights, l.Tried = session.Prefer(&past.Visits, Usual, leastAsked)
	l.Ways = e.choose(past.Held, products, l)
	e.Load(&past.Visits)
	return l
}
