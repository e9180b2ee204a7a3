package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// everything writes all that is kept of a shop to a new file.
func (a *app) everything(ctx context.Context, term *terminal, path string) (err error) {
	if path == "" {
		return &hint{errors.New("a zip archive is not written to the screen"), "Name a file with --out.", exitUsage}
	}
	sh, err := a.shop(ctx)
	if err != nil {
		return err
	}
	if err := a.projector.CatchUp(ctx, nil); err != nil {
		return err
	}
	s, err := a.quietServer(ctx)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &hint{fmt.Errorf("%s exists", path), "Name another file with --out.", exitUsage}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	taken, err := s.Takeout(ctx, sh, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half of it must not be taken for the whole
	}
	if err := a.decisions.Record(ctx, sh.ID, "command line", "everything exported", "shop "+sh.ID); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, taken)
	}
	return term.say("Wrote %d facts and what follows from them to %s. It holds personal data: keep it as safe as the data.", taken.Rows["facts.jsonl"], path)
}
