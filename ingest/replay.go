package ingest

import (
	"context"
	"errors"

	"almanac/history"
	"almanac/ingest/table"
)

// Replay tries quarantined rows of imports again, each with the mapping of its import and the changes that
// override makes to it. Rows that become facts are marked replayed; the others stay, with their new reason
// in the account. progress, which may be nil, is told rows.
func (im *Importer) Replay(ctx context.Context, o Options, f history.QuarantineFilter, override Mapping, progress func(done, total int64)) (history.ImportRun, error) {
	began := im.now()
	run := history.ImportRun{ID: o.Run, Shop: o.Shop, Name: "quarantine", Kind: "replay", Status: "running", StartedAt: began.UTC(), ByReason: map[string]int64{}}
	if run.ID == "" {
		run.ID = NewRunID()
	}
	f.Status = "open"
	converters := map[string]*converter{}
	err := func() error {
		for after, done := int64(0), int64(0); ; {
			rows, err := im.record.Quarantined(ctx, o.Shop, f, after, 1000)
			if err != nil || len(rows) == 0 {
				return err
			}
			after = rows[len(rows)-1].ID
			if err := im.replay(ctx, o, rows, override, converters, &run); err != nil {
				return err
			}
			done += int64(len(rows))
			if progress != nil {
				progress(done, 0)
			}
		}
	}()
	return im.finish(ctx, run, began, err)
}

func (im *Importer) replay(ctx context.Context, o Options, rows []history.Quarantined, override Mapping, converters map[string]*converter, run *history.ImportRun) error {
	byImport := map[string]*parsed{} // what a line tells, its import tells: it goes when that is taken back
	var tellers []string
	teller := "" // the import of the converter whose rows are being read
	var ids []int64
	kept := map[int64]int64{} // line of a grouped row → its id
	settle := func(id int64, o outcome) error {
		var bad *fault
		var skip *filtered
		switch {
		case errors.As(o.err, &bad):
			run.Quarantined++
			run.ByReason[bad.reason]++
			return nil
		case errors.As(o.err, &skip):
			run.Filtered++
			run.ByReason[skip.reason]++
		case o.err != nil:
			return o.err
		default:
			b := byImport[teller]
			if b == nil {
				b = &parsed{}
				byImport[teller] = b
				tellers = append(tellers, teller)
			}
			b.facts = append(b.facts, o.facts...)
			b.lines = append(b.lines, span{o.line, len(o.facts)})
		}
		ids = append(ids, id)
		return nil
	}
	var last *converter // whose rows are being gathered
	finish := func(all []outcome) error {
		for _, o := range all {
			if err := settle(kept[o.line], o); err != nil {
				return err
			}
		}
		return nil
	}
	ending := func() error {
		if last == nil {
			return nil
		}
		err := finish(last.ending())
		if last.laid != nil && last.laid.window != nil { // another batch may go on with an order of this one
			last.laid.window.begun.close()
			last.laid.window = newWindow()
		}
		return err
	}
	for _, q := range rows {
		run.Read++
		c, err := im.converterFor(ctx, o, q, override, converters)
		if err != nil {
			return err
		}
		if c == nil { // it came through an API, or its import is not known any more
			run.Quarantined++
			run.ByReason["not_replayable"]++
			continue
		}
		if last != c {
			if err := ending(); err != nil {
				return err
			}
		}
		last, teller = c, q.Import
		switch {
		case q.Reason == "order_apart":
			err = settle(q.ID, outcome{err: &fault{q.Reason, q.Detail, q.Remedy}})
		case c.laid != nil && c.laid.window != nil:
			kept[q.Line] = q.ID
			err = finish(c.gather(c.parsed(q)))
		default:
			row := c.parsed(q)
			facts, fault := c.convert(&row)
			err = settle(q.ID, outcome{line: q.Line, facts: facts, err: fault})
		}
		if err != nil {
			return err
		}
	}
	if err := ending(); err != nil {
		return err
	}
	for _, id := range tellers {
		if err := im.take(ctx, id, run, *byImport[id]); err != nil {
			return err
		}
	}
	_, err := im.record.MarkQuarantined(ctx, o.Shop, "replayed", ids)
	return err
}

// converterFor makes the converter of an import's rows once.
func (im *Importer) converterFor(ctx context.Context, o Options, q history.Quarantined, override Mapping, converters map[string]*converter) (*converter, error) {
	if q.Reason == "conflict" { // a whole fact, which no mapping reads
		return nil, nil
	}
	if c, ok := converters[q.Import]; ok || q.Import == "" {
		return c, nil
	}
	run, err := im.record.Import(ctx, o.Shop, q.Import)
	if errors.Is(err, history.ErrNoImport) {
		converters[q.Import] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := ParseMapping([]byte(run.Mapping))
	if err != nil {
		return nil, err
	}
	m = m.with(override)
	if err := m.check(); err != nil {
		return nil, err
	}
	c, err := newConverter(m, o, im.now())
	converters[q.Import] = c
	return c, err
}

// parsed is a kept row as the file reader would give it.
func (c *converter) parsed(q history.Quarantined) table.Row {
	r := table.ParseRow(q.Raw, c.m.Header, c.m.Delimiter)
	r.Line = q.Line
	return r
}
