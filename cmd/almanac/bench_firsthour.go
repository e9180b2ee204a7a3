package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/serve/jobs"
	"almanac/serve/wire"
	"almanac/sim"
	"almanac/sim/export"
)

// benchFirstHourCmd measures what a merchant waits for: exports of a simulated shop in a platform's form go through the
// upload door of a server of its own, all at once as the dashboard sends them, until the sales report shows every order.
type benchFirstHourCmd struct {
	Orders   int    `help:"Orders in the platform's export." default:"100000"`
	Platform string `help:"Whose export: ${platforms}." default:"shopify"`
	Locale   string `help:"As a spreadsheet of that country saves it: ${locales}." placeholder:"NAME"`
}

type firstHourResult struct {
	Machine string    `json:"machine"`
	Files   []fileRun `json:"files"`
	Orders  int64     `json:"orders"`
	Lines   int64     `json:"order_lines"`
	Known   float64   `json:"recognised_seconds"` // until all files were recognised and nothing was left to ask
	Figures float64   `json:"figures_seconds"`    // until the sales report showed every order
	Orderly float64   `json:"proposals_seconds"`  // until models were trained and orders proposed
	Report  float64   `json:"report_ms"`          // one look at the sales report, the slowest of ten
	CPU     float64   `json:"server_cpu_seconds"` // until the first figures, where the system tells
	RSS     int64     `json:"rss_mb"`
	Gross   int64     `json:"gross_minor"`
}

type fileRun struct {
	Name  string             `json:"name"`
	Bytes int64              `json:"bytes"`
	Rows  int64              `json:"rows"`
	Steps map[string]float64 `json:"step_seconds"`
}

