package catalogue

// rhythm is how a shelf sells on the days of each class, a weekday that is flagged or not, against the four weeks before them.
// The flags are those of the region of its first series.
type rhythm struct {
	class  []uint8            // by day of the calendar
	factor [][classes]float32 // by day: what is known before it
}

const (
	classes = 14
	// ofClass is the weight of the latest day of a class.
	ofClass = .04
	// most is how far a day's factor, or an item's, lies from one.
	most = 5
)

func newRhythm(shelf *past, weekday []int, flags []bool) *rhythm {
	r := &rhythm{class: make([]uint8, len(weekday)), factor: make([][classes]float32, len(shelf.y)+1)}
	for d, k := range weekday {
		r.class[d] = uint8(2 * k)
		if flags != nil && flags[d] {
			r.class[d]++
		}
	}
	var now [classes]float64
	for c := range now {
		now[c] = 1
		r.factor[0][c] = 1
	}
	for d, v := range shelf.y {
		if usual := mean(shelf.sum, d, 28); d >= 28 && usual > 0 {
			f := &now[r.class[d]]
			*f += ofClass * (float64(v)/usual - *f)
		}
		for c, f := range now {
			r.factor[d+1][c] = float32(within(f))
		}
	}
	return r
}

// of is the factor of a day as it is known before day t ≤ day.
func (r *rhythm) of(t, day int) float64 { return float64(r.factor[t][r.class[day]]) }

func within(factor float64) float64 { return min(max(factor, 1./most), most) }
