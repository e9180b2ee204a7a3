package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"almanac/connect/outbox"
	"almanac/decide"
	"almanac/measure/leaks"
	"almanac/serve"
	"almanac/serve/auth"
	"almanac/serve/digest"
	"almanac/serve/doors"
	"almanac/serve/storefront/rules"
	"almanac/shop"
	"almanac/web"
)

type serveCmd struct {
	Listen string   `help:"Address to listen on. Nothing is reachable from other machines unless you say so." default:"127.0.0.1:8080" env:"ALMANAC_LISTEN"`
	Host   []string `help:"Names under which the server may be called, besides localhost." env:"ALMANAC_HOST"`
	Origin []string `help:"Storefront origins that may call the API from a browser; all where none is named." env:"ALMANAC_ORIGIN"`

	OnSite onsiteFlags `embed:"" prefix:"onsite-"`
	OTLP   traceFlags  `embed:"" prefix:"otlp-"`

	WebhookURL    string   `name:"webhook-url" help:"Where to post what was approved: purchase order drafts, price changes, messages to send." env:"ALMANAC_WEBHOOK_URL"`
	WebhookSecret string   `name:"webhook-secret" help:"Secret that signs them." env:"ALMANAC_WEBHOOK_SECRET"`
	MailHost      string   `help:"SMTP server for drafts of what was approved and the weekly digest." env:"ALMANAC_MAIL_HOST"`
	MailPort      int      `help:"Its port." env:"ALMANAC_MAIL_PORT"`
	MailTLS       string   `name:"mail-tls" help:"starttls, tls, or none (only to this machine)." enum:"starttls,tls,none" default:"starttls" env:"ALMANAC_MAIL_TLS"`
	MailUser      string   `help:"User at the SMTP server." env:"ALMANAC_MAIL_USER"`
	MailPassword  string   `help:"Password at the SMTP server." env:"ALMANAC_MAIL_PASSWORD"`
	MailFrom      string   `help:"Sender of the mails." env:"ALMANAC_MAIL_FROM"`
	MailTo        []string `help:"Recipients of the mails." env:"ALMANAC_MAIL_TO"`
}

// channels makes the configured ways out besides the outbox folder.
func (c *serveCmd) channels(digestTo []string) (out []decide.Actuator, err error) {
	if c.WebhookURL != "" {
		w, err := outbox.NewWebhook(c.WebhookURL, c.WebhookSecret, time.Now)
		if err != nil {
			return nil, &hint{err, "Set --webhook-url and --webhook-secret.", exitUsage}
		}
		out = append(out, w)
	}
	if c.MailHost != "" && (len(c.MailTo) > 0 || len(digestTo) == 0) { // else it is there for digests only
		m, err := outbox.NewMail(c.mail(c.MailTo))
		if err != nil {
			return nil, &hint{fmt.Errorf("mail: %w", err), "Set --mail-host, --mail-from and --mail-to.", exitUsage}
		}
		out = append(out, m)
	}
	return out, nil
}

func (c *serveCmd) mail(to []string) outbox.MailConfig {
	return outbox.MailConfig{Host: c.MailHost, Port: c.MailPort, TLS: c.MailTLS, User: c.MailUser, Password: c.MailPassword, From: c.MailFrom, To: to}
}

// Run answers until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	channels, err := c.channels(root.Digest.To)
	if err != nil {
		return err
	}
	return c.serve(ctx, root, term, nil, channels, nil)
}

// serve opens everything and answers. now is nil for the machine's clock. beside, which may be nil, runs as long as
// the server does.
func (c *serveCmd) serve(ctx context.Context, root *cli, term *terminal, now func() time.Time, channels []decide.Actuator, beside func(context.Context, *app, *serve.Server)) (err error) {
	by, err := c.postman(root.Digest)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return &hint{fmt.Errorf("listen on %s: %w", c.Listen, err), "Another program may be using the port: choose one with --listen.", 0}
	}
	a, err := openAt(ctx, root, term, "serve at "+l.Addr().String(), now, channels...)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.whole(ctx, root.AcceptDamage); err != nil {
		return errors.Join(err, l.Close())
	}
	files, built := web.Files()
	if !built {
		a.log.Warn("this program was built without the dashboard; the API works")
	}
	traces, flush, err := c.OTLP.provider(ctx, func(err error) { a.log.Warn("traces could not be sent", "error", err) })
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() {
		if err := flush(); err != nil {
			a.log.Warn("the last traces could not be sent", "error", err)
		}
	}()
	s, err := a.server(ctx, files, c, traces)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := a.announce(ctx, term, l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	work, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	fault := func(what string) func(error) {
		return func(err error) { a.log.Error(what, "error", err) }
	}
	background.Go(func() { a.projector.Run(work, fault("state cannot follow the record; it is tried again")) })
	background.Go(func() { a.decisions.Run(work, fault("decisions cannot be carried out; it is tried again")) })
	background.Go(func() { a.promises.Run(work, fault("availability could not be read anew; the former answers go on")) })
	background.Go(func() { a.seal(work) })
	background.Go(func() { roomForMemory(work) })
	background.Go(func() { a.digests(work, s, by) })
	background.Go(func() { every(work, 24*time.Hour, func() { a.nightly(work) }) })
	if beside != nil {
		background.Go(func() { beside(work, a, s) })
	}
	err = s.Run(ctx, l)
	stop()
	background.Wait()
	return err
}

