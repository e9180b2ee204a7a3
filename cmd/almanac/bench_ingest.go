package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"almanac/serve/auth"
)

// benchIngestCmd measures the tracking doors of this program: a server of its own, in a folder of its own,
// under load from this process. Every acknowledged event is looked for in the record afterwards.
type benchIngestCmd struct {
	Seconds int `help:"How long events are sent." default:"60"`
	Batch   int `help:"Events of one request; 1 sends single calls." default:"100"`
	Clients int `help:"Clients that send at the same time." default:"6"`
}

type ingestResult struct {
	Machine   string  `json:"machine"`
	PerSecond float64 `json:"events_per_s"`
	Requests  float64 `json:"requests_per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	RSS       int64   `json:"rss_mb"`   // the most that the server ever held
	Behind    float64 `json:"behind_s"` // how long after the last answer state had seen everything
	Sent      int64   `json:"sent"`     // acknowledged events
	Refused   int64   `json:"refused"`  // events of requests that were answered with something else than 200
	Stored    int64   `json:"stored"`   // found in the record afterwards
	Lost      int64   `json:"lost"`
}

// Run sends, waits for state, stops the server, and counts what is in the record.
func (c *benchIngestCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	if c.Seconds < 1 || c.Batch < 1 || c.Batch > 2500 || c.Clients < 1 {
		return &hint{errors.New("nothing can be measured with that"), "Use at least 1 second, 1 client, and 1 to 2,500 events a batch.", exitUsage}
	}
	remove, err := ownFolder(root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	key := ""
	err = withApp(ctx, root, term, "bench", func(a *app) (err error) {
		_, key, err = a.auth.CreateKey(ctx, root.Shop, "bench", auth.WriteKey)
		return err
	})
	if err != nil {
		return err
	}
	r := ingestResult{Machine: machine()}
	server, err := startServer(ctx, root)
	if err != nil {
		return err
	}
	c.load(ctx, server.url, key, &r)
	waited := time.Now()
	if err := server.caughtUp(ctx); err != nil {
		return errors.Join(err, server.stop())
	}
	r.Behind, r.RSS = time.Since(waited).Seconds(), server.peak()>>20
	if err := server.stop(); err != nil {
		return err
	}
	err = withApp(ctx, root, term, "bench", func(a *app) (err error) {
		r.Stored, err = a.history.Head(ctx)
		return err
	})
	if err != nil {
		return err
	}
	r.Lost = max(0, r.Sent-r.Stored)
	if term.json {
		return printJSON(term, r)
	}
	return term.say("%s\n%d clients, %d events a request: %.0f events/s (%.0f requests/s), p50 %.2f ms, p99 %.2f ms\n%d MB resident, state %.1f s behind at the end\n%d acknowledged, %d refused, %d stored, %d lost",
		r.Machine, c.Clients, c.Batch, r.PerSecond, r.Requests, r.P50, r.P99, r.RSS, r.Behind, r.Sent, r.Refused, r.Stored, r.Lost)
}

// load sends from all clients until the time is over and waits for the last answers.
func (c *benchIngestCmd) load(ctx context.Context, url, key string, r *ingestResult) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: c.Clients, DisableCompression: true}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	took := make([][]time.Duration, c.Clients)
	sent, refused := make([]int64, c.Clients), make([]int64, c.Clients)
	var all sync.WaitGroup
	began := time.Now()
	end := began.Add(time.Duration(c.Seconds) * time.Second)
	for i := range c.Clients {
		all.Go(func() {
			w := shopper{client: i}
			for time.Now().Before(end) && ctx.Err() == nil {
				body := w.body(c.Batch, time.Now())
				at := time.Now()
				ok := post(ctx, client, url+w.address(c.Batch), key, body)
				took[i] = append(took[i], time.Since(at))
				if ok {
					sent[i] += int64(c.Batch)
				} else {
					refused[i] += int64(c.Batch)
				}
			}
		})
	}
	all.Wait()
	seconds := time.Since(began).Seconds()
	times := slices.Concat(took...)
	for i := range sent {
		r.Sent, r.Refused = r.Sent+sent[i], r.Refused+refused[i]
	}
	r.PerSecond, r.Requests = float64(r.Sent)/seconds, float64(len(times))/seconds
	r.P50, r.P99 = quantileMS(times, .5), quantileMS(times, .99)
}

func post(ctx context.Context, client *http.Client, address, key string, body []byte) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.SetBasicAuth(key, "")
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close()) == nil && res.StatusCode == http.StatusOK
}

// shopper writes the events of many visitors: pages, product views, carts and searches, in the form that
// Segment's browser client sends.
type shopper struct {
	client, n int
	buf       []byte
}

func (s *shopper) body(events int, now time.Time) []byte {
	b := s.buf[:0]
	at := now.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z")
	if events > 1 {
		b = append(b, `{"batch":[`...)
	}
	for i := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = s.event(b, at)
	}
	if events > 1 {
		b = append(b, `],"sentAt":"`...)
		b = append(b, at...)
		b = append(b, `"}`...)
	}
	s.buf = b
	return b
}

