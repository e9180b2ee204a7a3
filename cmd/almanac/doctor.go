package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"almanac/blob"
	"almanac/web"
)

type doctorCmd struct{}

// symptom is one thing that was looked at.
type symptom struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
}

func (doctorCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "doctor")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	list, err := a.examine(ctx)
	if err != nil {
		return err
	}
	sick := 0
	for _, s := range list {
		if !s.OK {
			sick++
		}
	}
	if term.json {
		err = printJSON(term, map[string]any{"ok": sick == 0, "checks": list})
	} else {
		for _, s := range list {
			mark := "ok  "
			if !s.OK {
				mark = "MEND"
			}
			err = errors.Join(err, term.say("%s  %-12s %s", mark, s.Name, s.Detail))
			if s.Remedy != "" {
				err = errors.Join(err, term.say("                   %s", s.Remedy))
			}
		}
	}
	if sick > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d checks want mending", sick, len(list)))
	}
	return err
}

// leastFree is the free disk space below which work may stop half way.
const leastFree = 1 << 30

func (a *app) examine(ctx context.Context) (out []symptom, err error) {
	add := func(name string, ok bool, remedy, format string, args ...any) {
		s := symptom{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)}
		if !ok {
			s.Remedy = remedy
		}
		out = append(out, s)
	}
	free, err := blob.Free(a.cli.Data)
	if err != nil {
		return nil, fmt.Errorf("look at the disk: %w", err)
	}
	add("disk", free > leastFree, "Free some space, or move the data folder.", "%d MB free, %d MB used by the data folder", free>>20, folderSize(a.cli.Data)>>20)
	probe := filepath.Join(a.cli.Data, ".probe")
	err = errors.Join(os.WriteFile(probe, nil, 0o600), os.Remove(probe))
	add("folder", err == nil, "Give the user that runs almanac the right to write there.", "data folder is writable")
	head, err := a.history.Head(ctx)
	if err != nil {
		return nil, err
	}
	behind, err := a.projector.Behind(ctx)
	if err != nil {
		return nil, err
	}
	add("record", true, "", "%d facts", head)
	add("state", behind == 0, "Run `almanac replay`, or let `almanac serve` catch up.", "%d facts behind the record", behind)
	_, built := web.Files()
	add("dashboard", built, "Build with `make build`.", "built in: %v", built)
	shops, err := a.shops.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range shops {
		add("shop "+s.ID, s.Currency != "" || head == 0, "Set the currency in Settings, or import orders.", "currency %s (%s), time zone %s, mode %s", s.Currency, s.CurrencyBasis, s.TimeZone, s.Mode)
	}
	return out, nil
}