// nightly trains and decides for every shop that has sold anything.
func (a *app) nightly(ctx context.Context) {
	shops, err := a.shops.List(ctx)
	if err != nil {
		a.log.Error("nightly work could not begin", "error", err)
		return
	}
	quiet := func(string, int64, int64) {}
	for _, s := range shops {
		var h *hint
		err := a.train(ctx, s.ID, quiet)
		if err == nil {
			err = a.decide(ctx, s.ID, quiet)
		}
		if err != nil && !errors.As(err, &h) && ctx.Err() == nil {
			a.log.Error("nightly work failed", "shop", s.ID, "error", err)
		}
	}
}

// announce prints where the dashboard is and, while nobody can sign in yet, a link that does it once.
func (a *app) announce(ctx context.Context, term *terminal, addr net.Addr) error {
	base := "http://" + addr.String()
	link, err := a.auth.Bootstrap(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		link = base + auth.LinkPath(link)
	}
	if term.json {
		return printJSON(term, map[string]string{"url": base, "sign_in": link})
	}
	_, err = fmt.Fprintf(term.out, "Almanac is at %s\n", base)
	if link != "" && err == nil {
		_, err = fmt.Fprintf(term.out, "Sign in once with this link, then set a password: %s\n", link)
	}
	return err
}

func (a *app) config(ctx context.Context) (serve.Config, error) {
	schedule, err := a.cli.Digest.schedule()
	if err != nil {
		return serve.Config{}, err
	}
	plans, err := digest.OpenPlans(ctx, a.main, schedule)
	return serve.Config{
		Digests: plans,
		DataDir: a.cli.Data, Version: version, Now: a.now, Log: a.log,
		Main: a.main, State: a.derived, Shops: a.shops, Auth: a.auth, History: a.history, Projector: a.projector, Views: a.views, Registry: a.registry, Planned: a.planned,
		Reorder:      serve.Reordering{Levels: a.levels, Settings: a.settings, Replay: a.liveAgain, Replays: a.replays},
		Importer:     files{serve.FromIngest(a.importer), a},
		Decisions:    serve.FromDecide(a.decisions, a.readiness),
		Measure:      serve.FromMeasure(leaks.Finder{Orders: a.views.Orders, Stock: a.views.Stock, Catalog: a.views.Catalog}),
		Availability: a.promises,
		Erase: func(ctx context.Context, shop, actor, id string, tell func(string, int64, int64)) error {
			_, err := a.erase(ctx, shop, actor, id, false, tell)
			return err
		},
		TakeBack:    a.takeBack,
		Train:       a.train,
		Decide:      a.decide,
		Example:     a.example,
		ExportState: a.projector.ExportShop,
		ShopChanged: func(ctx context.Context, _ shop.Shop) error {
			mark, err := a.mark(ctx)
			if err == nil {
				a.projector.Depend(mark)
			}
			return err
		},
	}, err
}

func (a *app) server(ctx context.Context, files fs.FS, c *serveCmd, traces trace.TracerProvider) (*serve.Server, error) {
	config, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	config.Traces = traces
	if config.Doors, err = doors.Open(ctx, a.main, a.now); err != nil {
		return nil, err
	}
	if config.OnSiteRules, err = rules.Open(ctx, a.main, a.now); err != nil {
		return nil, err
	}
	if config.OnSite, err = c.OnSite.policy(); err != nil {
		return nil, err
	}
	config.Web, config.Hosts, config.Origins, config.Mails = files, c.Host, c.Origin, c.MailHost != ""
	return serve.New(config)
}

// quietServer is the server without its listener, for what both tell.
func (a *app) quietServer(ctx context.Context) (*serve.Server, error) {
	config, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	if config.Doors, err = doors.Open(ctx, a.main, a.now); err != nil {
		return nil, err
	}
	return serve.New(config)
}

// size of what lies under a path, in bytes.
func folderSize(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			if info, err := e.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil // what cannot be read is not counted
	})
	return n
}
