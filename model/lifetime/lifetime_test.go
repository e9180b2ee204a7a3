package lifetime_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"almanac/model/lifetime"
)

// tenths are ten customers who bought on days 10, 20 … 100, that many times over ten, for that much.
func tenths() []lifetime.Customer {
	var out []lifetime.Customer
	for i := 1; i <= 10; i++ {
		out = append(out, lifetime.Customer{Orders: i, First: 1, Last: 10 * i, Value: float64(100 * i)})
	}
	return out
}

func TestFifthsByHand(t *testing.T) {
	s := lifetime.NewScale(tenths())
	for i, c := range tenths() {
		want := i/2 + 1
		if got := s.Score(c); got != (lifetime.Score{Recency: want, Frequency: want, Value: want}) {
			t.Errorf("customer %d scores %+v, want %d everywhere", i, got, want)
		}
	}
}

func TestEqualCustomersAreNeverToldApart(t *testing.T) {
	customers := make([]lifetime.Customer, 10)
	for i := range customers {
		customers[i] = lifetime.Customer{Orders: 1, Last: 5, Value: 20}
	}
	customers[9].Orders = 2
	s := lifetime.NewScale(customers)
	if a, b := s.Score(customers[0]), s.Score(customers[9]); a.Frequency != 1 || b.Frequency != 5 || a.Recency != 1 {
		t.Errorf("scores %+v and %+v", a, b)
	}
}

func TestTheRuleTable(t *testing.T) {
	s := lifetime.NewScale(tenths())
	for _, c := range []struct {
		segment       lifetime.Segment
		orders, last  int
		valueHundreds float64
	}{
		{lifetime.New, 1, 100, 1},
		{lifetime.New, 1, 70, 10},
		{lifetime.Once, 1, 60, 10},
		{lifetime.Once, 1, 1, 1},
		{lifetime.Champion, 10, 100, 10},
		{lifetime.Champion, 7, 70, 7},
		{lifetime.Loyal, 10, 100, 6},
		{lifetime.Loyal, 7, 50, 10},
		{lifetime.Promising, 2, 100, 10},
		{lifetime.Promising, 6, 50, 1},
		{lifetime.AtRisk, 10, 40, 10},
		{lifetime.Lapsed, 10, 20, 10},
		{lifetime.Lapsed, 2, 1, 1},
	} {
		got := s.Segment(lifetime.Customer{Orders: c.orders, First: 1, Last: c.last, Value: 100 * c.valueHundreds})
		if got != c.segment {
			t.Errorf("%d orders, last on day %d, value %v00: %s, want %s", c.orders, c.last, c.valueHundreds, got, c.segment)
		}
	}
}

func TestEverybodyHasASegmentAndMoreIsNeverLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.Custom(func(t *rapid.T) lifetime.Customer {
			return lifetime.Customer{
				Orders: rapid.IntRange(1, 12).Draw(t, "orders"), Last: rapid.IntRange(0, 400).Draw(t, "last"),
				Value: rapid.Float64Range(-10, 1e4).Draw(t, "value"),
			}
		})
		all := rapid.SliceOfN(draw, 0, 40).Draw(t, "customers")
		s := lifetime.NewScale(all)
		c := draw.Draw(t, "one")
		if !slices.Contains(lifetime.Segments(), s.Segment(c)) {
			t.Fatalf("%+v has segment %q", c, s.Segment(c))
		}
		more := lifetime.Customer{Orders: c.Orders + 1, Last: c.Last + 1, Value: c.Value + 1}
		a, b := s.Score(c), s.Score(more)
		for _, p := range [][2]int{{a.Recency, b.Recency}, {a.Frequency, b.Frequency}, {a.Value, b.Value}} {
			if p[0] < 1 || p[1] > 5 || p[0] > p[1] {
				t.Fatalf("%+v scores %+v, with more of everything %+v", c, a, b)
			}
		}
	})
}

func TestRepeatProbabilityIsShrunkToTheOverallRate(t *testing.T) {
	var table lifetime.RepeatTable
	if p := table.Probability(3, 3); p != 0 {
		t.Errorf("an empty table says %v", p)
	}
	// 80 faithful of whom 60 return, 20 strangers of whom none does: overall 0.6.
	for i := range 80 {
		table.Add(lifetime.Observation{Orders: 12, Silent: 10, Returned: i < 60})
	}
	for range 20 {
		table.Add(lifetime.Observation{Orders: 1, Silent: 300})
	}
	for _, c := range []struct {
		what           string
		orders, silent int
		want           float64
	}{
		{"the faithful", 10, 30, (60 + 20*0.6) / 100},
		{"the strangers", 1, 241, 20 * 0.6 / 40},
		{"a kind never seen", 3, 100, 0.6},
	} {
		if got := table.Probability(c.orders, c.silent); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
	if table.Seen() != 100 || table.Overall() != 0.6 {
		t.Errorf("%d seen, overall %v", table.Seen(), table.Overall())
	}
	text, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var back lifetime.RepeatTable
	if err := json.Unmarshal(text, &back); err != nil || back != table {
		t.Errorf("the table did not survive JSON: %v", err)
	}
}

func day(s string) int {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return -1
	}
	return int(t.Unix() / 86400)
}

func TestCohortsThatHadTheirTime(t *testing.T) {
	newcomers := []lifetime.Newcomer{
		{First: day("2011-01-01"), Second: day("2011-04-01"), Returned: true}, // 90 days: in
		{First: day("2011-01-31"), Second: day("2011-05-02"), Returned: true}, // 91 days: out
		{First: day("2011-01-15")},
		{First: day("2010-12-31"), Second: day("2011-01-02"), Returned: true},
		{First: day("2011-02-28"), Second: day("2011-03-02"), Returned: true},
	}
	want := []lifetime.Cohort{
		{Month: "2010-12", Customers: 1, Returned: 1, Rate: 1},
		{Month: "2011-01", Customers: 3, Returned: 1, Rate: 1.0 / 3},
	}
	ignore := cmpopts.IgnoreFields(lifetime.Cohort{}, "Interval")
	// The last day of January + 90 days is May 1; that of February May 29.
	got := lifetime.RepeatByCohort(newcomers, 90, day("2011-05-28"))
	if d := cmp.Diff(want, got, ignore); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if n := len(lifetime.RepeatByCohort(newcomers, 90, day("2011-05-29"))); n != 3 {
		t.Errorf("on May 29 February has had its time, but %d cohorts show", n)
	}
	if n := len(lifetime.RepeatByCohort(newcomers, 365, day("2011-05-29"))); n != 0 {
		t.Errorf("%d cohorts show a year's rate after half a year", n)
	}
	all := lifetime.RepeatRate(got)
	if all.Customers != 4 || all.Returned != 2 || all.Rate != 0.5 || all.Interval.Low > 0.5 || all.Interval.High < 0.5 {
		t.Errorf("together %+v", all)
	}
	if none := lifetime.RepeatRate(nil); none.Customers != 0 || none.Rate != 0 {
		t.Errorf("no cohort gives %+v", none)
	}
}