// address is where the body that was written last goes.
func (s *shopper) address(events int) string {
	switch {
	case events > 1:
		return "/v1/batch"
	case s.n%12 == 0:
		return "/v1/page"
	}
	return "/v1/track"
}

func (s *shopper) event(b, at []byte) []byte {
	s.n++
	visitor, product := s.n/12, (s.n*7919+s.client*104729)%5000
	b = append(b, `{"messageId":"ajs-next-`...)
	b = strconv.AppendInt(b, int64(s.client), 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(s.n), 10)
	b = append(b, `-4f2c1a9e","timestamp":"`...)
	b = append(b, at...)
	b = append(b, `","anonymousId":"7b0c-`...)
	b = strconv.AppendInt(b, int64(s.client), 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(visitor), 10)
	b = append(b, `-55e1","context":{"library":{"name":"analytics.js","version":"npm:next-1.84.3"},"locale":"en-GB","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"path":"/products/`...)
	b = strconv.AppendInt(b, int64(product), 10)
	b = append(b, `","referrer":"https://shop.example/","url":"https://shop.example/products/`...)
	b = strconv.AppendInt(b, int64(product), 10)
	b = append(b, `","title":"Product"}},`...)
	switch s.n % 12 {
	case 0:
		return append(b, `"type":"page","name":"Home","properties":{}}`...)
	case 1:
		return append(b, `"type":"track","event":"Products Searched","properties":{"query":"blue mug"}}`...)
	case 2:
		b = append(b, `"type":"track","event":"Product Added","properties":{"cart_id":"c1","quantity":1,`...)
	default:
		b = append(b, `"type":"track","event":"Product Viewed","properties":{`...)
	}
	b = append(b, `"sku":"sku-`...)
	b = strconv.AppendInt(b, int64(product), 10)
	return append(b, `","name":"Stoneware mug","category":"Kitchen","price":12.9,"currency":"EUR"}}`...)
}

// benchServer is this program, serving.
type benchServer struct {
	url    string
	signIn string // a link, once
	cmd    *exec.Cmd
}

func startServer(ctx context.Context, root *cli) (*benchServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"--data", root.Data, "--json", "serve", "--listen", "127.0.0.1:0"}
	if root.DB != "" {
		args = append(args, "--db", root.DB)
	}
	cmd := exec.CommandContext(ctx, self, args...) //nolint:gosec // this program itself
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the server to measure: %w", err)
	}
	var said struct {
		URL    string `json:"url"`
		SignIn string `json:"sign_in"` // once
	}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil {
		return nil, errors.Join(fmt.Errorf("the server to measure does not say where it is: %w", err), cmd.Wait())
	}
	return &benchServer{said.URL, said.SignIn, cmd}, nil
}

// caughtUp waits until state has seen every fact of the record.
func (s *benchServer) caughtUp(ctx context.Context) error {
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); {
		behind, err := s.behind(ctx)
		if err != nil || behind == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("state did not catch up within five minutes")
}

func (s *benchServer) behind(ctx context.Context) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "almanac_state_behind "); ok {
			return strconv.ParseFloat(strings.TrimSpace(v), 64)
		}
	}
	return 0, errors.New("/metrics does not tell how far state is behind")
}

func (s *benchServer) peak() int64 {
	return peakOf("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
}

func (s *benchServer) stop() error {
	return errors.Join(s.cmd.Process.Signal(os.Interrupt), s.cmd.Wait())
}
