package intermittent

import "math"

// Class says how a demand comes: often or seldom, in like or unlike sizes.
type Class string

// Classes of demand by the cut-offs of Syntetos, Boylan and Croston 2005, "On the categorization of demand patterns",
// Journal of the Operational Research Society 56(5): mean interval between demands 1.32 steps, squared coefficient of
// variation of the sizes 0.49.
const (
	Smooth       Class = "smooth"       // often, in like sizes
	Erratic      Class = "erratic"      // often, in unlike sizes
	Intermittent Class = "intermittent" // seldom, in like sizes
	Lumpy        Class = "lumpy"        // seldom, in unlike sizes
)

// Classify says of which class a series is; "" where it holds fewer than two demands, which show neither. interval is the
// mean number of steps from one demand to the next, cv2 the squared coefficient of variation of their sizes. NaN means
// not observed and is stepped over.
func Classify(y []float64) (class Class, interval, cv2 float64) {
	var steps, n, sum, squares float64
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		steps++
		if v > 0 {
			n, sum, squares = n+1, sum+v, squares+v*v
		}
	}
	if n < 2 {
		return "", math.NaN(), math.NaN()
	}
	mean := sum / n
	interval, cv2 = steps/n, math.Max(0, squares/n-mean*mean)/(mean*mean)
	switch often, like := interval <= 1.32, cv2 <= 0.49; {
	case often && like:
		class = Smooth
	case often:
		class = Erratic
	case like:
		class = Intermittent
	default:
		class = Lumpy
	}
	return class, interval, cv2
}
