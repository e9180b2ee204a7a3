// Package state keeps what is true now, folded from the facts of the record: one sub-package per view
// (catalog, orders, stock, customer, behaviour, supply). Views are tables; they are written only here and
// in the views' folds, always in the transaction that also moves the offset up to which the record has
// been read. So state can be thrown away and rebuilt by replay at any time, and the rebuilt state is equal
// to the live one.
//
// A fold must give the same tables for any order and any grouping of the same facts. The way to get there:
// keep the newest revision of every fact under its key (Upsert), and derive everything else from those
// rows (Settle), never from what arrived last.
package state

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"almanac/history"
	"almanac/sqldb"
)

// Zone gives the time zone in which a shop's days begin.
type Zone func(shop string) *time.Location

// Fold turns facts into the tables of one view.
type Fold interface {
	Name() string
	Migrations() []sqldb.Migration
	Tables() []Table
	// Apply takes records in. Each record is given exactly once, in the order of the record.
	Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error
	// Settle brings what is derived up to date with what Apply wrote since the last Settle.
	Settle(ctx context.Context, t *sqldb.Tx) error
}

// Table describes a table of a view for export and comparison.
type Table struct {
	Name    string
	Columns []string
	Key     []string // sorts the rows; unique
}

// Upsert collects rows of one table and writes each under its key if its revision is the newest seen.
// Source systems revise facts; a revision must win whether it arrives before or after the one it replaces.
type Upsert struct {
	into, suffix string
	width        int
	at           map[string]int
	keys         []string
	rows         [][]any
	revs         []int64
}

// NewUpsert prepares an upsert into a table. The columns include rev; key names the primary key.
func NewUpsert(table, columns, key string) *Upsert {
	var set []string
	keys, cols := split(key), split(columns)
next:
	for _, c := range cols {
		for _, k := range keys {
			if c == k {
				continue next
			}
		}
		set = append(set, c+" = excluded."+c)
	}
	return &Upsert{
		into:   table + " (" + columns + ")",
		suffix: fmt.Sprintf("ON CONFLICT (%s) DO UPDATE SET %s WHERE excluded.rev > %s.rev", key, strings.Join(set, ", "), table),
		width:  len(cols),
		at:     map[string]int{},
	}
}

// Add takes a row in; of rows with one key the one with the highest revision stays.
func (u *Upsert) Add(key string, rev int64, row ...any) {
	if i, ok := u.at[key]; ok {
		if rev > u.revs[i] {
			u.rows[i], u.revs[i] = row, rev
		}
		return
	}
	u.at[key] = len(u.rows)
	u.keys = append(u.keys, key)
	u.rows = append(u.rows, row)
	u.revs = append(u.revs, rev)
}

// Len is the number of rows collected.
func (u *Upsert) Len() int { return len(u.rows) }

// Flush writes the rows, by their keys, so that neighbours meet on a page, and empties the collection.
func (u *Upsert) Flush(ctx context.Context, t *sqldb.Tx) error {
	slices.Sort(u.keys)
	args := make([]any, 0, len(u.rows)*u.width)
	for _, k := range u.keys {
		args = append(args, u.rows[u.at[k]]...)
	}
	_, err := t.Insert(ctx, u.into, u.suffix, u.width, args)
	clear(u.at)
	u.keys, u.rows, u.revs = u.keys[:0], u.rows[:0], u.revs[:0]
	return err
}

// NewTable describes a table by its comma-separated columns and key.
func NewTable(name, columns, key string) Table {
	return Table{Name: name, Columns: split(columns), Key: split(key)}
}

func split(list string) []string {
	out := strings.Split(list, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// Flush writes several upserts.
func Flush(ctx context.Context, t *sqldb.Tx, us ...*Upsert) error {
	for _, u := range us {
		if err := u.Flush(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// Key joins the parts of a row's key.
func Key(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		if s, ok := p.(string); ok {
			b.WriteString(s)
			b.WriteByte(0)
			continue
		}
		fmt.Fprintf(&b, "%v\x00", p)
	}
	return b.String()
}

// Revision orders the descriptions of one thing by one source: by the source's own revision, or by the time
// of the event where it has none. The result is above zero.
func Revision(r *history.Record) int64 {
	if r.Rev > 0 {
		return r.Rev
	}
	return sqldb.Micros(r.OccurredAt)
}
