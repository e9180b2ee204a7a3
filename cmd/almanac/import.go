package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/ingest"
	"almanac/state"
)

type importCmd struct {
	Files     []string `arg:"" name:"file" help:"Files (.csv, .txt, .jsonl or .parquet, plain or gzipped) or folders of them, in any order." type:"path"`
	Mapping   string   `help:"Mapping file (YAML) that says how to read it." type:"path"`
	Kind      string   `help:"What the file holds: orders, products, stock, costs, supply, purchases, customers, events, facts."`
	DateOrder string   `help:"Order of day and month in dates: dmy or mdy." enum:"dmy,mdy,ymd," default:""`
	Decimal   string   `help:"Decimal mark of numbers: . or ,"`
	Currency  string   `help:"Currency of the amounts, e.g. GBP."`
	TimeZone  string   `help:"Time zone of times without one, e.g. Europe/London."`
	AsOf      string   `help:"Day of rows without a date, e.g. of a stock count: YYYY-MM-DD."`
	Source    string   `help:"Name of the source in the record."`
	Synthetic bool     `help:"The data is made up: label it and all that follows from it."`
	DryRun    bool     `help:"Only say how the file would be read."`
}

// account is what --json prints.
type account struct {
	Name        string           `json:"name"`
	Read        int64            `json:"read"`
	Facts       int64            `json:"facts"`
	Accepted    int64            `json:"accepted"`
	Duplicates  int64            `json:"duplicates"`
	Filtered    int64            `json:"filtered"`
	Quarantined int64            `json:"quarantined"`
	ByReason    map[string]int64 `json:"by_reason"`
	Seconds     float64          `json:"seconds"`
	Import      string           `json:"import"`
}

func accountOf(run history.ImportRun) account {
	return account{run.Name, run.Read, run.Facts, run.Accepted, run.Duplicates, run.Filtered, run.Quarantined, run.ByReason, run.Seconds, run.ID}
}

func (c *importCmd) options(a *app, ctx context.Context) (ingest.Options, error) {
	s, err := a.shop(ctx)
	if err != nil {
		return ingest.Options{}, err
	}
	o := ingest.Options{Shop: s.ID, ShopCurrency: s.Currency, ShopTimeZone: s.TimeZone}
	if c.Mapping != "" {
		if o.Mapping, err = ingest.LoadMapping(c.Mapping); err != nil {
			return o, err
		}
	}
	m := &o.Mapping
	for _, f := range [...]struct {
		to   *string
		from string
	}{{&m.Kind, c.Kind}, {&m.DateOrder, c.DateOrder}, {&m.Decimal, c.Decimal}, {&m.Currency, strings.ToUpper(c.Currency)}, {&m.TimeZone, c.TimeZone}, {&m.AsOf, c.AsOf}, {&m.Source, c.Source}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	m.Synthetic = m.Synthetic || c.Synthetic
	return o, nil
}

func (c *importCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "import")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	o, err := c.options(a, ctx)
	if err != nil {
		return explain(err)
	}
	paths, err := filesIn(c.Files)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	if c.DryRun || len(paths) > 1 && o.ShopCurrency == "" && o.Mapping.Currency == "" {
		proposals, err := c.propose(ctx, a, paths, &o)
		if err != nil || c.DryRun {
			return errors.Join(err, sayProposals(term, proposals))
		}
	}
	var runs []history.ImportRun
	var errs []error
	for _, path := range paths {
		run, err := a.importFile(ctx, path, o, c.Currency != "", tell)
		if ctx.Err() != nil {
			return err
		}
		if err != nil { // the other files are read all the same
			errs = append(errs, explain(named(err, path, len(paths))))
			continue
		}
		runs = append(runs, run)
	}
	done()
	return errors.Join(sayAccounts(term, runs, len(paths) > 1), errors.Join(errs...))
}

// named says which of several files an error is of.
func named(err error, path string, n int) error {
	if n == 1 {
		return err
	}
	return fmt.Errorf("%s: %w", filepath.Base(path), err)
}

// endings are those of files that a folder is searched for.
var endings = []string{".csv", ".tsv", ".txt", ".jsonl", ".parquet"}

// filesIn lists files, and those of folders.
func filesIn(names []string) (out []string, err error) {
	for _, name := range names {
		entries, err := os.ReadDir(name)
		if err != nil {
			out = append(out, name) // a file, or nothing, as importing it will tell
			continue
		}
		n := len(out)
		for _, e := range entries {
			if !e.IsDir() && slices.Contains(endings, filepath.Ext(strings.TrimSuffix(strings.ToLower(e.Name()), ".gz"))) {
				out = append(out, filepath.Join(name, e.Name()))
			}
		}
		if len(out) == n {
			return nil, &hint{fmt.Errorf("%s holds no file that could be imported", name), "Such files end in " + strings.Join(endings, ", ") + ", or in one of these and .gz.", exitUsage}
		}
	}
	return out, nil
}

