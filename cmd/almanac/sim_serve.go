package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"almanac/fact"
	"almanac/sim"
	"almanac/sim/systems"
)

// simServeCmd serves the systems of a simulated shop while it lives.
type simServeCmd struct {
	worldFlags
	Listen string  `help:"Address of the shop's systems." default:"127.0.0.1:8090"`
	Speed  float64 `help:"Days of the world in a second; 0: all at once."`
	Exit   bool    `help:"End when the world is at its end, rather than go on answering."`

	Play string `help:"URL of a running Almanac, to which the shop's site sends its visitors' events and its orders." placeholder:"URL"`
	Key  string `help:"Its write key."`

	WooKey    string            `help:"Consumer key of the platform's API at /wp-json/wc/v3/." default:"ck_sim"`
	WooSecret string            `help:"Consumer secret of it." default:"cs_sim"`
	Hook      map[string]string `help:"Webhooks of the platform: order.created, order.updated, product.created, product.updated or customer.created, and where they go." placeholder:"TOPIC=URL"`
	Secret    string            `help:"What webhooks are signed with: those of the platform, and those that the supplier takes at /supplier/." default:"a secret of the simulation"`
	Requests  float64           `help:"Requests a second that the platform and the supplier answer; 0: no limit."`

	Drop      float64 `help:"Share of what is sent that gets lost; the site sends it again, the platform does not."`
	Duplicate float64 `help:"Share that is sent twice."`
	Reorder   float64 `help:"Share that is sent after the next."`
	Late      float64 `help:"Share that is sent much later."`
	Busy      float64 `help:"Share of requests answered with 429."`
	Fail      float64 `help:"Share of requests answered with 500."`
	Hang      float64 `help:"Share of requests not answered for a minute."`
}

// orderedUnits are purchase orders that came in and are not placed yet.
type orderedUnits struct {
	mu    sync.Mutex
	lines []systems.Line
}

func (b *orderedUnits) add(t systems.Taken) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, t.Lines()...)
}

func (b *orderedUnits) take() []systems.Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.lines
	b.lines = nil
	return lines
}

// Run lives through a world and serves its systems.
func (c *simServeCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	config, err := c.config(root)
	if err != nil {
		return err
	}
	if (c.Play == "") != (c.Key == "") {
		return &hint{errors.New("--play and --key belong together"), "`almanac key create site --kind write` makes a key.", exitUsage}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return &hint{fmt.Errorf("listen on %s: %w", c.Listen, err), "Choose another port with --listen.", 0}
	}
	defer func() { _ = l.Close() }() // closed by the server where that got so far
	site := "http://" + l.Addr().String()
	client := &http.Client{Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	var orders orderedUnits
	woo, supplier, player, err := c.systems(config, site, client, &orders)
	if err != nil {
		return &hint{err, "Shares lie between 0 and 1.", exitUsage}
	}
	mux := http.NewServeMux()
	mux.Handle("/wp-json/", woo)
	mux.Handle("/supplier/", http.StripPrefix("/supplier", supplier))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	defer func() { _ = server.Close() }()
	if !term.json {
		if err := term.say("The platform's API is at %s/wp-json/wc/v3/, the supplier's endpoint at %s/supplier/ (POST, and GET %s/supplier/orders).", site, site, site); err != nil {
			return err
		}
	}
	sums, err := c.live(ctx, config, woo, player, &orders, term)
	if err != nil {
		return err
	}
	if term.json {
		err = printJSON(term, map[string]any{"sums": sums, "played": player.Sums, "taken": len(supplier.Taken())})
	} else {
		err = term.say("The world is at its end: %d orders in it, %d events sent in %d requests.", sums.Orders, player.Sums.Events, player.Sums.Deliveries)
	}
	if err != nil || c.Exit {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

func (c *simServeCmd) systems(config sim.Config, site string, client *http.Client, orders *orderedUnits) (*systems.Woo, *systems.Supplier, *systems.Player, error) {
	faults := systems.Faults{Drop: c.Drop, Duplicate: c.Duplicate, Reorder: c.Reorder, Late: c.Late, Busy: c.Busy, Fail: c.Fail, Hang: c.Hang}
	var hooks []systems.Hook
	for _, topic := range []string{"order.created", "order.updated", "product.created", "product.updated", "customer.created"} {
		if url := c.Hook[topic]; url != "" {
			hooks = append(hooks, systems.Hook{Topic: topic, URL: url, Secret: c.Secret})
		}
	}
	if len(hooks) != len(c.Hook) {
		return nil, nil, nil, errors.New("a topic of --hook is not one of order.created, order.updated, product.created, product.updated, customer.created")
	}
	woo, err := systems.NewWoo(systems.WooOptions{Key: c.WooKey, Secret: c.WooSecret, Rate: c.Requests, Tax: config.Catalogue.Tax, Site: site, Hang: time.Minute, Faults: faults, Seed: config.Seed,
		Now: time.Now, Hooks: hooks, Client: client})
	if err != nil {
		return nil, nil, nil, err
	}
	supplier, err := systems.NewSupplier(systems.SupplierOptions{Secret: c.Secret, Rate: c.Requests, Hang: time.Minute, Faults: faults, Seed: config.Seed, Now: time.Now, Taken: orders.add})
	if err != nil {
		return nil, nil, nil, err
	}
	player, err := systems.NewPlayer(systems.PlayerOptions{URL: strings.TrimRight(c.Play, "/"), Key: c.Key, Faults: faults, Seed: config.Seed, Client: client, Now: time.Now, Sleep: systems.Pause})
	return woo, supplier, player, err
}

// live goes through the days: what the supplier took is bought on the next.
func (c *simServeCmd) live(ctx context.Context, config sim.Config, woo *systems.Woo, player *systems.Player, orders *orderedUnits, term *terminal) (sums sim.Sums, err error) {
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return sums, err
	}
	w, err := sim.New(config, merchant, func(f fact.Fact) error {
		woo.Fact(&f)
		if c.Play == "" {
			return nil
		}
		return player.Fact(ctx, &f)
	}, nil)
	if err != nil {
		return sums, err
	}
	tell, done := term.bar()
	defer done()
	for d := range w.Days() {
		for _, l := range orders.take() {
			w.Buy(l.SKU, int(l.Units)) // what this shop does not sell is not bought
		}
		if err := w.Step(d); err != nil {
			return sums, err
		}
		if err := woo.Deliver(ctx); err != nil {
			return sums, err
		}
		tell("Living", int64(d+1), int64(w.Days()))
		if c.Speed > 0 {
			if err := systems.Pause(ctx, time.Duration(float64(time.Second)/c.Speed)); err != nil {
				return sums, err
			}
		}
	}
	woo.End()
	if c.Play != "" {
		if err := player.End(ctx); err != nil {
			return sums, err
		}
	}
	return w.Sums(), woo.Deliver(ctx)
}
