package affinity

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"almanac/model/recommend"
	"almanac/predict"
	"almanac/state"
)

// Orders is the baskets of a shop: *orders.View.
type Orders interface {
	// Baskets hands every order before a day to fn with its distinct products; the slice is not kept by fn.
	Baskets(ctx context.Context, shop string, before state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error
}

// window is how far back baskets tell: assortments change, and two seasons cover every season once.
const window = 2 * 365

// history is the baskets of the window, with products as numbers.
type history struct {
	sku    []string // ascending
	at     []int64  // seconds, by basket
	starts []int32
	items  []int32
	lines  int64
	cutoff time.Time
}

// load reads the baskets of the window before the cut-off, oldest first. The order of reading does not matter.
func load(ctx context.Context, src Orders, shop string, cutoff state.Day) (*history, error) {
	h := &history{cutoff: cutoff.Time()}
	oldest := (cutoff - window).Time()
	number := map[string]int32{}
	type basket struct {
		order string
		at    int64
		items []int32
	}
	var baskets []basket
	err := src.Baskets(ctx, shop, cutoff, func(order string, at time.Time, _ string, skus []string) error {
		if at.Before(oldest) || len(skus) == 0 {
			return nil
		}
		b := basket{order, at.Unix(), make([]int32, len(skus))}
		for i, s := range skus {
			n, ok := number[s]
			if !ok {
				n = int32(len(h.sku))
				number[s] = n
				h.sku = append(h.sku, s)
			}
			b.items[i] = n
		}
		baskets = append(baskets, b)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the baskets of shop %s before %s: %w", shop, cutoff, err)
	}
	sort.Slice(baskets, func(i, j int) bool {
		if baskets[i].at != baskets[j].at {
			return baskets[i].at < baskets[j].at
		}
		return baskets[i].order < baskets[j].order
	})
	renumbered := h.renumber()
	for _, b := range baskets {
		h.at = append(h.at, b.at)
		h.starts = append(h.starts, int32(len(h.items)))
		for _, it := range b.items {
			h.items = append(h.items, renumbered[it])
		}
		slices.Sort(h.items[h.starts[len(h.starts)-1]:])
	}
	h.lines = int64(len(h.items))
	return h, nil
}

// renumber sorts the products by name and says where each number went: numbers must not depend on who came first.
func (h *history) renumber() []int32 {
	order := make([]int32, len(h.sku))
	for i := range order {
		order[i] = int32(i)
	}
	sort.Slice(order, func(i, j int) bool { return h.sku[order[i]] < h.sku[order[j]] })
	to := make([]int32, len(order))
	sorted := make([]string, len(order))
	for at, was := range order {
		to[was] = int32(at)
		sorted[at] = h.sku[was]
	}
	h.sku = sorted
	return to
}

func (h *history) len() int { return len(h.starts) }

func (h *history) basket(i int) []int32 {
	end := len(h.items)
	if i+1 < len(h.starts) {
		end = int(h.starts[i+1])
	}
	return h.items[h.starts[i]:end:end]
}

// first is the number of baskets before an instant.
func (h *history) first(t time.Time) int {
	return sort.Search(len(h.at), func(i int) bool { return h.at[i] >= t.Unix() })
}

// collect is the baskets before an instant, aged as of it.
func (h *history) collect(until time.Time) *recommend.Baskets {
	b := &recommend.Baskets{}
	for i := range h.first(until) {
		b.Add(h.basket(i), float64(until.Unix()-h.at[i])/86400)
	}
	return b
}

func (h *history) hash() string {
	d := predict.NewDigest()
	for _, s := range h.sku {
		d.String(s)
	}
	for i := range h.len() {
		d.Int(h.at[i])
		for _, it := range h.basket(i) {
			d.Int(int64(it))
		}
		d.Int(-1)
	}
	return d.Hex()
}