// Run writes the exports, which is not measured, and sends them.
func (c *benchFirstHourCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	if c.Orders < 1 {
		return &hint{errors.New("nothing can be measured with that"), "Use at least 1 order.", exitUsage}
	}
	dir, err := os.MkdirTemp("", "almanac-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	tell, done := term.bar()
	defer done()
	paths, lines, err := c.write(ctx, filepath.Join(dir, "exports"), tell)
	if err != nil {
		return err
	}
	done()
	root.Data = filepath.Join(dir, "data")
	server, err := startServer(ctx, root)
	if err != nil {
		return err
	}
	r := firstHourResult{Machine: machine(), Lines: lines}
	err = c.drop(ctx, server, paths, &r)
	r.RSS = server.peak() >> 20
	if err := errors.Join(err, server.stop()); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	for _, f := range r.Files {
		err = errors.Join(err, term.say("%-36s %8.1f MB %9d rows", f.Name, float64(f.Bytes)/1e6, f.Rows))
	}
	return errors.Join(err, term.say("%s\n%d orders, %d lines: recognised after %.1f s, first figures after %.1f s (%.1f s of processor), trained and orders proposed after %.1f s\none look at the sales report %.0f ms, %d MB resident",
		r.Machine, r.Orders, r.Lines, r.Known, r.Figures, r.CPU, r.Orderly, r.Report, r.RSS))
}

// write lives through a world of many buyers until so many orders are placed, and writes what the shop's own system knows.
// What other systems tell is no export of it, and left out.
func (c *benchFirstHourCmd) write(ctx context.Context, dir string, tell progress) (paths []string, lines int64, err error) {
	config := sim.Default()
	config.People.Buyers = max(1000, c.Orders)
	config.Visits.Conversion, config.Visits.Abandonment, config.Visits.Bots = .5, .1, 0
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return nil, 0, err
	}
	out, err := export.NewPlatform(dir, c.Platform, c.Locale)
	if err != nil {
		return nil, 0, &hint{err, "", exitUsage}
	}
	placed := map[string]bool{}
	w, err := sim.New(config, merchant, func(f fact.Fact) error {
		if l, ok := f.Body.(*fact.OrderLine); ok && f.Source == "shop:main" {
			if !placed[l.Order] && len(placed) >= c.Orders {
				return nil
			}
			placed[l.Order] = true
			lines++
		}
		switch f.Body.(type) {
		case *fact.OrderLine, *fact.OrderReversal, *fact.Refund, *fact.Customer, *fact.Product, *fact.Price, *fact.Cost, *fact.StockCount, *fact.StockMove:
			return out.Fact(f)
		}
		return nil
	}, nil)
	for day := 0; err == nil && day < w.Days() && len(placed) < c.Orders; day++ {
		tell("Living", int64(len(placed)), int64(c.Orders))
		err = errors.Join(w.Step(day), ctx.Err())
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return nil, 0, err
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !e.IsDir() && !slices.Contains(export.Names, e.Name()) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, lines, err
}

// drop does what the dashboard does with files that are dropped together.
func (c *benchFirstHourCmd) drop(ctx context.Context, server *benchServer, paths []string, r *firstHourResult) error {
	m := &merchant{url: server.url}
	link, err := url.Parse(server.signIn)
	if err != nil {
		return err
	}
	if err := m.enter(ctx, link.Query().Get("token")); err != nil {
		return err
	}
	began := time.Now()
	ready, err := m.dropAll(ctx, paths)
	if err != nil {
		return err
	}
	r.Known = time.Since(began).Seconds()
	slices.SortStableFunc(ready, func(a, b wire.FileProposal) int { // as the page does
		return cmp.Compare(rank(a.Kind), rank(b.Kind))
	})
	shown := make(chan error, 1)
	go func() { shown <- c.watch(ctx, m, server, began, r) }()
	for _, p := range ready {
		f := fileRun{p.Name, p.Bytes, 0, map[string]float64{}}
		if f.Rows, err = m.imported(ctx, p.Upload, f.Steps); err != nil {
			return err
		}
		r.Files = append(r.Files, f)
	}
	if err := <-shown; err != nil {
		return err
	}
	for range 10 {
		at := time.Now()
		var v wire.SalesReport
		if err := m.get(ctx, "/api/reports/sales", &v); err != nil {
			return err
		}
		r.Report = max(r.Report, float64(time.Since(at).Microseconds())/1000)
		r.Orders, r.Gross = v.Sum.Orders, v.Sum.Gross
	}
	if err := m.idle(ctx); err != nil {
		return err
	}
	r.Orderly = time.Since(began).Seconds()
	return nil
}

func rank(kind string) int {
	if kind == "orders" {
		return 0
	}
	return 1
}

// watch looks at the sales report until it shows every order.
func (c *benchFirstHourCmd) watch(ctx context.Context, m *merchant, server *benchServer, began time.Time, r *firstHourResult) error {
	for time.Since(began) < 10*time.Minute {
		var v wire.SalesReport
		if err := m.get(ctx, "/api/reports/sales", &v); err != nil {
			return err
		}
		if v.Sum.Orders == int64(c.Orders) {
			r.Figures, r.CPU = time.Since(began).Seconds(), cpuOf(server.cmd.Process.Pid)
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the sales report does not show %d orders after ten minutes", c.Orders)
}

// cpuOf is the processor time that a process has used, in seconds, where the system tells (Linux: in hundredths).
func cpuOf(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, ok := strings.Cut(string(b), ") ") // the name before may hold anything
	fields := strings.Fields(rest)
	if err != nil || !ok || len(fields) < 13 {
		return 0
	}
	var user, system float64
	if _, err := fmt.Sscan(fields[11], &user); err != nil {
		return 0
	}
	if _, err := fmt.Sscan(fields[12], &system); err != nil {
		return 0
	}
	return (user + system) / 100
}

// merchant is somebody signed in.
type merchant struct {
	url, csrf, cookie string
}

func (m *merchant) enter(ctx context.Context, token string) error {
	b, err := json.Marshal(wire.SignIn{Token: token})
	if err != nil {
		return err
	}
	var s wire.Session
	err = m.call(ctx, http.MethodPost, "/api/session", "application/json", bytes.NewReader(b), &s)
	m.csrf = s.CSRF
	return err
}

// dropAll uploads files. What one of them says of the currency answers for those that do not, as on the page.
func (m *merchant) dropAll(ctx context.Context, paths []string) (out []wire.FileProposal, err error) {
	currency := ""
	for _, path := range paths {
		p, err := m.upload(ctx, path)
		if err != nil {
			return nil, err
		}
		if p.CurrencyBasis == "measured" {
			currency = p.Currency
		}
		out = append(out, p)
	}
	for i, p := range out {
		if len(p.Questions) == 1 && p.Questions[0].Code == "currency" && currency != "" {
			b, err := json.Marshal(wire.ProposalChange{Currency: &currency})
			if err == nil {
				err = m.call(ctx, http.MethodPut, "/api/uploads/"+p.Upload, "application/json", bytes.NewReader(b), &p)
			}
			if err != nil {
				return nil, err
			}
			out[i] = p
		}
		if !p.Ready {
			return nil, fmt.Errorf("%s is not understood: %+v", p.Name, p.Questions)
		}
	}
	return out, nil
}

func (m *merchant) upload(ctx context.Context, path string) (p wire.FileProposal, err error) {
	f, err := os.Open(path)
	if err != nil {
		return p, err
	}
	defer func() { _ = f.Close() }()
	return p, m.call(ctx, http.MethodPost, "/api/uploads?name="+url.QueryEscape(filepath.Base(path)), "application/octet-stream", f, &p)
}

// imported has an uploaded file imported, waits for it, and tells how many rows were read and how long each step took.
func (m *merchant) imported(ctx context.Context, upload string, steps map[string]float64) (rows int64, err error) {
	var j wire.JobStarted
	if err := m.call(ctx, http.MethodPost, "/api/uploads/"+upload+"/import", "application/json", strings.NewReader("{}"), &j); err != nil {
		return 0, err
	}
	for last := time.Now(); ; last = time.Now() {
		var v wire.Job
		if err := m.get(ctx, "/api/jobs/"+j.Job, &v); err != nil {
			return 0, err
		}
		steps[v.Step] += time.Since(last).Seconds()
		switch {
		case v.Status == jobs.Running:
			time.Sleep(50 * time.Millisecond)
			steps[v.Step] += .05
		case v.Status != jobs.Done:
			return 0, fmt.Errorf("import: %s %s", v.Status, v.Error)
		case v.Report == nil || v.Report.Quarantined > 0:
			return 0, fmt.Errorf("rows were kept back: %+v", v.Report)
		default:
			return v.Report.Read, nil
		}
	}
}

// idle waits until no job runs.
func (m *merchant) idle(ctx context.Context) error {
	for {
		var list wire.JobList
		if err := m.get(ctx, "/api/jobs", &list); err != nil {
			return err
		}
		if !slices.ContainsFunc(list.Items, func(j wire.Job) bool { return j.Status == jobs.Running }) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (m *merchant) get(ctx context.Context, path string, v any) error {
	return m.call(ctx, http.MethodGet, path, "", nil, v)
}

func (m *merchant) call(ctx context.Context, method, path, kind string, body io.Reader, v any) error {
	req, err := http.NewRequestWithContext(ctx, method, m.url+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Cookie", m.cookie)
	req.Header.Set("X-CSRF-Token", m.csrf)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, b)
	}
	for _, k := range res.Cookies() {
		m.cookie = k.Name + "=" + k.Value
	}
	return json.Unmarshal(b, v)
}
