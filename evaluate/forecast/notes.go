package forecast

import (
	"fmt"
	"math"
	"slices"

	"almanac/model/forecast/auto"
)

// notes says of the series of a group what is odd in them and what is done with it: a line each, none where all are whole.
func notes(part []Series) (out []string) {
	var empty, one, constant, gaps, wild, long, negative, untested, unscaled, filled, drawn int
	shortest, longest := math.MaxInt, 0
	for _, s := range part {
		y := s.Train[max(0, len(s.Train)-auto.MaxHistory):]
		m := auto.Mend(s.Train, s.Frequency)
		first := len(y) - len(m) // what is missing before the first value is left out, not filled
		lacking, moved := 0, 0
		for t, v := range m {
			switch was := y[first+t]; {
			case math.IsNaN(was) || math.Abs(was) > largest:
				lacking++
			case was != v:
				moved++
			}
		}
		observed := slices.DeleteFunc(slices.Clone(s.Train), math.IsNaN)
		filled, drawn = filled+lacking, drawn+moved
		count(&empty, len(m) == 0)
		count(&one, len(observed) == 1)
		count(&constant, len(observed) > 1 && slices.Min(observed) == slices.Max(observed))
		count(&gaps, lacking > 0)
		count(&wild, moved > 0)
		count(&long, len(s.Train) > auto.MaxHistory)
		count(&negative, len(observed) > 0 && slices.Min(observed) < 0)
		count(&untested, !slices.ContainsFunc(s.Test, func(v float64) bool { return !math.IsNaN(v) }))
		count(&unscaled, scaleOf(s) == 0)
		shortest, longest = min(shortest, len(s.Test)), max(longest, len(s.Test))
	}
	say := func(n int, what string, more ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d of %d series ", n, len(part))+fmt.Sprintf(what, more...))
		}
	}
	say(empty, "have no observation in the training part: they are forecast as 0")
	say(one, "have one observation, which says nothing of how it changes: it is repeated")
	say(constant, "never changed: they are forecast as that constant")
	say(gaps, "have gaps (%d values missing or beyond any size): filled from the same phase a period before and after, or by a line", filled)
	say(wild, "have %d values far beyond their neighbours: drawn back to 25 interquartile ranges from them", drawn)
	say(long, "are longer than %d steps: only the latest so many are read", auto.MaxHistory)
	say(negative, "hold negative values: their forecasts may be negative too; all others never are")
	say(untested, "have no value in the test part: they are not scored")
	say(unscaled, "do not change in the training part: they have no MASE and MSIS, and count in sMAPE and coverage only")
	if shortest < longest {
		out = append(out, fmt.Sprintf("test parts hold %d to %d values: all series are forecast for the longest; where that is not meant, the file is cut off", shortest, longest))
	}
	return out
}

// largest is beyond what a value is taken for missing.
const largest = 1e100

func count(n *int, is bool) {
	if is {
		*n++
	}
}
