package main

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"almanac/model/forecast/auto"
	"almanac/model/forecast/ets"
	"almanac/model/forecast/intermittent"
	"almanac/model/forecast/theta"
)

type benchForecastCmd struct {
	Products int  `help:"Products of the simulated catalogue for the whole automatic choice." default:"10000"`
	Weeks    int  `help:"Weeks of history of each." default:"104"`
	Horizon  int  `help:"Weeks ahead." default:"13"`
	Nightly  bool `help:"Also train a shop of these products as every night does: stockouts, launches, ends and large orders, prices, promotions, holidays, backtests, levels, up to the stored bytes."`
	All      bool `help:"Combine all methods, not only those that suit a catalogue."`
}

type benchForecastResult struct {
	Machine   string             `json:"machine"`
	PerSecond map[string]float64 `json:"series_per_s"` // of one core
	Products  int                `json:"products"`
	Weeks     int                `json:"weeks"`
	Catalogue float64            `json:"catalogue_seconds"` // automatic choice with quantiles, all processors
	Scheme    string             `json:"scheme"`
	One       float64            `json:"one_product_ms"`                // one product alone, automatic choice with quantiles
	OneShop   float64            `json:"one_product_shop_ms,omitempty"` // one product through all that trains a shop
	OneCPU    float64            `json:"one_product_cpu_ms,omitempty"`  // of it, processor time where the system tells
	Shop      float64            `json:"shop_seconds,omitempty"`
	ShopCPU   float64            `json:"shop_cpu_seconds,omitempty"` // of all processors, where the system tells
	Champion  string             `json:"champion,omitempty"`
	Memory    float64            `json:"peak_rss_mb"` // the most that was ever resident
}

// Run times single methods on one core, and the automatic choice for a catalogue on all.
func (c *benchForecastCmd) Run(ctx context.Context, term *terminal) error {
	r := benchForecastResult{Machine: machine(),
		PerSecond: map[string]float64{}, Products: c.Products, Weeks: c.Weeks}
	random := rand.New(rand.NewPCG(1, 2))
	monthly, days := make([][]float64, 50), make([][]float64, 50)
	for i := range monthly {
		monthly[i], days[i] = monthlySales(random, 120), slowSeller(random, 365)
	}
	for name, f := range map[string]func([]float64){
		"theta": func(y []float64) { theta.Standard(y, 12, 18) },
		"dotm":  func(y []float64) { theta.Optimised(y, 12, 18) },
		"ets":   func(y []float64) { ets.Auto(y, 12).Forecast(18) },
	} {
		r.PerSecond[name] = rate(monthly, f)
	}
	for name, f := range map[string]func([]float64){
		"croston": func(y []float64) { intermittent.Croston(y, 0.1) },
		"sba":     func(y []float64) { intermittent.SBA(y, 0.1) },
		"tsb":     func(y []float64) { intermittent.Fitted(y) },
		"adida":   func(y []float64) { intermittent.ADIDA(y, 0.1) },
		"counts":  func(y []float64) { intermittent.FitCounts(y) },
	} {
		r.PerSecond[name] = rate(days, f)
	}
	catalogue := make([][]float64, c.Products)
	for i := range catalogue {
		catalogue[i] = weeklySales(random, c.Weeks)
	}
	o := auto.Options{Horizon: c.Horizon, Seasons: auto.Seasons{Period: 1, Longer: []int{52}}, NonNegative: true, Lean: true, Members: auto.Catalogue(), Origins: 3}
	if c.All {
		o.Members = nil
	}
	began := time.Now()
	f, err := auto.Forecast(ctx, catalogue, o)
	if err != nil {
		return err
	}
	for i := range f.Results {
		for h := range c.Horizon {
			for _, p := range []float64{0.1, 0.5, 0.9} {
				f.Results[i].Quantile(h, p)
			}
			f.Results[i].SumQuantile(h+1, 0.95)
		}
	}
	r.Catalogue, r.Scheme = time.Since(began).Seconds(), f.Scheme
	o.Origins = 0
	r.One = 1000 / rate(catalogue[:min(20, len(catalogue))], func(y []float64) {
		if _, failed := auto.Forecast(ctx, [][]float64{y}, o); failed != nil {
			err = failed
		}
	})
	if err != nil {
		return err
	}
	if c.Nightly {
		if err := c.nightly(ctx, random, catalogue, &r); err != nil {
			return err
		}
	}
	r.Memory = float64(peakRSS() >> 20)
	if term.json {
		return printJSON(term, r)
	}
	if c.Nightly {
		if err := term.say("%d products trained as a shop, as every night: %.1f s, %.0f s of processor time, peak %.0f MB resident; one product in the same way: %.1f ms, %.1f ms of processor time",
			c.Products, r.Shop, r.ShopCPU, r.Memory, r.OneShop, r.OneCPU); err != nil {
			return err
		}
	}
	return term.say("%s\nper core and second, 120 months: theta %.0f, optimised theta %.0f, automatic ETS %.0f\n"+
		"per core and second, 365 days: Croston %.0f, SBA %.0f, TSB with its constants %.0f, ADIDA %.0f, count model %.0f\n"+
		"%d products × %d weeks, automatic choice with quantiles: %.1f s (%s); one product alone: %.1f ms",
		r.Machine, r.PerSecond["theta"], r.PerSecond["dotm"], r.PerSecond["ets"],
		r.PerSecond["croston"], r.PerSecond["sba"], r.PerSecond["tsb"], r.PerSecond["adida"], r.PerSecond["counts"],
		c.Products, c.Weeks, r.Catalogue, r.Scheme, r.One)
}

