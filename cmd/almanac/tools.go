package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"almanac/history"
	"almanac/ingest"
	"almanac/serve"
	"almanac/serve/auth"
)

func (c *replayCmd) quarantine(ctx context.Context, a *app, term *terminal, tell progress) error {
	s, err := a.shop(ctx)
	if err != nil {
		return err
	}
	var m ingest.Mapping
	if c.Mapping != "" {
		if m, err = ingest.LoadMapping(c.Mapping); err != nil {
			return explain(err)
		}
	}
	o := ingest.Options{Shop: s.ID, ShopCurrency: s.Currency, ShopTimeZone: s.TimeZone}
	run, err := a.importer.Replay(ctx, o, history.QuarantineFilter{Reason: c.Reason}, m, func(done, total int64) { tell("Trying again", done, total) })
	if err != nil {
		return explain(err)
	}
	if err := a.projector.CatchUp(ctx, nil); err != nil {
		return err
	}
	if term.json {
		return printJSON(term, accountOf(run))
	}
	return sayAccount(term, run)
}

// verifyState folds the record into a scratch store and compares.
func (a *app) verifyState(ctx context.Context, tell progress) (err error) {
	dir, err := os.MkdirTemp(a.cli.Data, ".verify-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	rel, err := filepath.Rel(a.cli.Data, filepath.Join(dir, "state.db"))
	if err != nil {
		return err
	}
	db, scratch, err := a.openState(ctx, rel, "almanac_scratch")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Drop(context.WithoutCancel(ctx)), db.Close()) }()
	return a.projector.Verify(ctx, scratch, func(done, total int64) { tell("Folding the record anew", done, total) })
}

type exportCmd struct {
	What string `arg:"" help:"state, facts, quarantine, or everything as a zip archive." enum:"state,facts,quarantine,everything" default:"state"`
	Out  string `help:"File to write; standard output where none is named." type:"path"`
}

func (c *exportCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "export")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if c.What == "everything" {
		return a.everything(ctx, term, c.Out)
	}
	out := term.out
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("write %s: %w", c.Out, err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	w := bufio.NewWriterSize(out, 1<<16)
	switch c.What {
	case "facts":
		err = a.exportFacts(ctx, w)
	case "quarantine":
		err = a.exportQuarantine(ctx, w)
	default:
		if err = a.projector.CatchUp(ctx, nil); err == nil {
			err = a.projector.Export(ctx, w)
		}
	}
	return errors.Join(err, w.Flush())
}

func (a *app) exportFacts(ctx context.Context, w io.Writer) error {
	e := json.NewEncoder(w)
	for after := int64(0); ; {
		last, err := a.history.Read(ctx, after, 10_000, func(r history.Record) error {
			if r.Shop != a.cli.Shop {
				return nil
			}
			return e.Encode(r.Fact)
		})
		if err != nil || last == after {
			return err
		}
		after = last
	}
}

func (a *app) exportQuarantine(ctx context.Context, w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for after := int64(0); ; {
		rows, err := a.history.Quarantined(ctx, a.cli.Shop, history.QuarantineFilter{Status: "open"}, after, 1000)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, q := range rows {
			if err := e.Encode(map[string]any{"id": q.ID, "import": q.Import, "source": q.Source, "line": q.Line, "reason": q.Reason,
				"detail": q.Detail, "remedy": q.Remedy, "raw": q.Raw}); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].ID
	}
}

type keyCmd struct {
	Create keyCreate `cmd:"" help:"Make a key and print it once."`
	List   keyList   `cmd:"" help:"List the keys."`
	Delete keyDelete `cmd:"" help:"Take a key away."`
}

type keyCreate struct {
	Name string `arg:"" help:"What it is for."`
	Kind string `help:"write (storefront and tracking; may be public) or server (secret)." enum:"write,server" default:"write"`
}

func (c *keyCreate) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "key", func(a *app) error {
		k, secret, err := a.auth.CreateKey(ctx, root.Shop, c.Name, auth.Kind(c.Kind))
		if err != nil {
			return err
		}
		if term.json {
			return printJSON(term, map[string]string{"id": k.ID, "kind": c.Kind, "secret": secret})
		}
		return term.say("%s\nKeep it: it is not shown again.", secret)
	})
}

type keyList struct{}

func (keyList) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "key", func(a *app) error {
		keys, err := a.auth.Keys(ctx, root.Shop)
		if err != nil || term.json {
			return errors.Join(err, printJSON(term, keys))
		}
		for _, k := range keys {
			err = errors.Join(err, term.say("%s  %-6s  %s…  %s", k.ID, k.Kind, k.Prefix, k.Name))
		}
		return err
	})
}

type keyDelete struct {
	ID string `arg:"" help:"The key's id."`
}

func (c *keyDelete) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "key", func(a *app) error { return a.auth.DeleteKey(ctx, root.Shop, c.ID) })
}

type userCmd struct {
	Add  userAdd  `cmd:"" help:"Add a user and print a one-time sign-in link."`
	List userList `cmd:"" help:"List the users."`
	Link userLink `cmd:"" help:"Make a new one-time sign-in link."`
}

type userAdd struct {
	Email string `arg:"" help:"E-mail address."`
	Name  string `help:"Name."`
	Role  string `help:"viewer, operator, approver or admin." enum:"viewer,operator,approver,admin" default:"viewer"`
}

func (c *userAdd) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "user", func(a *app) error {
		u, link, err := a.auth.AddUser(ctx, c.Email, c.Name, auth.Role(c.Role), root.Shop)
		if err != nil {
			return err
		}
		return sayLink(term, u.ID, link)
	})
}

type userList struct{}

func (userList) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "user", func(a *app) error {
		users, err := a.auth.Users(ctx, root.Shop)
		if err != nil || term.json {
			return errors.Join(err, printJSON(term, users))
		}
		for _, u := range users {
			err = errors.Join(err, term.say("%s  %-8s  %s", u.ID, u.Role(root.Shop), u.Email))
		}
		return err
	})
}

type userLink struct {
	ID string `arg:"" help:"The user's id."`
}

func (c *userLink) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "user", func(a *app) error {
		link, err := a.auth.Link(ctx, c.ID)
		if err != nil {
			return err
		}
		return sayLink(term, c.ID, link)
	})
}

func sayLink(term *terminal, id, link string) error {
	if term.json {
		return printJSON(term, map[string]string{"id": id, "path": auth.LinkPath(link)})
	}
	return term.say("Open this path of your Almanac once, within 24 hours: %s", auth.LinkPath(link))
}

// withApp runs something with everything open, on a shop that exists.
func withApp(ctx context.Context, root *cli, term *terminal, what string, fn func(*app) error) (err error) {
	a, err := open(ctx, root, term, what)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if _, err := a.shop(ctx); err != nil {
		return err
	}
	return fn(a)
}

type openapiCmd struct{}

func (openapiCmd) Run(term *terminal) error {
	b, err := serve.OpenAPI()
	if err != nil {
		return err
	}
	_, err = term.out.Write(b)
	return err
}