// propose surveys files. What one of them says of the currency answers for those that do not say it.
func (c *importCmd) propose(ctx context.Context, a *app, paths []string, o *ingest.Options) (out []ingest.Proposal, err error) {
	for _, path := range paths {
		p, err := a.importer.Propose(ctx, path, filepath.Base(path), *o)
		if err != nil {
			if c.DryRun {
				return out, explain(named(err, path, len(paths)))
			}
			continue // importing it tells why
		}
		out = append(out, p)
		if o.ShopCurrency == "" && p.CurrencyBasis == "measured" {
			o.ShopCurrency = p.Currency
		}
	}
	return out, nil
}

func sayProposals(term *terminal, list []ingest.Proposal) (err error) {
	if term.json {
		if len(list) == 1 {
			return printJSON(term, list[0])
		}
		return printJSON(term, map[string]any{"files": list})
	}
	for _, p := range list {
		for _, a := range p.Assumed {
			err = errors.Join(err, term.say("# assumed: %s", a))
		}
		err = errors.Join(err, term.say("%s holds %s (%d rows). It would be read with this mapping:\n\n%s", p.Name, p.Kind, p.Lines, p.Mapping.YAML()))
	}
	return err
}

func sayAccounts(term *terminal, runs []history.ImportRun, several bool) (err error) {
	list := []account{}
	for _, run := range runs {
		list = append(list, accountOf(run))
	}
	switch {
	case term.json && several:
		return printJSON(term, map[string]any{"imports": list})
	case term.json && len(list) == 1:
		return printJSON(term, list[0])
	}
	for _, run := range runs {
		if several {
			err = errors.Join(err, term.say("%s", run.Name))
		}
		if !term.json {
			err = errors.Join(err, sayAccount(term, run))
		}
	}
	return err
}

// paced is the record while a file is read: it takes more when the views have come near. They have their time in the end anyway,
// and near they need not read from the disk what was just written.
type paced struct {
	*history.Store
	views *state.Projector
	alone bool // the views do not follow; bringing them up to date afterwards tells why
}

const (
	nearRecords  = 16_000           // less than the record keeps in memory, by two batches of an import
	nearPatience = 10 * time.Second // for what takes well under a second
)

// AppendImport records facts when the views are near.
func (p *paced) AppendImport(ctx context.Context, run string, facts []fact.Fact) (history.Result, error) {
	if !p.alone {
		near, err := p.views.Near(ctx, nearRecords, nearPatience)
		if err != nil {
			return history.Result{}, err
		}
		p.alone = !near
	}
	return p.Store.AppendImport(ctx, run, facts)
}

// importFile reads a file and brings state up to date beside it.
func (a *app) importFile(ctx context.Context, path string, o ingest.Options, chosen bool, tell progress) (history.ImportRun, error) {
	s, err := a.shop(ctx)
	if err != nil {
		return history.ImportRun{}, err
	}
	follow, stop := context.WithCancel(ctx)
	release := a.projector.Hold()
	var following sync.WaitGroup
	following.Go(func() {
		a.projector.Run(follow, func(err error) { a.log.Debug("state lags behind", "error", err) })
	})
	run, err := ingest.New(&paced{Store: a.history, views: a.projector}, a.now).Import(ctx, path, filepath.Base(path), o, func(done, total int64) { tell("Reading", done, total) })
	stop()
	release()
	following.Wait()
	if err != nil {
		return run, err
	}
	if err := a.learnCurrency(ctx, s, run, chosen); err != nil {
		return run, err
	}
	if err := a.decisions.Record(ctx, s.ID, "command line", "import", fmt.Sprintf("%s: %d rows read, %d facts", run.Kind, run.Read, run.Facts)); err != nil {
		return run, err
	}
	return run, a.projector.CatchUp(ctx, func(done, total int64) { tell("Bringing state up to date", done, total) })
}

// explain turns what an import complains about into an error that says what to do.
func explain(err error) error {
	var e *ingest.Error
	if errors.As(err, &e) {
		return &hint{err, e.Remedy, 0}
	}
	var q *ingest.NeedsAnswers
	if errors.As(err, &q) {
		var todo []string
		for _, v := range q.Questions {
			var options []string
			for _, o := range v.Options {
				options = append(options, o.Value)
			}
			flag := "--" + strings.ReplaceAll(v.Code, "_", "-")
			if field, ok := strings.CutPrefix(v.Code, "columns."); ok {
				flag = "a mapping file with columns: {" + field + ": …}, one of"
			}
			todo = append(todo, flag+" "+strings.Join(options, "|"))
		}
		return &hint{err, "Say so with " + strings.Join(todo, ", and ") + ".", exitUsage}
	}
	return err
}

func sayAccount(term *terminal, run history.ImportRun) error {
	err := term.say("Read %d rows of %s in %.1f s: %d accepted, %d duplicates, %d filtered, %d quarantined (%d new facts).",
		run.Read, run.Kind, run.Seconds, run.Accepted, run.Duplicates, run.Filtered, run.Quarantined, run.Facts)
	reasons := make([]string, 0, len(run.ByReason))
	for r := range run.ByReason {
		reasons = append(reasons, r)
	}
	sort.Strings(reasons)
	for _, r := range reasons {
		err = errors.Join(err, term.say("  %-22s %d", r, run.ByReason[r]))
	}
	if run.Quarantined > 0 {
		err = errors.Join(err, term.say("See them with: almanac export quarantine"))
	}
	return err
}
