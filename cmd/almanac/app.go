package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"almanac/blob"
	"almanac/connect/outbox"
	"almanac/decide"
	"almanac/history"
	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/planned"
	"almanac/program/reorder/levels"
	"almanac/program/reorder/replay"
	"almanac/serve"
	"almanac/serve/auth"
	"almanac/shop"
	"almanac/sqldb"
	"almanac/state"
	"almanac/state/availability"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/contact"
	"almanac/state/customer"
	"almanac/state/exposure"
	"almanac/state/identity"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/place"
	"almanac/state/quality"
	"almanac/state/review"
	"almanac/state/stock"
	"almanac/state/supply"
)

// app is everything that commands work with, made once.
type app struct {
	cli  *cli
	lock *folderLock
	log  *slog.Logger
	now  func() time.Time // the clock of what happens in the shops
	wall func() time.Time // the machine's, for who is signed in

	main, derived *sqldb.DB
	blobs         blob.Store
	shops         *shop.Store
	history       *history.Store
	projector     *state.Projector
	views         serve.Views
	contacts      *contact.View
	registry      *predict.Registry
	planned       *planned.Store
	importer      *ingest.Importer
	decisions     *decide.Store
	auth          *auth.Store
	promises      *availability.Board
	levels        *levels.Store
	replays       *replay.Store

	zones sync.Map // shop → *time.Location
}

// memoryLimit is where the garbage collector begins to work harder. It is not a hard limit.
const memoryLimit = 160 << 20

// open makes everything. what names the command for whoever finds the folder locked.
func open(ctx context.Context, c *cli, term *terminal, what string, channels ...decide.Actuator) (*app, error) {
	return openAt(ctx, c, term, what, nil, channels...)
}

// openAt is open by another clock than the machine's; nil for that.
func openAt(ctx context.Context, c *cli, term *terminal, what string, now func() time.Time, channels ...decide.Actuator) (*app, error) {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	if f := c.Reorder; f.ServiceLevel != 0 && f.ServiceLevel < 0.5 || f.ServiceLevel > 0.999 || f.Budget < 0 || f.OrderCost < 0 || f.LeadDays < 0 || f.LeadDays > 730 || f.MaxOrder < 0 {
		return nil, &hint{errors.New("a reorder setting is out of range"), "Use a service level from 0.5 to 0.999 or 0, lead days from 0 to 730, and limits of 0 or more.", exitUsage}
	}
	if err := c.Markdown.settings().Check(); err != nil {
		return nil, &hint{fmt.Errorf("lower prices: %w", err), "Correct the setting whose name begins with markdown.", exitUsage}
	}
	if err := c.Winback.settings().Check(); err != nil {
		return nil, &hint{fmt.Errorf("win customers back: %w", err), "Correct the setting whose name begins with winback.", exitUsage}
	}
	debug.SetMemoryLimit(memoryLimit)
	log := slog.New(slog.NewTextHandler(term.err, &slog.HandlerOptions{Level: level}))
	a := &app{cli: c, now: now, wall: newClock(log).now, log: log}
	if now == nil {
		a.now = a.wall
	}
	var err error
	if a.lock, err = lockFolder(c.Data, what); err != nil {
		return nil, err
	}
	if err := a.stores(ctx, channels); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *app) where(file, schema string) (string, string) {
	if a.cli.DB != "" {
		return a.cli.DB, schema
	}
	return filepath.Join(a.cli.Data, file), ""
}

func (a *app) openBlobs(ctx context.Context) (blob.Store, error) {
	if a.cli.Blob == "" {
		return blob.OpenDir(filepath.Join(a.cli.Data, "blobs"))
	}
	s, err := blob.Open(ctx, a.cli.Blob)
	if err != nil {
		return nil, &hint{err, "Check --blob, and for S3 the credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", 0}
	}
	return s, nil
}

