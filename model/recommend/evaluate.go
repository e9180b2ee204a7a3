package recommend

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Trial is one question with a known answer: what a basket held, and what else it turned out to hold.
type Trial struct {
	Seed   []int32
	Hidden int32
}

// LeaveOneOut makes one trial of each basket with two items or more: one item, drawn by the seed, is hidden, the others
// (at most context of them, drawn likewise; 0 for all) are shown. Same baskets and seed, same trials.
func LeaveOneOut(baskets [][]int32, context int, seed uint64) []Trial {
	r := rand.New(rand.NewPCG(seed, 0x616c6d616e6163))
	var out []Trial
	for _, items := range baskets {
		rest := slices.Clone(items)
		slices.Sort(rest)
		rest = slices.Compact(rest)
		if len(rest) < 2 {
			continue
		}
		r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		shown := rest[1:]
		if context > 0 && len(shown) > context {
			shown = shown[:context]
		}
		out = append(out, Trial{Seed: shown, Hidden: rest[0]})
	}
	return out
}

// Hits is how lists of recommendations fared.
type Hits struct {
	Trials     int
	Found      int     // hidden item within the list
	Reciprocal float64 // Σ 1/rank of the found
}

// Rate is the share of trials whose list held the hidden item (HR@k); NaN without trials.
func (h Hits) Rate() float64 {
	if h.Trials == 0 {
		return math.NaN()
	}
	return float64(h.Found) / float64(h.Trials)
}

// MRR is the mean reciprocal rank, an item beyond the list counting 0; NaN without trials.
func (h Hits) MRR() float64 {
	if h.Trials == 0 {
		return math.NaN()
	}
	return h.Reciprocal / float64(h.Trials)
}

// Evaluate asks for k recommendations per trial and looks for the hidden item among the first k. Hidden items that the
// recommender cannot know, being new since its cut-off, count as misses: a customer would not have seen them either.
func Evaluate(trials []Trial, k int, recommend func(seed []int32, k int) []int32) Hits {
	h := Hits{Trials: len(trials)}
	for _, t := range trials {
		list := recommend(t.Seed, k)
		list = list[:min(len(list), k)]
		if at := slices.Index(list, t.Hidden); at >= 0 {
			h.Found++
			h.Reciprocal += 1 / float64(at+1)
		}
	}
	return h
}
