package demand

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"almanac/fact"
	"almanac/model/forecast"
	"almanac/state"
)

// Places tells where units were sold: *place.View.
type Places interface {
	// DailyPlaces hands the units of every product at every place on every day before a day to fn, in a fixed order; where nobody tells
	// of places it hands nothing.
	DailyPlaces(ctx context.Context, shop string, before state.Day, fn func(sku, place string, day state.Day, units int64) error) error
	// Described is what is known of places, by name.
	Described(ctx context.Context, shop string) (map[string]fact.Place, error)
}

// Place is the forecast of a place or of a region: its weeks are the sums of what falls to it of each product. What was sold without telling a
// place is a place without a name.
type Place struct {
	Name    string `json:"name"`
	Region  string `json:"region,omitempty"` // that a place lies in
	Product        // SKU is empty
}

// At is the part of a product's forecast that falls to a place.
type At struct {
	Place int       `json:"p"` // index into Model.Places
	Share []float64 `json:"s"` // of each forecast week; a single one where all are equal
}

// In is the share of the i-th forecast week.
func (a At) In(i int) float64 { return a.Share[min(i, len(a.Share)-1)] }

// How the forecasts of products were divided over places.
const (
	ByShares   = "shares of places"
	OwnSeries  = "own series of places"
	manyPlaces = 50 // beyond these a product is expected only where it has sold
	ownWeeks   = combinedHistory
)

// split is the demand of products by place.
type split struct {
	w       *weeks
	names   []string // of places, in order
	region  []int    // by place: index into regions, −1 where none is told
	regions []string
	place   []int // by leaf; a leaf is a product at a place
	owner   []int // by leaf: its product
	from    []int // by product: its first leaf; one more at the end
	tree    tree  // leaves, places, regions, shop
}

// loadPlaces reads sales by place into the weeks of the products; nil where nobody tells of places.
func loadPlaces(ctx context.Context, src Places, shop string, w *weeks, single forecast.Method) (*split, error) {
	if src == nil {
		return nil, nil
	}
	index := make(map[string]int, len(w.all))
	for i, s := range w.all {
		index[s.sku] = i
	}
	sold := make([]map[string][]float64, len(w.all)) // by product and place: its weeks from the product's first
	places := map[string]bool{}
	err := src.DailyPlaces(ctx, shop, w.end, func(sku, place string, day state.Day, units int64) error {
		i, ok := index[sku]
		if !ok {
			return nil
		}
		at := int(day-w.start)/7 - w.all[i].first
		if day < w.start || at < 0 {
			return nil // moved before it was ordered
		}
		if sold[i] == nil {
			sold[i] = map[string][]float64{}
		}
		if sold[i][place] == nil {
			sold[i][place] = make([]float64, len(w.all[i].y))
			places[place] = true
		}
		sold[i][place][at] += float64(units)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the sales by place of shop %s: %w", shop, err)
	}
	if len(places) == 0 {
		return nil, nil
	}
	for i, s := range w.all {
		if rest := s.placed(sold[i]); rest != nil {
			if sold[i] == nil {
				sold[i] = map[string][]float64{}
			}
			sold[i][""], places[""] = rest, true
		}
	}
	described, err := src.Described(ctx, shop)
	if err != nil {
		return nil, fmt.Errorf("read the places of shop %s: %w", shop, err)
	}
	p := &split{w: w, names: slices.Sorted(maps.Keys(places))}
	p.group(described)
	p.plant(sold, single)
	return p, nil
}

// placed makes the weeks of a product's places add up to at most its demand, and gives what is left without a place; nil where nothing is.
func (s series) placed(sold map[string][]float64) (rest []float64) {
	for t, y := range s.y {
		var sum float64
		for _, of := range sold {
			of[t] = math.Max(0, of[t])
			sum += of[t]
		}
		switch {
		case math.IsNaN(y):
			for _, of := range sold {
				of[t] = y
			}
		case sum > y:
			for _, of := range sold {
				of[t] *= y / sum
			}
		case sum < y:
			if rest == nil {
				rest = make([]float64, len(s.y))
			}
			rest[t] = y - sum
		}
	}
	if rest != nil {
		for t, y := range s.y {
			if math.IsNaN(y) {
				rest[t] = y
			}
		}
	}
	return rest
}

// group finds the regions of the places.
func (p *split) group(described map[string]fact.Place) {
	seen := map[string]bool{}
	for _, name := range p.names {
		if r := described[name].Region; r != "" {
			seen[r] = true
		}
	}
	p.regions = slices.Sorted(maps.Keys(seen))
	for _, name := range p.names {
		at, ok := slices.BinarySearch(p.regions, described[name].Region)
		if !ok {
			at = -1
		}
		p.region = append(p.region, at)
	}
}

// plant makes the leaves and the tree above them. A leaf begins with its first sale; one that has none is expected to get its share.
func (p *split) plant(sold []map[string][]float64, single forecast.Method) {
	pw := *p.w
	pw.all = nil
	for i, s := range p.w.all {
		p.from = append(p.from, len(pw.all))
		for place, name := range p.names {
			y := sold[i][name]
			first := slices.IndexFunc(y, func(v float64) bool { return v > 0 })
			if first < 0 && len(p.names) > manyPlaces {
				continue
			}
			leaf := series{sku: s.sku, first: p.w.n}
			if first >= 0 {
				leaf.first, leaf.y = s.first+first, y[first:]
			}
			pw.all = append(pw.all, leaf)
			p.place, p.owner = append(p.place, place), append(p.owner, i)
		}
	}
	p.from = append(p.from, len(pw.all))
	n, places := len(pw.all), len(p.names)
	t := tree{w: &pw, single: single, parent: make([]int, n+places+len(p.regions)+1)}
	root := len(t.parent) - 1
	copy(t.parent, p.place)
	for leaf := range n {
		t.parent[leaf] += n
	}
	for k, region := range p.region {
		t.parent[n+k] = root
		if region >= 0 {
			t.parent[n+k] = n + places + region
		}
	}
	for k := range p.regions {
		t.parent[n+places+k] = root
	}
	t.parent[root] = -1
	t.addUp()
	p.tree = t
}
