package forecast

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) < 1e-9) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestMetricsByHand(t *testing.T) {
	s := Series{Frequency: 2, Train: []float64{1, 5, 2, 7, 3, 9}, Test: []float64{4, 10}}
	scale := scaleOf(s) // |2−1|, |7−5|, |3−2|, |9−7|
	near(t, "scale", scale, 1.5)
	var ours, naive2 tally
	ours.point(s, []float64{6, 10}, scale)
	naive2.point(s, []float64{4, 6}, scale)
	m := ours.metrics(&naive2)
	near(t, "sMAPE", m.SMAPE, 200*(2.0/10)/2)
	near(t, "MASE", m.MASE, 1/1.5)
	near(t, "OWA", m.OWA, (20/(200*(4.0/16)/2)+(1/1.5)/(2/1.5))/2)
	ours.interval(s, Interval{Low95: []float64{3, 11}, Low80: []float64{3.5, 12}, High80: []float64{4.5, 13}, High95: []float64{5, 14}}, scale)
	m = ours.metrics(&naive2)
	// Widths 2 and 3; the second interval begins 1 above what came, which costs 40.
	near(t, "MSIS", m.MSIS95, (2+3+40)/2.0/1.5)
	near(t, "coverage", m.Coverage95, 0.5)
	near(t, "coverage", m.Coverage80, 0.5)
}

func TestGapsAndZerosAreNoDivisionByZero(t *testing.T) {
	s := Series{Frequency: 1, Train: []float64{0, 0, 0}, Test: []float64{0, math.NaN()}}
	var a tally
	a.point(s, []float64{0, 5}, scaleOf(s))
	m := a.metrics(&a)
	near(t, "sMAPE", m.SMAPE, 0)
	b, err := json.Marshal(Score{"x", m})
	if err != nil || strings.Contains(string(b), "mase") || !strings.Contains(string(b), `"smape":0`) {
		t.Errorf("%s, %v: what cannot be measured must be left out", b, err)
	}
}

const header = "series,period,type,frequency,split,start,values\n"

func TestWhatIsWrongWithAFileIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"empty":       {"", "empty"},
		"no values":   {"series,period\nA,B\n", "no column frequency"},
		"frequency":   {header + "A,YEARLY,,x,train,,1 2\n", "line 2: frequency"},
		"split":       {header + "A,YEARLY,,1,both,,1 2\n", "train or test"},
		"no number":   {header + "A,YEARLY,,1,train,,1 two\n", `value 2 is "two"`},
		"no test":     {header + "A,YEARLY,,1,train,,1 2\n", "series A lacks"},
		"nothing":     {header, "no rows"},
		"twice":       {header + "A,YEARLY,,1,train,,1 2\nA,YEARLY,,1,test,,1\nA,YEARLY,,1,train,,1 2\n", "line 4: series A has two rows of split train"},
		"empty cell":  {header + "A,YEARLY,,1,train,,\n", "line 2: series A: there are no values"},
		"semicolons":  {strings.ReplaceAll(header, ",", ";"), "not separated by commas"},
		"UTF-16":      {"\xff\xfes\x00e\x00r\x00i\x00e\x00s\x00\n\x00", "UTF-8"},
		"cells":       {header + "A,YEARLY\n", "comma too many or too few"},
		"broken gzip": {"\x1f\x8bnonsense", "gzip"},
	} {
		if _, err := Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, must say %s", name, err, c.says)
		}
	}
}

