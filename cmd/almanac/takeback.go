package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/history"
)

// importsCmd is everything about imported files; files may follow `import` at once.
type importsCmd struct {
	File importCmd     `cmd:"" default:"withargs" help:"Import files of orders, products, stock, costs, supply terms, purchases, customers, events or facts, or folders of them, in any order."`
	List importListCmd `cmd:"" help:"List imports, newest first."`
	Undo importUndoCmd `cmd:"" help:"Take back what one import recorded, as if its file had never come."`
}

type importListCmd struct{}

// Run lists the imports of a shop.
func (importListCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "import list", func(a *app) error {
		s, err := a.shop(ctx)
		if err != nil {
			return err
		}
		runs, err := a.history.Imports(ctx, s.ID, 1000)
		if err != nil {
			return err
		}
		if term.json {
			return printJSON(term, map[string]any{"imports": append([]history.ImportRun{}, runs...)})
		}
		for _, r := range runs {
			err = errors.Join(err, term.say("%-22s %s  %-11s %9d facts  %s", r.ID, r.StartedAt.In(s.Location()).Format(time.DateTime), r.Status, r.Facts-r.Taken, r.Name))
		}
		return err
	})
}

type importUndoCmd struct {
	ID string `arg:"" name:"run" help:"Id of the import, as almanac import list shows it."`
}

// undone is what --json prints.
type undone struct {
	Import      string `json:"import"`
	Status      string `json:"status"`
	Facts       int64  `json:"facts"`       // that it had recorded
	Taken       int64  `json:"taken"`       // and that are gone
	Quarantined int64  `json:"quarantined"` // lines of it that were removed from quarantine
}

// Run takes an import back. Where it is stopped it goes on when it is run again.
func (c *importUndoCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	var r history.ImportRun
	err = withApp(ctx, root, term, "import undo", func(a *app) error {
		tell, done := term.bar()
		defer done()
		r, err = c.undo(ctx, a, tell)
		return err
	})
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, undone{r.ID, r.Status, r.Facts, r.Taken, r.TakenLines})
	}
	err = term.say("Taken back: %d of %d facts are gone, and %d quarantined lines. State was rebuilt.", r.Taken, r.Facts, r.TakenLines)
	if r.Taken < r.Facts {
		err = errors.Join(err, term.say("The others stay because another import told them too, or were erased before."))
	}
	return errors.Join(err, term.say("Train again (almanac train), so that no model rests on what is gone."))
}

func (c *importUndoCmd) undo(ctx context.Context, a *app, tell progress) (history.ImportRun, error) {
	s, err := a.shop(ctx)
	if err != nil {
		return history.ImportRun{}, err
	}
	run, err := a.history.Import(ctx, s.ID, c.ID)
	if err == nil && run.Status == "running" { // the folder is ours: whoever read it is gone
		run.Status, run.Error = "failed", "The program stopped while this file was being imported."
		err = a.history.SaveImport(ctx, run)
	}
	if err == nil {
		run, err = a.takeBack(ctx, s.ID, "command line", c.ID, tell)
	}
	switch {
	case errors.Is(err, history.ErrNoImport):
		err = &hint{fmt.Errorf("there is no import %q", c.ID), "almanac import list shows what there is.", exitUsage}
	case errors.Is(err, history.ErrUntraced):
		err = &hint{err, "It was made by an older version. Restore a backup from before it, or import into an empty data folder what is right.", 0}
	}
	return run, err
}

// takeBack removes what an import recorded and rebuilds state. The audit trail says that it was done.
func (a *app) takeBack(ctx context.Context, shop, actor, id string, tell progress) (history.ImportRun, error) {
	run, err := a.history.TakeBack(ctx, shop, id,
		func(ctx context.Context) error {
			return a.projector.Rebuild(ctx, func(done, total int64) { tell("Rebuilding state", done, total) })
		},
		func(done, total int64) { tell("Taking back", done, total) })
	if err != nil {
		return run, err
	}
	return run, a.decisions.Record(ctx, shop, actor, "import taken back", fmt.Sprintf("%s (%s): %d facts and %d quarantined lines are gone", run.ID, run.Kind, run.Taken, run.TakenLines))
}
