package ingest

import (
	"context"
	"errors"

	"almanac/fact"
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
	var ids []int64
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
		facts, err := c.again(q)
		var bad *fault
		var skip *filtered
		switch {
		case errors.As(err, &bad):
			run.Quarantined++
			run.ByReason[bad.reason]++
		case errors.As(err, &skip):
			run.Filtered++
			run.ByReason[skip.reason]++
			ids = append(ids, q.ID)
		case err != nil:
			return err
		default:
			b := byImport[q.Import]
			if b == nil {
				b = &parsed{}
				byImport[q.Import] = b
				tellers = append(tellers, q.Import)
			}
			b.facts = append(b.facts, facts...)
			b.lines = append(b.lines, span{q.Line, len(facts)})
			ids = append(ids, q.ID)
		}
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

// again reads one kept row as the file reader would.
func (c *converter) again(q history.Quarantined) ([]fact.Fact, error) {
	r := table.ParseRow(q.Raw, c.m.Header, c.m.Delimiter)
	r.Line = q.Line
	return c.convert(r)
}
