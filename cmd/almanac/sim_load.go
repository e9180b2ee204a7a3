package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"almanac/fact"
	"almanac/sim"
	"almanac/sim/export"
)

// simLoadCmd sends at a rate that does not depend on the answers, as visitors do; the time of an answer counts from when
// its request was due.
type simLoadCmd struct {
	worldFlags
	URL     string  `help:"The server." default:"http://127.0.0.1:8080"`
	Key     string  `help:"A write key." required:""`
	Rate    float64 `help:"Events a second." default:"200"`
	Seconds int     `help:"How long." default:"30"`
	Batch   int     `help:"Events of one request." default:"10"`
	Clients int     `help:"Requests under way at the same time, at most." default:"64"`
}

type loadResult struct {
	Sent      int64   `json:"sent"`
	Errors    int64   `json:"errors"`
	PerSecond float64 `json:"events_per_s"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
}

// request is a body and when it is to be sent.
type request struct {
	due  time.Time
	body []byte
	n    int
}

var errEnough = errors.New("enough")

// Run sends the events of a world.
func (c *simLoadCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	if c.Rate <= 0 || c.Seconds < 1 || c.Batch < 1 || c.Batch > 2500 || c.Clients < 1 {
		return &hint{errors.New("a setting of the load is out of range"), "Use a rate above 0, at least one second and client, and batches of 1 to 2500.", exitUsage}
	}
	config, err := c.config(root)
	if err != nil {
		return err
	}
	requests := make(chan request, c.Clients)
	var r loadResult
	var took []time.Duration
	var mu sync.Mutex
	var all sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: c.Clients}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	began := time.Now()
	for range c.Clients {
		all.Go(func() {
			for q := range requests {
				ok := post(ctx, client, c.URL+"/v1/batch", c.Key, q.body)
				mu.Lock()
				took = append(took, time.Since(q.due))
				if ok {
					r.Sent += int64(q.n)
				} else {
					r.Errors += int64(q.n)
				}
				mu.Unlock()
			}
		})
	}
	err = c.feed(ctx, config, began, requests)
	close(requests)
	all.Wait()
	if err != nil {
		return err
	}
	r.PerSecond = float64(r.Sent) / time.Since(began).Seconds()
	r.P50, r.P95, r.P99 = quantileMS(took, .5), quantileMS(took, .95), quantileMS(took, .99)
	if term.json {
		return printJSON(term, r)
	}
	return term.say("%d events acknowledged, %d not; %.0f a second; p50 %.1f ms, p95 %.1f ms, p99 %.1f ms from when they were due", r.Sent, r.Errors, r.PerSecond, r.P50, r.P95, r.P99)
}

// feed makes requests from what visitors of the world do, and sends each when it is due.
func (c *simLoadCmd) feed(ctx context.Context, config sim.Config, began time.Time, to chan<- request) error {
	run, n := rand.Text(), 0
	var batch []any
	flush := func() error {
		body, err := json.Marshal(map[string]any{"batch": batch})
		if err != nil {
			return err
		}
		q := request{began.Add(time.Duration(float64(n-len(batch)) / c.Rate * float64(time.Second))), body, len(batch)}
		batch = batch[:0]
		if q.due.Sub(began) > time.Duration(c.Seconds)*time.Second {
			return errEnough
		}
		wait := time.NewTimer(time.Until(q.due))
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case to <- q:
		case <-ctx.Done():
			return ctx.Err()
		}
		return nil
	}
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return err
	}
	for { // the world begins again when it is at its end
		w, err := sim.New(config, merchant, func(f fact.Fact) error {
			call, ok := export.Call(&f, fmt.Sprint(run, "-", n))
			if !ok {
				return nil
			}
			batch = append(batch, call)
			n++
			if len(batch) < c.Batch {
				return nil
			}
			return flush()
		}, nil)
		if err != nil {
			return err
		}
		before := n
		if err := w.Run(ctx, nil); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
		if n == before {
			return &hint{errors.New("nobody visits this world"), "Choose another.", exitUsage}
		}
	}
}
