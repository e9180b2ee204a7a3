package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"almanac/fact"
	"almanac/serve"
	"almanac/serve/auth"
	"almanac/web"
)

// benchRecommendCmd measures recommendations over HTTP, with filters, re-ranking and logging, on a shop of its own that is
// made up: products in a hundred categories, and visits that stay near where they began.
type benchRecommendCmd struct {
	Items    int `help:"Products of the catalogue." default:"50000"`
	Sessions int `help:"Visits that are in memory." default:"1000000"`
	Clients  int `help:"Clients that ask at the same time." default:"8"`
	Seconds  int `help:"How long they ask, once as fast as they can and once at the rate." default:"20"`
	Rate     int `help:"Requests a second, of all clients together, at which the times to answer are measured." default:"2200"`
}

type recommendResult struct {
	Machine  string `json:"machine"`
	Items    int    `json:"items"`
	Sessions int    `json:"sessions"`
	Requests int    `json:"requests"`
	// PerSecond, P50 and P99 are at the rate asked for, as long as the server can follow: a client that is late asks at once.
	// Times are from sending to the whole answer; DueP99 is from when the request was due. FlatOut is the same clients
	// asking without a pause.
	PerSecond float64 `json:"requests_per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	DueP99    float64 `json:"due_p99_ms"`
	FlatOut   struct {
		PerSecond float64 `json:"requests_per_s"`
		P50       float64 `json:"p50_ms"`
		P99       float64 `json:"p99_ms"`
	} `json:"flat_out"`
	RSS     int64 `json:"rss_mb"` // the most that server and clients together ever held
	Errors  int   `json:"errors"`
	Short   int   `json:"short"`    // lists with fewer products than were asked for
	SoldOut int   `json:"sold_out"` // products shown although none is left: must be 0
	// Load is how many clicks a second were taken in while the visits were loaded.
	Load float64 `json:"load_events_per_s"`
	// EventP99 is how long it took, under load, from sending a click until the answer to that visitor knew of it.
	EventP99 float64 `json:"event_to_answer_p99_ms"`
}

const benchList = 10

// Run makes the shop, loads the visits, and asks.
func (c *benchRecommendCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	if c.Items < 100 || c.Sessions < 1 || c.Clients < 1 || c.Seconds < 1 || c.Rate < 1 {
		return &hint{errors.New("nothing can be measured with that"), "Use at least 100 items, 1 session, 1 client, 1 second and 1 request a second.", exitUsage}
	}
	remove, err := ownFolder(root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	r := recommendResult{Machine: machine(), Items: c.Items, Sessions: c.Sessions}
	if err := withApp(ctx, root, term, "bench", func(a *app) error { return c.measure(ctx, a, term, &r) }); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	return term.say("%s\n%d products, %d visits loaded at %.0f clicks/s\n%d clients: %.0f requests/s, p50 %.2f ms, p99 %.2f ms, %d errors, %d short lists\nwithout a pause %.0f requests/s, p50 %.2f ms, p99 %.2f ms\na click counts in the next answer after at most %.1f ms (p99); peak %d MB resident",
		r.Machine, r.Items, r.Sessions, r.Load, c.Clients, r.PerSecond, r.P50, r.P99, r.Errors, r.Short,
		r.FlatOut.PerSecond, r.FlatOut.P50, r.FlatOut.P99, r.EventP99, r.RSS)
}

func (c *benchRecommendCmd) measure(ctx context.Context, a *app, term *terminal, r *recommendResult) error {
	tell, done := term.bar()
	defer done()
	_, key, err := a.auth.CreateKey(ctx, a.cli.Shop, "bench", auth.WriteKey)
	if err != nil {
		return err
	}
	if err := c.catalogue(ctx, a, tell); err != nil {
		return err
	}
	files, _ := web.Files()
	s, err := a.server(ctx, files, &serveCmd{}, nil)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	var failed error
	background.Go(func() { failed = s.Run(running, l) })
	background.Go(func() { roomForMemory(running) })
	b := &recommendBench{cmd: c, url: "http://" + l.Addr().String() + "/v1/", key: key,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * c.Clients, DisableCompression: true}, Timeout: 30 * time.Second}}
	err = b.run(ctx, s, a.cli.Shop, tell, r)
	stop()
	background.Wait()
	r.RSS = peakRSS() >> 20
	return errors.Join(err, failed)
}

// catalogue records the products; every twentieth is sold out and every fiftieth earns nothing.
func (c *benchRecommendCmd) catalogue(ctx context.Context, a *app, tell progress) error {
	now := a.now().UTC()
	var facts []fact.Fact
	for i := range c.Items {
		sku := benchSKU(i)
		cost := int64(600)
		if i%50 == 0 {
			cost = 1000
		}
		for _, b := range []fact.Body{
			&fact.Product{SKU: sku, Title: "Product " + strconv.Itoa(i), Category: []string{"Category " + strconv.Itoa(i*100/c.Items)}, Brand: "Brand " + strconv.Itoa(i%300)},
			&fact.Price{SKU: sku, Currency: "EUR", Amount: 1000}, &fact.Cost{SKU: sku, Currency: "EUR", Amount: cost},
			&fact.StockCount{SKU: sku, Quantity: fact.Available, Units: int64(min(1, i%20)) * 50},
		} {
			facts = append(facts, fact.Fact{Shop: a.cli.Shop, Source: "bench", ID: sku, Kind: b.Kind(), OccurredAt: now, ReceivedAt: now, Body: b})
		}
		if len(facts) >= 4000 || i == c.Items-1 {
			if _, err := a.history.Append(ctx, facts); err != nil {
				return err
			}
			facts = facts[:0]
			tell("Products", int64(i+1), int64(c.Items))
		}
	}
	return a.projector.CatchUp(ctx, nil)
}

func benchSKU(i int) string { return "sku-" + strconv.Itoa(i) }

type recommendBench struct {
	cmd      *benchRecommendCmd
	url, key string
	client   *http.Client
}

// draw is an item that visits begin at: few are popular.
func (b *recommendBench) draw(r *rand.Rand) int {
	u := r.Float64()
	return int(u*u*u*float64(b.cmd.Items)*0.999) * 7919 % b.cmd.Items
}

func (b *recommendBench) near(r *rand.Rand, i int) int {
	return min(b.cmd.Items-1, max(0, i+int(r.NormFloat64()*4)))
}

func (b *recommendBench) run(ctx context.Context, s *serve.Server, shop string, tell progress, r *recommendResult) error {
	if _, _, err := b.get(ctx, "recommend?placement=home&n=1"); err != nil { // from now on clicks are heard
		return err
	}
	b.load(s, shop, tell, r)
	runtime.GC()
	flat, _, seconds := b.all(ctx, 0, r)
	r.FlatOut.PerSecond, r.FlatOut.P50, r.FlatOut.P99 = float64(len(flat))/seconds, quantileMS(flat, .50), quantileMS(flat, .99)
	var clicks sync.WaitGroup
	var heard []time.Duration
	clicks.Go(func() { heard = b.click(ctx, time.Now().Add(time.Duration(b.cmd.Seconds)*time.Second)) })
	paced, due, seconds := b.all(ctx, time.Duration(b.cmd.Clients)*time.Second/time.Duration(b.cmd.Rate), r)
	clicks.Wait()
	r.Requests, r.PerSecond = len(paced), float64(len(paced))/seconds
	r.P50, r.P99 = quantileMS(paced, .50), quantileMS(paced, .99)
	r.DueP99, r.EventP99 = quantileMS(due, .99), quantileMS(heard, .99)
	return ctx.Err()
}

// all lets the clients ask, each once in every pause, or without one where it is 0.
func (b *recommendBench) all(ctx context.Context, pause time.Duration, r *recommendResult) (took, sinceDue []time.Duration, seconds float64) {
	var clients sync.WaitGroup
	each, late, part := make([][]time.Duration, b.cmd.Clients), make([][]time.Duration, b.cmd.Clients), make([]recommendResult, b.cmd.Clients)
	began := time.Now()
	end := began.Add(time.Duration(b.cmd.Seconds) * time.Second)
	for i := range b.cmd.Clients {
		clients.Go(func() { each[i], late[i] = b.askOn(ctx, uint64(i), pause, end, &part[i]) })
	}
	clients.Wait()
	seconds = time.Since(began).Seconds()
	for _, p := range part {
		r.Errors, r.Short, r.SoldOut = r.Errors+p.Errors, r.Short+p.Short, r.SoldOut+p.SoldOut
	}
	return slices.Concat(each...), slices.Concat(late...), seconds
}

// load lets the visits happen, without HTTP: two to eight clicks each.
func (b *recommendBench) load(s *serve.Server, shop string, tell progress, r *recommendResult) {
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Now().Add(-time.Duration(b.cmd.Sessions) * time.Second / 20)
	var facts []fact.Fact
	clicks := 0
	took := time.Duration(0)
	for v := range b.cmd.Sessions {
		at = at.Add(50 * time.Millisecond)
		item := b.draw(random)
		for range 2 + random.IntN(7) {
			facts = append(facts, fact.Fact{Shop: shop, Kind: fact.ProductViewed, OccurredAt: at,
				Body: &fact.ProductEvent{Actor: fact.Actor{Visitor: "v" + strconv.Itoa(v)}, SKU: benchSKU(item)}})
			item = b.near(random, item)
		}
		if len(facts) > 10_000 || v == b.cmd.Sessions-1 {
			began := time.Now()
			s.Shelf().Heard(shop, facts)
			took += time.Since(began)
			clicks += len(facts)
			facts = facts[:0]
			tell("Visits", int64(v+1), int64(b.cmd.Sessions))
		}
	}
	r.Load = float64(clicks) / took.Seconds()
}

// askOn asks for all kinds of pages until the end.
func (b *recommendBench) askOn(ctx context.Context, seed uint64, pause time.Duration, end time.Time, r *recommendResult) (took, sinceDue []time.Duration) {
	random := rand.New(rand.NewPCG(7, seed))
	due := time.Now().Add(time.Duration(random.Float64() * float64(pause)))
	for time.Now().Before(end) && ctx.Err() == nil {
		if wait := time.Until(due); pause > 0 && wait > 0 {
			time.Sleep(wait)
		}
		who := "v" + strconv.Itoa(b.cmd.Sessions-1-random.IntN(min(b.cmd.Sessions, 300_000)))
		q := "recommend?n=" + strconv.Itoa(benchList) + "&visitor=" + who + "&placement="
		switch random.IntN(10) {
		case 0, 1, 2:
			q += "home"
		case 3, 4:
			q += "cart&items=" + benchSKU(b.draw(random)) + "," + benchSKU(b.draw(random))
		default:
			q += "product&items=" + benchSKU(b.draw(random))
		}
		began := time.Now()
		body, status, err := b.get(ctx, q)
		took, sinceDue = append(took, time.Since(began)), append(sinceDue, time.Since(due))
		due = due.Add(pause)
		if err != nil || status != http.StatusOK {
			r.Errors++
			continue
		}
		r.look(body)
	}
	return took, sinceDue
}

// look counts what an answer shows, without reading all of it: the clients run beside the server.
func (r *recommendResult) look(body []byte) {
	shown := 0
	for {
		_, rest, ok := bytes.Cut(body, []byte(`"sku":"sku-`))
		if !ok {
			break
		}
		digits, after, _ := bytes.Cut(rest, []byte(`"`))
		if n, err := strconv.Atoi(string(digits)); err == nil && n%20 == 0 {
			r.SoldOut++
		}
		shown++
		body = after
	}
	if shown < benchList {
		r.Short++
	}
}