func TestPlainAndCompressedFilesAreTheSame(t *testing.T) {
	text := header + "A,WEEKLY,,1,train,,1 2 NA 4\nA,WEEKLY,,1,test,,5 6\n"
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{text, z.String()} {
		s, err := Read(strings.NewReader(in))
		if err != nil || len(s) != 1 || s[0].Group != "WEEKLY" || len(s[0].Train) != 4 || !math.IsNaN(s[0].Train[2]) || s[0].Test[1] != 6 {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

func file(n int) []Series {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		for _, group := range []string{"MONTHLY", "YEARLY"} {
			fmt.Fprintf(&b, "S%d,%s,,%d,train,,", i, group, map[string]int{"MONTHLY": 12, "YEARLY": 1}[group])
			for t := range 40 {
				fmt.Fprintf(&b, "%d ", 100+t+10*((t+i)%12))
			}
			fmt.Fprintf(&b, "\nS%d,%s,,1,test,,150 160 170\n", i, group)
		}
	}
	s, err := Read(strings.NewReader(b.String()))
	if err != nil {
		panic(err)
	}
	return s
}

func TestAReportHasItsDocumentedForm(t *testing.T) {
	r, err := Run(context.Background(), file(3), Options{File: "x.csv", Methods: []string{"theta", "ets"}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Task   string
		Data   struct{ Series, Groups int }
		Groups map[string]struct {
			Auto    map[string]any
			Methods map[string]map[string]any
		} `json:"by_group"`
		Seconds float64
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Task != "forecast" || doc.Data.Series != 6 || doc.Data.Groups != 2 || len(doc.Groups) != 2 || doc.Seconds <= 0 {
		t.Errorf("%s", b)
	}
	for group, g := range doc.Groups {
		for _, metric := range []string{"method", "smape", "mase", "owa", "msis95", "coverage80", "coverage95", "series_per_s"} {
			if _, ok := g.Auto[metric]; !ok {
				t.Errorf("%s: auto has no %s: %s", group, metric, b)
			}
		}
		if len(g.Methods) != 3 || g.Methods["naive2"]["owa"] != 1.0 {
			t.Errorf("%s: methods %v", group, g.Methods)
		}
	}
}

func TestOneGroupIsReportedFlatAndAnUnknownOneRefused(t *testing.T) {
	r, err := Run(context.Background(), file(2), Options{Group: "YEARLY", Methods: []string{"naive"}})
	if err != nil || r.Auto == nil || r.Groups != nil || len(r.Methods) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	var none *NoGroupError
	if _, err := Run(context.Background(), file(2), Options{Group: "DAILY"}); !errors.As(err, &none) {
		t.Errorf("an unknown group says %v", err)
	}
}

// The automatic choice never sees the test part: other numbers there change scores, not forecasts. Run shows scores only, so
// the proof is that a perfect test part for Naive makes Naive's error zero and leaves the method that was chosen.
func TestTheChoiceDoesNotSeeTheTest(t *testing.T) {
	a, b := file(12), file(12)
	for i := range b {
		last := b[i].Train[len(b[i].Train)-1]
		b[i].Test = []float64{last, last, last}
	}
	ra, err := Run(context.Background(), a, Options{Group: "MONTHLY", Methods: []string{"naive"}})
	if err != nil {
		t.Fatal(err)
	}
	rb, err := Run(context.Background(), b, Options{Group: "MONTHLY", Methods: []string{"naive"}})
	if err != nil {
		t.Fatal(err)
	}
	if rb.Methods["naive"].MASE != 0 || ra.Auto.Method != rb.Auto.Method {
		t.Errorf("chosen %q and, with another test part, %q", ra.Auto.Method, rb.Auto.Method)
	}
}

// What is odd is said, and what is done with it.
func TestOddSeriesAreNamed(t *testing.T) {
	part := []Series{
		{Frequency: 1, Train: []float64{math.NaN()}, Test: []float64{1}},
		{Frequency: 1, Train: []float64{3}, Test: []float64{1}},
		{Frequency: 1, Train: []float64{3, 3, 3}, Test: []float64{math.NaN()}},
		{Frequency: 1, Train: []float64{3, math.NaN(), -1, 1e300, 2}, Test: []float64{1, 2}},
		{Frequency: 1, Train: []float64{1, 2, 3, 4, 5, 6, 1e9, 1, 2, 3, 4, 5, 6}, Test: []float64{1}},
		{Frequency: 1, Train: make([]float64, 3000), Test: []float64{1}},
	}
	for i := range part[5].Train {
		part[5].Train[i] = float64(i % 7)
	}
	for _, want := range []string{"1 of 6 series have no observation", "1 of 6 series have one observation", "1 of 6 series never changed",
		"1 of 6 series have gaps (2 values", "1 of 6 series have 1 values far beyond", "1 of 6 series are longer than 2048", "1 of 6 series hold negative values",
		"1 of 6 series have no value in the test part", "3 of 6 series do not change", "test parts hold 1 to 2 values"} {
		if !strings.Contains(strings.Join(notes(part), "\n"), want) {
			t.Errorf("%q is not said: %q", want, notes(part))
		}
	}
	if n := notes(file(2)); n != nil {
		t.Errorf("of whole series it is said: %q", n)
	}
}

// Series of one period and two frequencies are forecast apart, whichever row stands first.
func TestFrequenciesOfAGroupAreForecastApart(t *testing.T) {
	all := file(3)
	for i := range all {
		all[i].Group = "MIXED"
	}
	r, err := Run(t.Context(), all, Options{Methods: []string{"naive"}})
	if err != nil || !strings.HasPrefix(r.Auto.Method, "frequency 1: ") || !strings.Contains(r.Auto.Method, "; frequency 12: ") || r.Auto.Series != 6 {
		t.Fatalf("%+v, %v", r, err)
	}
	slices.Reverse(all)
	again, err := Run(t.Context(), all, Options{Methods: []string{"naive"}})
	if err != nil || math.Abs(again.Auto.MASE-r.Auto.MASE) > 1e-9 || again.Auto.Method != r.Auto.Method {
		t.Errorf("in another order %+v, not %+v, %v", again.Auto, r.Auto, err)
	}
	parts, err := Read(strings.NewReader(header + "A,MONTHLY,,1,test,,1 2\nA,MONTHLY,,12,train,,1 2 3\n"))
	if err != nil || parts[0].Frequency != 12 {
		t.Errorf("%+v, %v: the frequency of the training row counts", parts, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "A,WEEKLY,,1,train,,1 2 NA 4\nA,WEEKLY,,1,test,,5 6\n"))
	f.Add([]byte("\x1f\x8b"))
	f.Add([]byte(header + "A,\"x\ny\",,1,train,,1e400"))
	f.Fuzz(func(t *testing.T, in []byte) {
		series, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		for _, s := range series {
			if len(s.Train) == 0 || len(s.Test) == 0 || s.Frequency < 1 {
				t.Fatalf("accepted %+v", s)
			}
		}
	})
}
