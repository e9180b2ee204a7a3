package demand

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/state"
)

// Baskets are the orders of a shop: *orders.View.
type Baskets interface {
	// Baskets hands every order before a day to fn with its distinct products; the slice is not kept by fn.
	Baskets(ctx context.Context, shop string, before state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error
}

const (
	// basketDays is how far back baskets tell what is bought together, and basketMost how many products one may hold: what a wholesaler orders
	// at once says little of what belongs together.
	basketDays, basketMost = 365, 15
	// togetherLeast is in how many baskets two products must lie, and togetherClear how many standard errors above chance.
	togetherLeast, togetherClear = 5, 2.0
	// companionsMost is how many products carry another along at most.
	companionsMost = 10
)

// companion is a product that lies in more of the baskets of another than chance explains: in how many more, as a share.
type companion struct {
	series int
	share  float64
}

// loadCompanions finds which products whose prices move carry others along, from the baskets of the year before a day: that of the oldest
// cut-off, so that no backtest knows of baskets to come. Variants of one product are left out, since they are reduced together.
func (a *around) loadCompanions(ctx context.Context, src Baskets, shop string, index map[string]int, before state.Day) error {
	moves := make([]bool, len(a.w.all))
	for i := range moves {
		moves[i] = a.priced(i)
	}
	if src == nil || !slices.Contains(moves, true) {
		return nil
	}
	oldest := (before - basketDays).Time()
	var baskets float64
	with, pairs := make([]float64, len(moves)), map[[2]int32]float64{}
	var items []int
	err := src.Baskets(ctx, shop, before, func(_ string, at time.Time, _ string, skus []string) error {
		if at.Before(oldest) || len(skus) > basketMost {
			return nil
		}
		baskets++
		items = items[:0]
		for _, sku := range skus {
			if i, ok := index[sku]; ok {
				items = append(items, i)
				with[i]++
			}
		}
		for _, j := range items {
			if !moves[j] {
				continue
			}
			for _, i := range items {
				if i != j {
					pairs[[2]int32{int32(i), int32(j)}]++
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the baskets of shop %s: %w", shop, err)
	}
	a.companions = make([][]companion, len(moves))
	for pair, n := range pairs {
		i, j := int(pair[0]), int(pair[1])
		style := a.w.about[i].group
		if n < togetherLeast || style != "" && style == a.w.about[j].group {
			continue
		}
		share, chance := n/with[i], with[j]/baskets
		if more := share - chance; more > togetherClear*math.Sqrt(share*(1-share)/with[i]) {
			a.companions[i] = append(a.companions[i], companion{j, more})
		}
	}
	for i, of := range a.companions {
		slices.SortFunc(of, func(x, y companion) int { return cmp.Or(cmp.Compare(y.share, x.share), x.series-y.series) })
		a.companions[i] = of[:min(len(of), companionsMost)]
	}
	return nil
}

// complements is, by product, the prices of the products that carry it along against their usual ones, each counting by the share of the
// product's baskets in which it lies beyond chance. nil where they never moved.
func (a *around) complements(own [][][]float64) [][]float64 {
	out := make([][]float64, len(own))
	for i, of := range a.companions {
		for _, c := range of {
			if own[c.series] == nil {
				continue
			}
			if out[i] == nil {
				out[i] = make([]float64, a.ahead)
			}
			for t, v := range own[c.series][0] {
				out[i][t] += c.share * v
			}
		}
	}
	return out
}
