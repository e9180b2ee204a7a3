package data

import "slices"

// A day is wild where it sold so many times what the product's middle selling day did, of so many days at least.
const wild, tameLeast = 200, 3

// Tame is daily sales without days that nobody can have sold: one beyond two hundred times the median selling day, where there
// are three, is drawn back to the largest that is not. Where there is none, y itself comes back; y is never changed.
func Tame[T float32 | float64](y []T) []T {
	least, most := T(0), T(0)
	for _, v := range y {
		most = max(most, v)
		if v > 0 && (least == 0 || v < least) {
			least = v
		}
	}
	if most <= wild*least { // the median is not below the least
		return y
	}
	sold := slices.DeleteFunc(slices.Clone(y), func(v T) bool { return v <= 0 })
	if len(sold) < tameLeast {
		return y
	}
	slices.Sort(sold)
	limit := wild * sold[len(sold)/2]
	if most <= limit {
		return y
	}
	above := slices.IndexFunc(sold, func(v T) bool { return v > limit })
	out := slices.Clone(y)
	for t, v := range out {
		if v > limit {
			out[t] = sold[above-1]
		}
	}
	return out
}
