package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"almanac/serve/auth"
	"almanac/state"
	"almanac/web"
)

// benchCmd measures this machine: the whole loop on a file unless another measurement is named.
type benchCmd struct {
	Loop         benchLoopCmd         `cmd:"" default:"withargs" help:"Import, train, decide and recommend with a file of orders."`
	Ingest       benchIngestCmd       `cmd:"" help:"Send tracked events to a server of its own and count what is in the record afterwards."`
	FirstHour    benchFirstHourCmd    `cmd:"" help:"Drop the exports of a platform's shop on a server of its own: how long until the first figures."`
	Recommend    benchRecommendCmd    `cmd:"" help:"Ask for recommendations over HTTP, with a large catalogue and a million visits in memory."`
	Availability benchAvailabilityCmd `cmd:"" help:"Ask what can be promised, and how soon an order shows."`
	Forecast     benchForecastCmd     `cmd:"" help:"Forecasting: series per second by method, and a catalogue by the automatic choice."`
}

// ownFolder makes a data folder for a measurement; remove deletes it.
func ownFolder(root *cli) (remove func() error, err error) {
	root.Data, err = os.MkdirTemp("", "almanac-bench-*")
	return func() error { return os.RemoveAll(root.Data) }, err
}

// machine names what a measurement ran on.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}

type benchLoopCmd struct {
	File    string `arg:"" help:"Orders file to measure with." type:"path"`
	Clients int    `help:"Clients that ask for recommendations at the same time." default:"8"`
	Seconds int    `help:"How long they ask." default:"10"`
}

type benchResult struct {
	Machine   string  `json:"machine"`
	Rows      int64   `json:"rows"`
	Import    float64 `json:"import_seconds"`
	ImportRSS int64   `json:"import_peak_rss_mb"`
	Train     float64 `json:"train_seconds"`
	Decide    float64 `json:"decide_seconds"`
	Requests  int     `json:"recommend_requests"`
	PerSecond float64 `json:"recommend_requests_per_s"`
	P50       float64 `json:"recommend_p50_ms"`
	P99       float64 `json:"recommend_p99_ms"`
	Errors    int     `json:"recommend_errors"`
}

// Run measures import, training, deciding and recommendations in a folder of its own.
func (c *benchLoopCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	remove, err := ownFolder(root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	a, err := open(ctx, root, term, "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	r := benchResult{Machine: machine()}
	quiet := func(string, int64, int64) {}
	began := time.Now()
	o, err := (&importCmd{}).options(a, ctx)
	if err != nil {
		return err
	}
	run, err := a.importFile(ctx, c.File, o, false, quiet)
	if err != nil {
		return explain(err)
	}
	r.Rows, r.Import, r.ImportRSS = run.Read, time.Since(began).Seconds(), peakRSS()>>20
	began = time.Now()
	if err := a.train(ctx, root.Shop, quiet); err != nil {
		return err
	}
	r.Train = time.Since(began).Seconds()
	began = time.Now()
	if err := a.decide(ctx, root.Shop, quiet); err != nil {
		return err
	}
	r.Decide = time.Since(began).Seconds()
	if err := c.recommend(ctx, a, &r); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	return term.say("%s\nimport %d rows: %.1f s, peak %d MB resident\ntrain %.1f s, decide %.2f s\nrecommend, %d clients: %.0f requests/s, p50 %.2f ms, p99 %.2f ms, %d errors",
		r.Machine, r.Rows, r.Import, r.ImportRSS, r.Train, r.Decide, c.Clients, r.PerSecond, r.P50, r.P99, r.Errors)
}

// recommend asks a server over loopback for what goes with random products.
func (c *benchLoopCmd) recommend(ctx context.Context, a *app, r *benchResult) error {
	files, _ := web.Files()
	s, err := a.server(ctx, files, &serveCmd{}, nil)
	if err != nil {
		return err
	}
	_, key, err := a.auth.CreateKey(ctx, a.cli.Shop, "bench", auth.WriteKey)
	if err != nil {
		return err
	}
	totals, err := a.views.Orders.ProductTotals(ctx, a.cli.Shop, 0, state.DayOf(a.now(), time.UTC))
	if err != nil {
		return err
	}
	h := httptest.NewServer(s.Handler())
	defer h.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: c.Clients}}
	end := time.Now().Add(time.Duration(c.Seconds) * time.Second)
	took := make([][]time.Duration, c.Clients)
	failed := make([]int, c.Clients)
	var all sync.WaitGroup
	began := time.Now()
	for i := range c.Clients {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for time.Now().Before(end) && ctx.Err() == nil {
				sku := totals[random.IntN(len(totals))].SKU
				at := time.Now()
				if !ask(ctx, client, h.URL+"/v1/recommend?placement=product&n=10&key="+key+"&visitor=v"+strconv.Itoa(random.IntN(10_000))+"&items="+strings.ReplaceAll(sku, " ", "%20")) {
					failed[i]++
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	all.Wait()
	seconds := time.Since(began).Seconds()
	times := slices.Concat(took...)
	for _, n := range failed {
		r.Errors += n
	}
	r.Requests, r.PerSecond = len(times), float64(len(times))/seconds
	r.P50, r.P99 = quantileMS(times, .5), quantileMS(times, .99)
	return ctx.Err()
}

func ask(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	buf := make([]byte, 4096)
	for err == nil {
		_, err = res.Body.Read(buf)
	}
	return errors.Join(res.Body.Close()) == nil && res.StatusCode == http.StatusOK
}

// quantileMS is the p-quantile of durations in milliseconds, 0 where there is none. It sorts them.
func quantileMS(d []time.Duration, p float64) float64 {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return float64(d[min(len(d)-1, int(p*float64(len(d))))].Microseconds()) / 1000
}

// peakRSS is the most memory that the process ever held, in bytes, where the system tells.
func peakRSS() int64 { return peakOf("/proc/self/status") }

func peakOf(status string) int64 {
	b, err := os.ReadFile(status)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}

// processorSeconds is the processor time that the process has used, where the system tells.
func processorSeconds() float64 {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(b), ") ") // the name before may hold spaces
	fields := strings.Fields(after)
	var sum float64
	for _, i := range [...]int{11, 12} { // in user mode and in the kernel, in hundredths
		if i < len(fields) {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return 0
			}
			sum += v / 100
		}
	}
	return sum
}