func (b *recommendBench) get(ctx context.Context, query string) (body []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+query+"&key="+b.key, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") // as a visitor's browser
	return b.do(req)
}

func (b *recommendBench) do(req *http.Request) (body []byte, status int, err error) {
	res, err := b.client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	body, err = io.ReadAll(res.Body)
	return body, res.StatusCode, errors.Join(err, res.Body.Close())
}

// click sends clicks of new visitors and asks until the answer knows of each.
func (b *recommendBench) click(ctx context.Context, end time.Time) (took []time.Duration) {
	random := rand.New(rand.NewPCG(9, 9))
	for i := 0; time.Now().Before(end) && ctx.Err() == nil; i++ {
		who, sku := "late-"+strconv.Itoa(i), benchSKU(b.draw(random))
		body := fmt.Sprintf(`{"writeKey":%q,"type":"track","anonymousId":%q,"messageId":%q,"event":"Product Viewed","properties":{"product_id":%q,"sku":%q}}`, b.key, who, who, sku, sku)
		began := time.Now()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url+"track", strings.NewReader(body))
		if err != nil {
			return took
		}
		req.Header.Set("Content-Type", "application/json")
		if _, status, err := b.do(req); status != http.StatusOK || err != nil {
			took = append(took, time.Since(began)+time.Hour) // a click that was not taken in counts for never
			continue
		}
		for time.Since(began) < 5*time.Second {
			body, _, err := b.get(ctx, "recommend?placement=home&n=10&visitor="+who)
			if err == nil && bytes.Contains(body, []byte(`"because":"`+sku+`"`)) {
				break
			}
		}
		took = append(took, time.Since(began))
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
	return took
}