// nightly trains one product after the other as a shop of its own, and then all as one.
func (c *benchForecastCmd) nightly(ctx context.Context, random *rand.Rand, catalogue [][]float64, r *benchForecastResult) (err error) {
	defer makeRoom(ctx)() // as serve does
	one := catalogue[:min(100, len(catalogue))]
	began, cpu := time.Now(), processorSeconds()
	for _, y := range one {
		if _, _, err := newBenchShop(random, [][]float64{y}).fit(ctx, c.Weeks); err != nil {
			return err
		}
	}
	r.OneShop = 1000 * time.Since(began).Seconds() / float64(len(one))
	r.OneCPU = 1000 * (processorSeconds() - cpu) / float64(len(one))
	shop := newBenchShop(random, catalogue)
	clear(catalogue)
	cpu = processorSeconds()
	card, seconds, err := shop.fit(ctx, c.Weeks)
	r.Shop, r.ShopCPU, r.Champion = seconds, processorSeconds()-cpu, card.Champion
	return err
}

// rate is how many series f handles in a second: it runs for at least half of one.
func rate(series [][]float64, f func([]float64)) float64 {
	began := time.Now()
	n := 0
	for time.Since(began) < 500*time.Millisecond {
		for _, y := range series {
			f(y)
		}
		n += len(series)
	}
	return float64(n) / time.Since(began).Seconds()
}

func monthlySales(random *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	level := 1000.0
	for t := range y {
		level *= math.Exp(0.002 + 0.03*random.NormFloat64())
		y[t] = level * (1 + 0.3*math.Sin(2*math.Pi*float64(t)/12)) * math.Exp(0.05*random.NormFloat64())
	}
	return y
}

func slowSeller(random *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	for t := range y {
		if random.Float64() < 0.15 {
			y[t] = float64(1 + random.IntN(4))
		}
	}
	return y
}

func weeklySales(random *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	mean := math.Exp(3 * random.Float64())
	for t := range y {
		mean *= math.Exp(0.05 * random.NormFloat64())
		season := 1 + 0.4*math.Sin(2*math.Pi*float64(t)/52)
		y[t] = math.Max(0, math.Round(mean*season+math.Sqrt(mean)*random.NormFloat64()))
	}
	return y
}