func (a *app) stores(ctx context.Context, channels []decide.Actuator) (err error) {
	path, schema := a.where("almanac.db", "almanac")
	if a.main, err = sqldb.Open(ctx, path, sqldb.Options{Schema: schema}); err != nil {
		return err
	}
	if a.shops, err = shop.Open(ctx, a.main); err != nil {
		return err
	}
	if a.blobs, err = a.openBlobs(ctx); err != nil {
		return err
	}
	if a.history, err = history.Open(ctx, a.main, a.blobs, a.now); err != nil {
		return err
	}
	if a.cli.AcceptDamage {
		a.history.AcceptDamage(func(d history.Damage) { a.log.Warn("passed over a damaged segment", "damage", d.Error()) })
	}
	a.history.KeepFree(a.cli.Data, a.cli.KeepFree<<20)
	if a.derived, a.projector, err = a.openState(ctx, "state.db", "almanac_state"); err != nil {
		return err
	}
	d := a.derived
	a.views = serve.Views{Catalog: catalog.Open(d), Orders: orders.Open(d), Customers: customer.Open(d), Stock: stock.Open(d),
		Supply: supply.Open(d), Behaviour: behaviour.Open(d), Quality: quality.Open(d), Identity: identity.Open(d), Exposure: exposure.Open(d), Review: review.Open(d), Outlook: outlook.Open(d), Place: place.Open(d, a.zone)}
	a.contacts = contact.Open(d)
	if a.registry, err = predict.NewRegistry(ctx, a.main, a.blobs, a.now); err != nil {
		return err
	}
	if a.planned, err = planned.Open(ctx, a.main, a.now); err != nil {
		return err
	}
	if a.levels, err = levels.Open(ctx, a.main); err != nil {
		return err
	}
	if a.replays, err = replay.Open(ctx, a.main, a.now); err != nil {
		return err
	}
	promises, err := availability.OpenStore(ctx, a.main, a.now)
	if err != nil {
		return err
	}
	a.promises = availability.NewBoard(availability.Sources{Stock: a.views.Stock, Supply: a.views.Supply, Catalog: a.views.Catalog, Orders: a.views.Orders, Store: promises, Record: a.history, Progress: a.projector, Now: a.now})
	a.importer = ingest.New(a.history, a.now)
	salt, err := secret(a.cli.Data)
	if err != nil {
		return err
	}
	channels = append([]decide.Actuator{&outbox.File{Dir: filepath.Join(a.cli.Data, "outbox")}}, channels...)
	if a.decisions, err = decide.Open(ctx, a.main, a.now, decide.Options{Salt: salt, Actuators: channels, Review: a.stillAgreed}); err != nil {
		return err
	}
	a.auth, err = auth.Open(ctx, a.main, a.wall, auth.Options{})
	return err
}

// openState opens a state store with every view.
func (a *app) openState(ctx context.Context, file, schema string) (*sqldb.DB, *state.Projector, error) {
	path, schema := a.where(file, schema)
	db, err := sqldb.Open(ctx, path, sqldb.Options{Schema: schema, Derived: true})
	if err != nil {
		return nil, nil, err
	}
	mark, err := a.mark(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	p, err := state.NewProjector(ctx, a.history, db, mark, orders.NewFold(a.zone), catalog.NewFold(), stock.NewFold(), supply.NewFold(),
		customer.NewFold(), identity.NewFold(), behaviour.NewFold(a.zone), exposure.NewFold(a.zone), review.NewFold(), contact.NewFold(), outlook.NewFold(), place.NewFold())
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, p, nil
}

// zone is a shop's time zone, as it was when state was last marked.
func (a *app) zone(id string) *time.Location {
	if z, ok := a.zones.Load(id); ok {
		if l, ok := z.(*time.Location); ok {
			return l
		}
	}
	return time.UTC
}

// mark reads the shops' time zones, on which state depends, and names them.
func (a *app) mark(ctx context.Context) (string, error) {
	shops, err := a.shops.List(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("7") // of what state depends on besides: counted up where a view's tables change
	for _, s := range shops {
		a.zones.Store(s.ID, s.Location())
		b.WriteString(" " + s.ID + "=" + s.TimeZone)
	}
	return b.String(), nil
}

// secretName is the file that holds the installation's secret.
const secretName = "secret.key"

// secret reads the installation's secret, or makes it.
func secret(dir string) (string, error) {
	path := filepath.Join(dir, secretName)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return "", err
		}
		b = []byte(hex.EncodeToString(key))
		if err := blob.WriteFile(path, b); err != nil {
			return "", fmt.Errorf("write the installation's secret: %w", err)
		}
	} else if err != nil {
		return "", fmt.Errorf("read the installation's secret: %w", err)
	}
	return string(b), nil
}

// shop finds the shop that the command works on.
func (a *app) shop(ctx context.Context) (shop.Shop, error) {
	s, err := a.shops.Get(ctx, a.cli.Shop)
	if errors.Is(err, shop.ErrNotFound) {
		return s, &hint{fmt.Errorf("there is no shop %q", a.cli.Shop), "The shop that exists from the start is called default.", exitUsage}
	}
	return s, err
}

func (a *app) close() error {
	if a.history != nil {
		a.history.Close()
	}
	var errs []error
	for _, db := range []*sqldb.DB{a.derived, a.main} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, a.lock.release())...)
}
