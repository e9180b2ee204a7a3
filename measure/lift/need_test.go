package lift

import "testing"

// Cohen (1988), table 2.4.1: a difference of half a standard deviation at a one-sided 5 %, which is the two-sided 10 %, with
// power .80 takes 50 of each group.
func TestTheNumberNeededIsCohens(t *testing.T) {
	// Of 100 visitors half bring 0.8 and half 1.2 of the mean: a standard deviation of 0.2, twice the lift of 10 %.
	x := make([]float64, 50)
	for i := range x {
		x[i] = 80 + 40*float64(i%2)
	}
	l := Lift{Treatment: Side{Visitors: 50, Buyers: 50}, Control: Side{Visitors: 50, Buyers: 50}}
	l.need(x, x, 0.5)
	if l.Needed < 98 || l.Needed > 101 || l.NeededTreatment*2 < l.Needed || l.Assumed {
		t.Errorf("%d visitors are needed", l.Needed)
	}
	if l.Detectable < 0.099 || l.Detectable > 0.101 {
		t.Errorf("a lift of %.4f can be told", l.Detectable)
	}
}
