package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/ingest/table"
)

// Recorder is where facts and accounts go: *history.Store.
type Recorder interface {
	AppendImport(ctx context.Context, run string, facts []fact.Fact) (history.Result, error)
	Quarantine(ctx context.Context, rows []history.Quarantined) error
	Quarantined(ctx context.Context, shop string, f history.QuarantineFilter, after int64, limit int) ([]history.Quarantined, error)
	MarkQuarantined(ctx context.Context, shop, status string, ids []int64) (int64, error)
	SaveImport(ctx context.Context, run history.ImportRun) error
	Import(ctx context.Context, shop, id string) (history.ImportRun, error)
}

// Importer reads files into the record.
type Importer struct {
	record Recorder
	now    func() time.Time
}

// New makes an importer.
func New(record Recorder, now func() time.Time) *Importer { return &Importer{record, now} }

// batchFacts is how many facts one append carries.
const batchFacts = 8_000

// NeedsAnswers is returned by Import for a file that cannot tell everything.
type NeedsAnswers struct{ Questions []Question }

func (e *NeedsAnswers) Error() string {
	s := make([]string, len(e.Questions))
	for i, q := range e.Questions {
		s[i] = q.Text
	}
	return strings.Join(s, " ")
}

// Import reads a file into the record. progress, which may be nil, is told bytes of the file: the survey is
// its first half, the reading its second. When ctx ends, what was recorded stays, and importing the file
// again goes on from there without doubling anything. The account is kept in the record.
func (im *Importer) Import(ctx context.Context, path, name string, o Options, progress func(done, total int64)) (history.ImportRun, error) {
	began := im.now()
	run := history.ImportRun{ID: o.Run, Shop: o.Shop, Name: name, Status: "running", StartedAt: began.UTC(), ByReason: map[string]int64{}}
	if run.ID == "" {
		run.ID = NewRunID()
	}
	half := func(second bool) func(done, total int64) {
		return func(done, total int64) {
			if progress != nil {
				if second {
					done += total
				}
				progress(done, 2*total)
			}
		}
	}
	p, _, err := im.propose(ctx, path, name, o, half(false))
	if err == nil && !p.Ready {
		err = &NeedsAnswers{p.Questions}
	}
	if err != nil {
		return im.finish(ctx, run, began, err)
	}
	run.Kind, run.Source, run.Mapping = p.Kind, p.Source, p.Mapping.YAML()
	if err := im.record.SaveImport(ctx, run); err != nil {
		return run, err
	}
	err = im.read(ctx, path, p.Mapping, o, &run, half(true))
	return im.finish(ctx, run, began, err)
}

// NewRunID makes an id for an import run.
func NewRunID() string { return "imp_" + strings.ToLower(rand.Text()[:16]) }

// finish closes the account of a run.
func (im *Importer) finish(ctx context.Context, run history.ImportRun, began time.Time, err error) (history.ImportRun, error) {
	end := im.now().UTC()
	run.FinishedAt, run.Seconds, run.Status = &end, end.Sub(began).Seconds(), "done"
	var e *Error
	switch {
	case errors.Is(err, context.Canceled):
		run.Status = "cancelled"
		run.Remedy = "Import the file again to go on; nothing is counted twice."
	case errors.As(err, &e):
		run.Status, run.Error, run.Remedy = "failed", e.Error(), e.Remedy
	case err != nil:
		run.Status, run.Error = "failed", err.Error()
		run.Remedy = "Mend the cause and import the file again; what was recorded so far is not counted twice."
	}
	if saveErr := im.record.SaveImport(context.WithoutCancel(ctx), run); saveErr != nil {
		return run, errors.Join(err, saveErr)
	}
	return run, err
}

// parsed is a batch of rows on its way to the record.
type parsed struct {
	facts       []fact.Fact
	lines       []span // rows that became facts, in order
	quarantined []history.Quarantined
	filtered    map[string]int64
	noted       map[string]int64 // what had to be guessed, of how many orders
	read        int64
	err         error
}

type span struct {
	line int64
	n    int // facts of the row
}

