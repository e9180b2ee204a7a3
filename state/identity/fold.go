// Package identity answers which identifiers belong to one person: customer ids, browsers, e-mail addresses
// and phone numbers that were seen together. Every link is kept, so that a wrong one can be taken back and
// what was before it comes back; persons are the connected parts of what is left.
//
// Facts go in: identity.linked, customer.described, orders and behaviour that name a customer and a browser.
// The answer depends on the set of facts only, never on their order.
package identity

import (
	"context"
	"errors"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct {
	Limits Limits
	// Bulk is the number of touched nodes beyond which a shop's persons are found anew as a whole.
	Bulk int
}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{DefaultLimits, 2_000} }

// Name is "identity".
func (*Fold) Name() string { return "identity" }

const (
	seenColumns    = "shop, a, b, first_us"
	saidColumns    = "shop, source, id, rev, a, b, at_us, decided, cut"
	memberColumns  = "shop, node, person, first_us, shared"
	refusedColumns = "shop, a, b, why"
)

// Decided is the reason of a link that a person made. Only such a link joins again what was cut.
const Decided = "decided"

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "identity", SQL: []string{
		// What was seen together in passing, once for every pair.
		`CREATE TABLE identity_seen (shop {text} NOT NULL, a {text} NOT NULL, b {text} NOT NULL, first_us {int} NOT NULL, PRIMARY KEY (shop, a, b)) {clustered}`,
		`CREATE INDEX identity_seen_by_b ON identity_seen (shop, b)`,
		// What somebody said of a pair, by fact.
		`CREATE TABLE identity_said (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, a {text} NOT NULL, b {text} NOT NULL,
			at_us {int} NOT NULL, decided {int} NOT NULL, cut {int} NOT NULL, PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX identity_said_by_a ON identity_said (shop, a)`,
		`CREATE INDEX identity_said_by_b ON identity_said (shop, b)`,
		`CREATE TABLE identity_member (shop {text} NOT NULL, node {text} NOT NULL, person {text} NOT NULL, first_us {int} NOT NULL, shared {int} NOT NULL,
			PRIMARY KEY (shop, node)) {clustered}`,
		`CREATE INDEX identity_member_by_person ON identity_member (shop, person)`,
		`CREATE TABLE identity_refused (shop {text} NOT NULL, a {text} NOT NULL, b {text} NOT NULL, why {text} NOT NULL, PRIMARY KEY (shop, a, b)) {clustered}`,
		`CREATE INDEX identity_refused_by_b ON identity_refused (shop, b)`,
		`CREATE TABLE identity_dirty (shop {text} NOT NULL, node {text} NOT NULL, PRIMARY KEY (shop, node)) {clustered}`,
	}}}
}

// Tables lists what is exported. The dirty table is empty whenever the views are settled.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("identity_seen", seenColumns, "shop, a, b"),
		state.NewTable("identity_said", saidColumns, "shop, source, id"),
		state.NewTable("identity_member", memberColumns, "shop, node"),
		state.NewTable("identity_refused", refusedColumns, "shop, a, b"),
		state.NewTable("identity_dirty", "shop, node", "shop, node"),
	}
}

type shopNode struct {
	shop string
	node Node
}

type shopPair struct {
	shop string
	pair
}

// batch collects what a group of records says.
type batch struct {
	seen  map[shopPair]int64
	dirty map[shopNode]bool
	said  *state.Upsert
}

// see notes that two nodes were seen together.
func (b *batch) see(shop string, at int64, x, y Node, okX, okY bool) {
	if !okX || !okY || x == y {
		return
	}
	k := shopPair{shop, pairOf(x, y)}
	if t, ok := b.seen[k]; !ok || at < t {
		b.seen[k] = at
	}
}

// Apply takes links in, stated or seen.
func (f *Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	b := &batch{map[shopPair]int64{}, map[shopNode]bool{}, state.NewUpsert("identity_said", saidColumns, "shop, source, id")}
	for i := range recs {
		r := &recs[i]
		at := sqldb.Micros(r.OccurredAt)
		switch v := r.Body.(type) {
		case *fact.Link:
			if err := b.link(ctx, t, r, v, at); err != nil {
				return err
			}
		case *fact.Customer:
			c, ok := nodeOf("customer", v.Customer)
			for kind, value := range map[string]string{"email": v.Email, "phone": v.Phone} {
				n, valid := nodeOf(kind, value)
				b.see(r.Shop, at, c, n, ok, valid)
			}
		case *fact.OrderLine:
			b.actor(r.Shop, at, v.Customer, v.Visitor)
		default:
			if who, ok := r.Body.(interface{ Who() *fact.Actor }); ok {
				b.actor(r.Shop, at, who.Who().Customer, who.Who().Visitor)
			}
		}
	}
	return b.flush(ctx, t)
}

func (b *batch) actor(shop string, at int64, customer, visitor string) {
	if customer == "" || visitor == "" {
		return
	}
	c, okC := nodeOf("customer", customer)
	v, okV := nodeOf("visitor", visitor)
	b.see(shop, at, c, v, okC, okV)
}

// link takes a statement in; one that revises another leaves the nodes that the other named.
func (b *batch) link(ctx context.Context, t *sqldb.Tx, r *history.Record, l *fact.Link, at int64) error {
	x, okX := parse(l.A)
	y, okY := parse(l.B)
	if r.Rev > 0 {
		var oldX, oldY Node
		err := t.QueryRow(ctx, "SELECT a, b FROM identity_said WHERE shop = ? AND source = ? AND id = ?", []any{r.Shop, r.Source, r.ID}, &oldX, &oldY)
		if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
			return err
		}
		if err == nil {
			b.dirty[shopNode{r.Shop, oldX}], b.dirty[shopNode{r.Shop, oldY}] = true, true
		}
	}
	if !okX || !okY || x == y {
		x, y = "", "" // it says nothing, and takes back what an older revision said
	} else {
		p := pairOf(x, y)
		x, y = p.a, p.b
		b.dirty[shopNode{r.Shop, x}], b.dirty[shopNode{r.Shop, y}] = true, true
	}
	decided, cut := int64(0), int64(0)
	if l.Cut || l.Reason == Decided {
		decided = 1
	}
	if l.Cut {
		cut = 1
	}
	b.said.Add(state.Key(r.Shop, r.Source, r.ID), r.Rev, r.Shop, r.Source, r.ID, r.Rev, string(x), string(y), at, decided, cut)
	return nil
}

func (b *batch) flush(ctx context.Context, t *sqldb.Tx) error {
	args := make([]any, 0, 4*len(b.seen))
	for k, at := range b.seen {
		args = append(args, k.shop, string(k.a), string(k.b), at)
		b.dirty[shopNode{k.shop, k.a}], b.dirty[shopNode{k.shop, k.b}] = true, true
	}
	if _, err := t.Insert(ctx, "identity_seen ("+seenColumns+")",
		"ON CONFLICT (shop, a, b) DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < identity_seen.first_us", 4, args); err != nil {
		return err
	}
	if err := b.said.Flush(ctx, t); err != nil {
		return err
	}
	args = make([]any, 0, 2*len(b.dirty))
	for k := range b.dirty {
		args = append(args, k.shop, string(k.node))
	}
	_, err := t.Insert(ctx, "identity_dirty (shop, node)", "ON CONFLICT DO NOTHING", 2, args)
	return err
}
