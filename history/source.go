package history

import (
	"context"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// SourceStat counts what one source told of one kind.
type SourceStat struct {
	Source                       string
	Kind                         fact.Kind
	Facts, Duplicates, Conflicts int64
	First, Last                  time.Time // of the events
	LastReceived                 time.Time
}

// Sources lists the counts of a shop by source and kind.
func (s *Store) Sources(ctx context.Context, shop string) ([]SourceStat, error) {
	var out []SourceStat
	err := s.db.Query(ctx, `SELECT source, kind, facts, duplicates, conflicts, first_us, last_us, last_received_us
		FROM source_stat WHERE shop = ? ORDER BY source, kind`, []any{shop}, func(r sqldb.Row) error {
		var v SourceStat
		var first, last, received int64
		if err := r.Scan(&v.Source, &v.Kind, &v.Facts, &v.Duplicates, &v.Conflicts, &first, &last, &received); err != nil {
			return err
		}
		v.First, v.Last, v.LastReceived = sqldb.Time(first), sqldb.Time(last), sqldb.Time(received)
		out = append(out, v)
		return nil
	})
	return out, err
}

// never is after every event that a fact may tell of.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// countSources adds a group's outcomes up. Only what was accepted says when events happened; a duplicate or
// conflict finds the row of the fact that it met.
func countSources(ctx context.Context, t *sqldb.Tx, entries []entry) error {
	type key struct {
		shop, source string
		kind         fact.Kind
	}
	stats := map[key]*SourceStat{}
	var order []key
	var k key
	var v *SourceStat
	for i := range entries {
		f := entries[i].f
		if is := (key{f.Shop, f.Source, f.Kind}); v == nil || is != k { // most come in runs of one source and kind
			k, v = is, stats[is]
		}
		if v == nil {
			v = &SourceStat{First: never, LastReceived: f.ReceivedAt}
			stats[k] = v
			order = append(order, k)
		}
		switch *entries[i].outcome {
		case Accepted:
			v.Facts++
			if f.OccurredAt.Before(v.First) {
				v.First = f.OccurredAt
			}
			if f.OccurredAt.After(v.Last) {
				v.Last = f.OccurredAt
			}
		case Duplicate:
			v.Duplicates++
		case Conflict:
			v.Conflicts++
		}
		if f.ReceivedAt.After(v.LastReceived) {
			v.LastReceived = f.ReceivedAt
		}
	}
	for _, k := range order {
		v := stats[k]
		_, err := t.Exec(ctx, `INSERT INTO source_stat (shop, source, kind, facts, duplicates, conflicts, first_us, last_us, last_received_us)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (shop, source, kind) DO UPDATE SET
				facts = source_stat.facts + excluded.facts,
				duplicates = source_stat.duplicates + excluded.duplicates,
				conflicts = source_stat.conflicts + excluded.conflicts,
				first_us = CASE WHEN excluded.first_us < source_stat.first_us THEN excluded.first_us ELSE source_stat.first_us END,
				last_us = CASE WHEN excluded.last_us > source_stat.last_us THEN excluded.last_us ELSE source_stat.last_us END,
				last_received_us = CASE WHEN excluded.last_received_us > source_stat.last_received_us THEN excluded.last_received_us ELSE source_stat.last_received_us END`,
			k.shop, k.source, string(k.kind), v.Facts, v.Duplicates, v.Conflicts,
			sqldb.Micros(v.First), sqldb.Micros(v.Last), sqldb.Micros(v.LastReceived))
		if err != nil {
			return err
		}
	}
	return nil
}
