package affinity

import (
	"slices"

	"almanac/model/recommend/relation"
	"almanac/model/recommend/session"
)

// Held is the latest tenth of the past, held out: what was known before it, and questions of three kinds whose answers it tells.
type Held struct {
	Earlier  *Relations
	Next     []session.Question // what a visitor went on to in the same visit
	Again    []session.Question // what a visitor came back for; the prefix is their visit before
	Together []session.Question // what else was in an order
}

// MostAsked is how many questions of each kind are held out at most, an even sample of all.
const MostAsked = 400

// hold cuts the latest tenth of visits and orders off.
func hold(visits []visit, purchases []relation.Purchase, items int, kinds []int32, most int) *Held {
	if len(visits) < 20 {
		return nil
	}
	times := make([]int64, len(visits))
	for i, v := range visits {
		times[i] = v.at
	}
	slices.Sort(times)
	cut := times[len(times)*9/10]
	var before []visit
	h := &Held{}
	for i, v := range visits {
		if v.at < cut {
			before = append(before, v)
			continue
		}
		switch {
		case len(v.items) > session.Longest: // a program, or a reseller
		case v.who < 0:
			for j, it := range v.items {
				if len(v.items) > 1 {
					h.Together = append(h.Together, session.Question{Prefix: slices.Delete(slices.Clone(v.items), j, j+1), Target: it})
				}
			}
		default:
			for j := 1; j < len(v.items); j++ {
				if !slices.Contains(v.items[:j], v.items[j]) {
					h.Next = append(h.Next, session.Question{Prefix: v.items[:j:j], Target: v.items[j]})
				}
			}
			if i > 0 && visits[i-1].who == v.who {
				h.Again = append(h.Again, session.Question{Prefix: visits[i-1].items, Target: v.items[0]})
			}
		}
	}
	var bought []relation.Purchase
	for _, p := range purchases {
		if p.At < cut {
			bought = append(bought, p)
		}
	}
	h.Next, h.Again, h.Together = sample(h.Next), sample(h.Again), sample(h.Together)
	h.Earlier = relate(before, bought, items, kinds, most)
	return h
}

// sample is an even part of questions, in their order.
func sample(q []session.Question) []session.Question {
	if len(q) <= MostAsked {
		return q
	}
	out := make([]session.Question, MostAsked)
	for i := range out {
		out[i] = q[i*len(q)/MostAsked]
	}
	return out
}
