package planned

import (
	"maps"
	"math"
	"slices"
	"sort"

	"almanac/predict/demand"
	"almanac/state"
)

// Apply is the model with what planners set in its place; the model itself where they set nothing. The likely range moves
// with the mean, in proportion; how far demand strays over a lead time stays as the model has it. A product that the model
// does not know gets the weeks that were set, exactly, and nothing in the others. Weeks outside the model's are left out.
func Apply(m *demand.Model, set map[string]map[state.Day]float64) *demand.Model {
	if m == nil || len(set) == 0 {
		return m
	}
	out := *m
	out.Product = slices.Clone(m.Product)
	for _, sku := range slices.Sorted(maps.Keys(set)) {
		i := sort.Search(len(out.Product), func(i int) bool { return out.Product[i].SKU >= sku })
		if i == len(out.Product) || out.Product[i].SKU != sku {
			out.Product = slices.Insert(out.Product, i, unknown(sku, m.Weeks))
		}
		out.Product[i] = adjusted(out.Product[i], m, set[sku])
	}
	return &out
}

// Of is the forecast of one product with what planners set in its place; ok is false where there is neither.
func Of(m *demand.Model, sku string, set map[state.Day]float64) (demand.Product, bool) {
	p, ok := m.Find(sku)
	if len(set) == 0 {
		return p, ok
	}
	if !ok {
		p = unknown(sku, m.Weeks)
	}
	return adjusted(p, m, set), true
}

// unknown is a product that the model knows nothing of.
func unknown(sku string, weeks int) demand.Product {
	none := func() []float64 { return make([]float64, weeks) }
	return demand.Product{SKU: sku, Method: -1, Mean: none(), P10: none(), P50: none(), P90: none(), Fan: [4][]float64{none(), none(), none(), none()}}
}

func adjusted(p demand.Product, m *demand.Model, set map[state.Day]float64) demand.Product {
	p.Mean, p.P10, p.P50, p.P90 = slices.Clone(p.Mean), slices.Clone(p.P10), slices.Clone(p.P50), slices.Clone(p.P90)
	for k := range p.Fan {
		p.Fan[k] = slices.Clone(p.Fan[k])
	}
	for i := range p.Mean {
		units, ok := set[m.Week(i)]
		if !ok {
			continue
		}
		if by := units / p.Mean[i]; p.Mean[i] > 0 && p.P50[i] > 0 {
			p.P10[i], p.P50[i], p.P90[i] = p.P10[i]*by, p.P50[i]*by, p.P90[i]*by
			for k := range p.Fan {
				if i < len(p.Fan[k]) { // models trained before have no fan
					p.Fan[k][i] *= by
				}
			}
		} else {
			p.P10[i], p.P50[i], p.P90[i] = units, units, units
			for k := range p.Fan {
				if i < len(p.Fan[k]) {
					p.Fan[k][i] = units
				}
			}
		}
		p.Mean[i] = units
		p.Most = math.Max(p.Most, units)
	}
	return p
}
