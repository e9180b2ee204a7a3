package uncensor

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const header = "store_id,product_id,cat3,dt,discount,hourly_sales,hourly_stockout\n"

func TestBadFilesAreNamedByLine(t *testing.T) {
	good := "1,2,3,2024-03-28,1.0," + strings.Repeat("0 ", 23) + "1," + strings.Repeat("0", 24) + "\n"
	for _, c := range []struct{ file, says string }{
		{"", "the file is empty"},
		{"a,b\n", "no column store_id"},
		{header, "no rows"},
		{header + good + "1,2,3,28.3.2024,1,0,0\n", "line 3: dt"},
		{header + good + "1,2,3,2024-03-29,cheap,0,0\n", "line 3: discount"},
		{header + good + "1,2,3,2024-03-29,1,0 -1,0\n", "line 3: hourly_sales"},
		{header + good + "1,2,3,2024-03-29,1,0 1,00\n", "line 3: 2 hours"},
		{header + good + "1,2,3,2024-03-29,NaN,0,0\n", "line 3: discount"},
		{header + good + "1,2,3,2024-03-29,1,0 NaN,0\n", `line 3: hourly_sales: "NaN"`},
		{header + good + "1,2,3,2024-03-29,1,0 Inf,0\n", `line 3: hourly_sales: "Inf"`},
		{header + good + "1,2,3,2024-03-29,1,0,0 1\n", "line 3: hourly_stockout"},
		{header + good + "1,2,3,2024-03-29,1,0,02\n", "line 3: hourly_stockout"},
		{header + good + good, "line 3: product 2 of store 1 has the day 2024-03-28 twice"},
		{header + good + strings.Replace(good, "2024", "2124", 1), "line 3: dt 2124-03-28 lies more than ten years"},
	} {
		if _, err := read(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	if days, err := read(strings.NewReader(header + good)); err != nil || len(days) != 1 || days[0].Sales[23] != 1 {
		t.Errorf("%v, %v", days, err)
	}
}

// shop is a file of days of which some lack stock in the evening.
func shop() string {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString(header)
	for p := range 20 {
		for d := range 60 {
			var sales, out []string
			from := 24
			if rng.IntN(3) == 0 {
				from = 12 + rng.IntN(8)
			}
			for h := range 24 {
				v, o := 0, "0"
				if h >= 6 && h <= 22 && rng.IntN(20) < 2+p%5 {
					v = 1
				}
				if h >= from {
					v, o = 0, "1"
				}
				sales, out = append(sales, fmt.Sprint(v)), append(out, o)
			}
			fmt.Fprintf(&b, "%d,%d,%d,2024-%02d-%02d,1,%s,%s\n", p%2, p, p%3, 3+d/28, 1+d%28, strings.Join(sales, " "), strings.Join(out, ""))
		}
	}
	return b.String()
}

func TestRecoveredDemandBeatsSales(t *testing.T) {
	days, err := read(strings.NewReader(shop()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), days, Options{Seed: 1, From: 6, To: 22}, nil)
	if err != nil {
		t.Fatal(err)
	}
	naive := r.Methods["sales as demand"]
	if naive.Bias >= 0 || r.Auto.WAPE >= naive.WAPE || r.Auto.Bias < -.05 || r.Auto.Bias > .05 {
		t.Errorf("%+v", r)
	}
	again, err := Run(t.Context(), days, Options{Seed: 1, From: 6, To: 22}, nil)
	if err != nil || again.Auto != r.Auto {
		t.Errorf("a second run says %+v, %v", again, err)
	}
	for i := range days {
		days[i].Sales = make([]float64, 24)
	}
	if _, err := Run(t.Context(), days, Options{From: 6, To: 22}, nil); err == nil || !strings.Contains(err.Error(), "nothing was sold") {
		t.Errorf("where nothing was sold: %v", err)
	}
	if _, err := Run(t.Context(), days[:0], Options{From: 6, To: 22}, nil); err == nil {
		t.Error("without days there was a result")
	}
}