// read streams rows into the record: one goroutine reads and converts, this one appends and counts.
func (im *Importer) read(ctx context.Context, path string, m Mapping, o Options, run *history.ImportRun, progress func(done, total int64)) error {
	c, err := newConverter(m, o, im.now())
	if err != nil {
		return err
	}
	r, _, err := table.Open(path, table.Options{Encoding: m.Encoding, Delimiter: m.Delimiter, Header: m.Header, Progress: progress})
	if err != nil {
		return err
	}
	if wholeLines(m.Kind) && c.laid == nil {
		c.split = table.Whole(r)
	}
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan parsed, 1)
	go func() {
		defer close(batches)
		defer func() { _ = r.Close() }()
		stream(ctx, r.Next, c, run, batches)
	}()
	defer func() {
		cancel()
		for range batches { // let the reader end before its file is anybody else's
			continue
		}
	}()
	for b := range batches {
		if err := im.take(ctx, run.ID, run, b); err != nil {
			return err
		}
		if b.err != nil {
			return b.err
		}
	}
	return ctx.Err()
}

func stream(ctx context.Context, next func() (table.Row, error), c *converter, run *history.ImportRun, out chan<- parsed) {
	defer c.close()
	b := parsed{filtered: map[string]int64{}}
	send := func() bool {
		select {
		case out <- b:
			b = parsed{filtered: map[string]int64{}, facts: make([]fact.Fact, 0, batchFacts)}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for {
		row, err := next()
		if err != nil {
			for _, o := range c.ending() {
				b.settle(c, run.ID, o)
			}
			if !errors.Is(err, io.EOF) {
				b.err = err
			} else if err := c.err(); b.err == nil && err != nil {
				b.err = fmt.Errorf("count equal lines in temporary files: %w", err)
			}
			b.noted = c.guesses()
			send()
			return
		}
		if c.laid != nil && c.laid.window != nil {
			for _, o := range c.gather(row) {
				b.settle(c, run.ID, o)
			}
		} else {
			facts, err := c.convert(&row)
			b.settle(c, run.ID, outcome{row.Line, row.Raw, facts, err})
		}
		if b.err != nil {
			send()
			return
		}
		if (len(b.facts) >= batchFacts || b.read >= 2*batchFacts) && !send() {
			return
		}
	}
}

// settle counts a row to what became of it.
func (b *parsed) settle(c *converter, run string, o outcome) {
	var f *fault
	var skip *filtered
	b.read++
	switch {
	case o.err == nil:
		b.facts = append(b.facts, o.facts...)
		b.lines = append(b.lines, span{o.line, len(o.facts)})
	case errors.As(o.err, &f):
		b.quarantined = append(b.quarantined, history.Quarantined{Shop: c.shop, Import: run, Source: c.m.Source, Line: o.line,
			Reason: f.reason, Detail: f.detail, Remedy: f.remedy, Raw: strings.ToValidUTF8(o.raw, "�")})
	case errors.As(o.err, &skip):
		b.filtered[skip.reason]++
	case b.err == nil:
		b.err = o.err
	}
}

// take appends a batch, as told by the import teller, and counts what became of its rows.
func (im *Importer) take(ctx context.Context, teller string, run *history.ImportRun, b parsed) error {
	res, err := im.record.AppendImport(ctx, teller, b.facts)
	if err != nil {
		return err
	}
	if err := im.record.Quarantine(ctx, b.quarantined); err != nil {
		return err
	}
	run.Read += b.read
	run.Facts += int64(res.Accepted)
	i := 0
	for _, l := range b.lines {
		accepted, conflict, suppressed := false, false, l.n > 0
		for _, o := range res.Outcomes[i : i+l.n] {
			accepted = accepted || o == history.Accepted
			conflict = conflict || o == history.Conflict
			suppressed = suppressed && o == history.Suppressed
		}
		i += l.n
		switch {
		case conflict:
			run.Quarantined++
			run.ByReason["conflict"]++
		case accepted:
			run.Accepted++
		case suppressed:
			run.Filtered++
			run.ByReason["forgotten"]++
		default:
			run.Duplicates++
		}
	}
	for _, q := range b.quarantined {
		run.Quarantined++
		run.ByReason[q.Reason]++
	}
	for reason, n := range b.filtered {
		run.Filtered += n
		run.ByReason[reason] += n
	}
	for what, n := range b.noted {
		run.ByReason[what] += n
	}
	return nil
}
