package history

import (
	"context"

	"almanac/fact"
	"almanac/sqldb"
)

// The record knows which import told which fact, so that an import can be taken back: the offsets that it
// recorded, and the keys of the facts that it told and that were recorded before.

// AppendImport is Append for facts that an import tells.
func (s *Store) AppendImport(ctx context.Context, run string, facts []fact.Fact) (Result, error) {
	return s.append(ctx, run, facts)
}

// traceImports notes, in the transaction that records them, which facts imports told.
func traceImports(ctx context.Context, t *sqldb.Tx, entries []entry, head int64) error {
	var spans []span
	var repeats []any
	next := head
	for i := range entries {
		e := &entries[i]
		switch *e.outcome {
		case Accepted:
			if n := len(spans); e.run != "" && n > 0 && spans[n-1].id == e.run && spans[n-1].last == next-1 {
				spans[n-1].last = next
			} else if e.run != "" {
				spans = append(spans, span{e.run, next, next})
			}
			next++
		case Duplicate:
			if e.run != "" {
				repeats = append(repeats, e.key[:], e.run)
			}
		}
	}
	args := make([]any, 0, 3*len(spans))
	for _, v := range spans {
		args = append(args, v.id, v.first, v.last)
	}
	if _, err := t.Insert(ctx, "import_range (import_id, first_seq, last_seq)", "", 3, args); err != nil {
		return err
	}
	_, err := t.Insert(ctx, "import_repeat (fact_key, import_id)", "ON CONFLICT DO NOTHING", 2, repeats)
	return err
}

// finish tidies up behind a withdrawal.
func (w *withdrawal) finish(ctx context.Context) (run ImportRun, err error) {
	if err := w.recount(ctx); err != nil {
		return run, err
	}
	err = w.s.db.Write(ctx, func(t *sqldb.Tx) error {
		seen := map[string]bool{}
		for _, v := range w.spans {
			if seen[v.id] || w.stay[v.id] > 0 {
				continue
			}
			seen[v.id] = true
			if _, err := t.Exec(ctx, "DELETE FROM import_range WHERE import_id = ?", v.id); err != nil {
				return err
			}
		}
		rejected, err := t.Exec(ctx, "DELETE FROM quarantine WHERE shop = ? AND import_id = ?", w.shop, w.id)
		if err != nil {
			return err
		}
		run, err = accountIn(ctx, t, w.shop, w.id, func(run *ImportRun) { run.TakenLines += rejected })
		return err
	})
	return run, err
}

// recount finds when the first and the last event of each source was, which cannot be counted down.
func (w *withdrawal) recount(ctx context.Context) error {
	type key struct{ source, kind string }
	type times struct{ first, last int64 }
	seen := map[key]times{}
	note := func(r Record) error {
		if r.Shop != w.shop {
			return nil
		}
		k, at := key{r.Source, string(r.Kind)}, sqldb.Micros(r.OccurredAt)
		v, ok := seen[k]
		if !ok {
			v = times{at, at}
		}
		seen[k] = times{min(v.first, at), max(v.last, at)}
		return nil
	}
	w.s.forgetCopies()
	after := int64(0)
	read := func() error {
		for {
			last, err := w.s.Read(ctx, after, SealBatch, note)
			if err != nil || last == after {
				return err
			}
			after = last
		}
	}
	if err := read(); err != nil {
		return err
	}
	return w.s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := lockHead(ctx, t); err != nil {
			return err
		}
		if err := read(); err != nil { // what came meanwhile
			return err
		}
		if _, err := t.Exec(ctx, "DELETE FROM source_stat WHERE shop = ? AND facts <= 0", w.shop); err != nil {
			return err
		}
		for k, v := range seen {
			if _, err := t.Exec(ctx, "UPDATE source_stat SET first_us = ?, last_us = ? WHERE shop = ? AND source = ? AND kind = ?", v.first, v.last, w.shop, k.source, k.kind); err != nil {
				return err
			}
		}
		return nil
	})
}
