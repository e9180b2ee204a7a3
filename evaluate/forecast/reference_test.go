package forecast_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"almanac/evaluate/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/stats"
)

// demand is a file of known data, which lies beside the repository where it is to be had at all.
func demand(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "demand", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: %v", name, err)
	}
	return path
}

// Forecasts of R's forecast package 8.20 on the 1,428 monthly series of M3, method by method. A series agrees if the mean
// distance is within the tolerance of the mean size of R's forecast.
func TestForecastsAgreeWithR(t *testing.T) {
	series, err := forecast.ReadFile(demand(t, "m3.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	reference, err := forecast.ReadReference(demand(t, filepath.Join("reference", "r_m3_monthly.csv.gz")))
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]auto.Member{}
	for _, m := range auto.Classic() {
		methods[m.Name] = m
	}
	for _, c := range []struct {
		ours, theirs string
		tolerance    float64
		share        float64 // of series that must agree
	}{
		{"naive2", "naive2", 1e-4, 1},
		{"seasonal naive", "snaive", 1e-4, 1},
		{"theta", "thetaf", 0.005, 0.97},
		{"ses", "ses", 0.005, 0.97},
		{"damped", "damped", 0.05, 0.85}, // optimisers stop in different valleys of flat likelihoods
		{"ets", "ets", 0.05, 0.80},       // and then choose other models
	} {
		var distance []float64
		for _, s := range series {
			want, ok := reference[c.theirs][s.ID]
			if !ok || s.Group != "MONTHLY" {
				continue
			}
			got := methods[c.ours].Run(s.Train, forecast.SeasonsOf(s), len(want))
			var miss, size float64
			for h := range want {
				miss += math.Abs(got[h] - want[h])
				size += math.Abs(want[h])
			}
			distance = append(distance, miss/size)
		}
		agree := 0.0
		for _, d := range distance {
			if d <= c.tolerance {
				agree++
			}
		}
		agree /= float64(len(distance))
		t.Logf("%s: %.3f of %d series within %g of R's %s; median distance %.5f, 90 %% below %.4f",
			c.ours, agree, len(distance), c.tolerance, c.theirs, stats.Quantile(distance, 0.5), stats.Quantile(distance, 0.9))
		if agree < c.share {
			t.Errorf("%s: only %.3f of the series agree with R's %s within %g", c.ours, agree, c.theirs, c.tolerance)
		}
	}
}
