// Package contact answers whom a shop may write to, and how often it did lately.
//
// Facts of kinds consent.changed (with a customer and the purpose marketing) and message.sent, message.bounced and
// message.unsubscribed go in.
package contact

import (
	"context"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "contact".
func (*Fold) Name() string { return "contact" }

const (
	consentColumns = "shop, source, id, rev, customer, at_us, allowed"
	messageColumns = "shop, source, kind, id, rev, customer, message, at_us"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "consents and messages", SQL: []string{
		`CREATE TABLE contact_consent (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, customer {text} NOT NULL,
			at_us {int} NOT NULL, allowed {int} NOT NULL, PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE TABLE contact_message (shop {text} NOT NULL, source {text} NOT NULL, kind {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL,
			customer {text} NOT NULL, message {text} NOT NULL, at_us {int} NOT NULL, PRIMARY KEY (shop, source, kind, id)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("contact_consent", consentColumns, "shop, source, id"),
		state.NewTable("contact_message", messageColumns, "shop, source, kind, id"),
	}
}

// unsaid stands for a consent that does not speak of marketing. It is kept, as a later revision of it may take one back that did.
const unsaid = -1

// Apply takes consents and messages in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	consents := state.NewUpsert("contact_consent", consentColumns, "shop, source, id")
	messages := state.NewUpsert("contact_message", messageColumns, "shop, source, kind, id")
	for i := range recs {
		r := &recs[i]
		at, rev := sqldb.Micros(r.OccurredAt), state.Revision(r)
		switch b := r.Body.(type) {
		case *fact.Consent:
			if b.Customer != "" {
				yes := int64(unsaid) // what it does not speak of, it leaves as it was
				if allowed, ok := b.Purposes["marketing"]; ok {
					yes = map[bool]int64{true: 1}[allowed]
				}
				consents.Add(state.Key(r.Shop, r.Source, r.ID), rev, r.Shop, r.Source, r.ID, rev, b.Customer, at, yes)
			}
		case *fact.Message:
			switch r.Kind {
			case fact.MessageSent, fact.MessageBounced, fact.MessageUnsubscribed:
				messages.Add(state.Key(r.Shop, r.Source, string(r.Kind), r.ID), rev, r.Shop, r.Source, string(r.Kind), r.ID, rev, b.Customer, b.Message, at)
			}
		}
	}
	return state.Flush(ctx, t, consents, messages)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Contact is what is known of writing to one customer.
type Contact struct {
	Allowed       bool // said yes, and neither no nor goodbye since
	Sent, Bounced int  // messages since the instant that was asked for
}

// All is every customer who ever said something about being written to, or was written to since an instant, by id. Who said
// nothing has not agreed.
func (v *View) All(ctx context.Context, shop string, since time.Time) (map[string]Contact, error) {
	out := map[string]Contact{}
	said := map[string]int64{} // when they said yes
	err := v.db.Read(ctx, func(t *sqldb.Tx) error {
		// At one instant a no comes after a yes.
		err := t.Query(ctx, "SELECT customer, at_us, allowed FROM contact_consent WHERE shop = ? AND allowed >= 0 ORDER BY customer, at_us, allowed DESC", []any{shop}, func(r sqldb.Row) error {
			var who string
			var at, allowed int64
			err := r.Scan(&who, &at, &allowed)
			out[who], said[who] = Contact{Allowed: allowed == 1}, at
			return err
		})
		if err != nil {
			return err
		}
		err = t.Query(ctx, "SELECT customer, MAX(at_us) FROM contact_message WHERE shop = ? AND kind = ? GROUP BY customer", []any{shop, string(fact.MessageUnsubscribed)}, func(r sqldb.Row) error {
			var who string
			var at int64
			err := r.Scan(&who, &at)
			if c := out[who]; at >= said[who] {
				c.Allowed = false
				out[who] = c
			}
			return err
		})
		if err != nil {
			return err
		}
		return t.Query(ctx, "SELECT customer, kind, COUNT(DISTINCT message) FROM contact_message WHERE shop = ? AND at_us >= ? GROUP BY customer, kind", []any{shop, sqldb.Micros(since)}, func(r sqldb.Row) error {
			var who, kind string
			var n int
			err := r.Scan(&who, &kind, &n)
			c := out[who]
			switch fact.Kind(kind) {
			case fact.MessageSent:
				c.Sent = n
			case fact.MessageBounced:
				c.Bounced = n
			}
			out[who] = c
			return err
		})
	})
	return out, err
}
