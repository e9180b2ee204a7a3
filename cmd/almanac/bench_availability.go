package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"almanac/fact"
	"almanac/serve/auth"
)

// benchAvailabilityCmd measures /v1/availability of a server of its own: how fast it answers, and how long
// an order takes from its event to the answers that reflect it.
type benchAvailabilityCmd struct {
	Seconds  int `help:"How long is asked." default:"20"`
	Clients  int `help:"Clients that ask at the same time." default:"8"`
	Products int `help:"Products that were counted." default:"20000"`
}

type availabilityResult struct {
	Machine   string  `json:"machine"`
	Requests  int     `json:"requests"`
	PerSecond float64 `json:"requests_per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Errors    int     `json:"errors"`
	Events    int     `json:"events"`
	EventP50  float64 `json:"event_to_answer_p50_ms"`
	EventP99  float64 `json:"event_to_answer_p99_ms"`
}

// Run counts products, starts a server, asks it, and tells it of orders meanwhile.
func (c *benchAvailabilityCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	if c.Seconds < 1 || c.Clients < 1 || c.Products < 1 {
		return &hint{errors.New("nothing can be measured with that"), "Use at least 1 second, 1 client and 1 product.", exitUsage}
	}
	remove, err := ownFolder(root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	var key string
	err = withApp(ctx, root, term, "bench", func(a *app) (err error) {
		if _, key, err = a.auth.CreateKey(ctx, root.Shop, "bench", auth.WriteKey); err != nil {
			return err
		}
		var facts []fact.Fact
		for i := range c.Products {
			facts = append(facts, fact.Fact{Shop: root.Shop, Source: "wms:bench", ID: fmt.Sprint("count-", i), Kind: fact.StockCounted, OccurredAt: time.Now().Add(-time.Hour),
				Body: &fact.StockCount{SKU: fmt.Sprint("sku-", i), Location: "berlin", Quantity: fact.OnHand, Units: 1_000_000}})
		}
		if _, err := a.history.Append(ctx, facts); err != nil {
			return err
		}
		return a.projector.CatchUp(ctx, nil)
	})
	if err != nil {
		return err
	}
	server, err := startServer(ctx, root)
	if err != nil {
		return err
	}
	r := availabilityResult{Machine: machine()}
	c.ask(ctx, server.url, key, &r)
	if err := server.stop(); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	return term.say("%s\n%d clients, %d products: %.0f requests/s, p50 %.2f ms, p99 %.2f ms, %d errors\n%d orders: reflected after p50 %.0f ms, p99 %.0f ms",
		r.Machine, c.Clients, c.Products, r.PerSecond, r.P50, r.P99, r.Errors, r.Events, r.EventP50, r.EventP99)
}

func (c *benchAvailabilityCmd) ask(ctx context.Context, url, key string, r *availabilityResult) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: c.Clients + 1, DisableCompression: true}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	end := time.Now().Add(time.Duration(c.Seconds) * time.Second)
	took, failed := make([][]time.Duration, c.Clients), make([]int, c.Clients)
	var reflected []time.Duration
	var all sync.WaitGroup
	began := time.Now()
	for i := range c.Clients {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 1)) //nolint:gosec // which product is asked for is no secret
			for time.Now().Before(end) && ctx.Err() == nil {
				at := time.Now()
				if _, err := available(ctx, client, url, key, rng.IntN(c.Products)); err != nil {
					failed[i]++
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	all.Go(func() {
		for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
			if d, err := reflect(ctx, client, url, key, n, c.Products); err == nil {
				reflected = append(reflected, d)
			}
			time.Sleep(20 * time.Millisecond) // orders come one at a time
		}
	})
	all.Wait()
	seconds := time.Since(began).Seconds()
	times := slices.Concat(took...)
	for _, n := range failed {
		r.Errors += n
	}
	r.Requests, r.PerSecond, r.Events = len(times), float64(len(times))/seconds, len(reflected)
	r.P50, r.P99 = quantileMS(times, .5), quantileMS(times, .99)
	r.EventP50, r.EventP99 = quantileMS(reflected, .5), quantileMS(reflected, .99)
}

// reflect tells of an order and asks until the answer has its units off.
func reflect(ctx context.Context, client *http.Client, url, key string, n, products int) (time.Duration, error) {
	product := n % products
	before, err := available(ctx, client, url, key, product)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	body := fmt.Sprintf(`{"type":"track","event":"Order Completed","messageId":"order-%d","anonymousId":"v%d","timestamp":%q,"properties":{"order_id":"o%d","currency":"EUR","products":[{"sku":"sku-%d","quantity":1,"price":10}]}}`,
		n, n, now.UTC().Format(time.RFC3339Nano), n, product)
	if !post(ctx, client, url+"/v1/track", key, []byte(body)) {
		return 0, errors.New("the order was refused")
	}
	for time.Since(now) < 10*time.Second {
		units, err := available(ctx, client, url, key, product)
		if err != nil {
			return 0, err
		}
		if units < before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return time.Since(now), nil
}

func available(ctx context.Context, client *http.Client, url, key string, product int) (units int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/v1/availability?sku=sku-%d&channel=web", url, product), nil)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(key, "")
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	b, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return 0, err
	}
	var a struct{ Available *int64 }
	if err := json.Unmarshal(b, &a); err != nil || a.Available == nil {
		return 0, fmt.Errorf("no number in the answer %.100s", b)
	}
	return *a.Available, nil
}
