package serve

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/history"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/shop"
)

// Taken says what a takeout holds: rows by file.
type Taken struct {
	Shop    string           `json:"shop"`
	Version string           `json:"version"`
	MadeAt  time.Time        `json:"made_at"`
	Rows    map[string]int64 `json:"rows"`
}

// takeoutReadme stands in every takeout, so that it can be read where nobody has this program.
const takeoutReadme = `Everything that Almanac keeps of one shop. Files that end in .jsonl hold one JSON object a line, in UTF-8.

facts.jsonl        what happened, in the order in which it was recorded. "kind" says what, "id" and "source" who told it,
                   "occurred_at" and "received_at" when (RFC 3339, UTC), "body" the rest. Almanac imports this file again:
                   almanac import facts.jsonl
state/TABLE.jsonl  what was worked out from the facts: products, prices, orders, stock, customers, identity, visits. A table can
                   be made again from the facts. Fields that end in _us are microseconds since 1970-01-01 UTC, "day" is
                   days since 1970-01-01 in the shop's time zone.
decisions.jsonl    proposals, with their reasons, guardrails and what became of them
audit.jsonl        who did what, newest first; each entry carries the hash of the one before
imports.jsonl      the files that were read, with the account of every line
quarantine.jsonl   lines that could not become facts, as they came, with the reason
models.jsonl       what answers each question about the future, and how well it did beside its baseline
settings.json      the shop's settings: name, currency, time zone, mode, and what its tracking doors let in
manifest.json      rows by file

Money is in minor units of the currency named beside it (1999 EUR is 19.99 €, 1999 JPY is 1999 ¥). It holds personal data: keep it as
safe as the shop's own. Passwords, keys and the installation's secret are not in it.
`

// Takeout writes everything that is kept of a shop as a zip archive.
func (s *Server) Takeout(ctx context.Context, sh shop.Shop, w io.Writer) (Taken, error) {
	t := &takeout{s: s, shop: sh, zip: zip.NewWriter(w), taken: Taken{Shop: sh.ID, Version: s.Version, MadeAt: s.Now().UTC(), Rows: map[string]int64{}}}
	f, err := t.create("README.txt")
	if err != nil {
		return t.taken, err
	}
	if _, err := io.WriteString(f, takeoutReadme); err != nil {
		return t.taken, err
	}
	for _, part := range []func(context.Context) error{t.facts, t.state, t.decisions, t.audit, t.imports, t.quarantine, t.models, t.settings} {
		if err := part(ctx); err != nil {
			return t.taken, err
		}
	}
	if err := t.document("manifest.json", t.taken); err != nil {
		return t.taken, err
	}
	return t.taken, t.zip.Close()
}

type takeout struct {
	s     *Server
	shop  shop.Shop
	zip   *zip.Writer
	taken Taken
}

func (t *takeout) create(name string) (io.Writer, error) {
	f, err := t.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: t.taken.MadeAt})
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return f, nil
}

// lines begins a file of JSON lines and returns how to add one.
func (t *takeout) lines(name string) (add func(any) error, err error) {
	f, err := t.create(name)
	if err != nil {
		return nil, err
	}
	e := json.NewEncoder(f)
	e.SetEscapeHTML(false)
	t.taken.Rows[name] = 0
	return func(v any) error {
		t.taken.Rows[name]++
		return e.Encode(v)
	}, nil
}

func (t *takeout) document(name string, v any) error {
	f, err := t.create(name)
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

func (t *takeout) facts(ctx context.Context) error {
	add, err := t.lines("facts.jsonl")
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		last, err := t.s.History.Read(ctx, after, 10_000, func(r history.Record) error {
			if r.Shop != t.shop.ID {
				return nil
			}
			return add(r.Fact)
		})
		if err != nil || last == after {
			return err
		}
		after = last
	}
}

// counted counts the lines that pass.
type counted struct {
	to io.Writer
	n  int64
}

func (c *counted) Write(b []byte) (int, error) {
	for _, x := range b {
		if x == '\n' {
			c.n++
		}
	}
	return c.to.Write(b)
}

func (t *takeout) state(ctx context.Context) error {
	if t.s.ExportState == nil {
		return notReady("state")
	}
	files := map[string]*counted{}
	err := t.s.ExportState(ctx, t.shop.ID, func(table string) (io.Writer, error) {
		name := "state/" + table + ".jsonl"
		f, err := t.create(name)
		if err != nil {
			return nil, err
		}
		files[name] = &counted{to: f}
		return files[name], nil
	})
	for name, f := range files {
		t.taken.Rows[name] = f.n
	}
	return err
}

// step is how many rows are asked for at once.
const step = 1000

func (t *takeout) decisions(ctx context.Context) error {
	add, err := t.lines("decisions.jsonl")
	if err != nil || t.s.Decisions == nil {
		return err
	}
	seen := map[string]bool{}
	for offset := 0; ; offset += step {
		list, err := t.s.Decisions.List(ctx, t.shop.ID, DecisionQuery{Limit: step, Offset: offset})
		if err != nil || len(list.Items) == 0 {
			return err
		}
		for _, v := range list.Items {
			if seen[v.ID] { // it moved in the list meanwhile
				continue
			}
			seen[v.ID] = true
			d, ok, err := t.s.Decisions.Get(ctx, t.shop.ID, v.ID)
			if err != nil {
				return err
			}
			if ok {
				if err := add(d); err != nil {
					return err
				}
			}
		}
	}
}

func (t *takeout) audit(ctx context.Context) error {
	add, err := t.lines("audit.jsonl")
	if err != nil || t.s.Decisions == nil {
		return err
	}
	for offset := 0; ; offset += step {
		list, err := t.s.Decisions.Audit(ctx, t.shop.ID, "", step, offset)
		if err != nil || len(list.Items) == 0 {
			return err
		}
		for _, v := range list.Items {
			if err := add(v); err != nil {
				return err
			}
		}
	}
}

func (t *takeout) imports(ctx context.Context) error {
	add, err := t.lines("imports.jsonl")
	if err != nil {
		return err
	}
	runs, err := t.s.History.Imports(ctx, t.shop.ID, 1_000_000)
	for _, r := range runs {
		if err := add(r); err != nil {
			return err
		}
	}
	return err
}

func (t *takeout) quarantine(ctx context.Context) error {
	add, err := t.lines("quarantine.jsonl")
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		rows, err := t.s.History.Quarantined(ctx, t.shop.ID, history.QuarantineFilter{}, after, step)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, q := range rows {
			after = q.ID
			if err := add(map[string]any{"id": q.ID, "import": q.Import, "source": q.Source, "line": q.Line, "reason": q.Reason, "detail": q.Detail,
				"remedy": q.Remedy, "raw": q.Raw, "at": q.At, "status": q.Status}); err != nil {
				return err
			}
		}
	}
}

func (t *takeout) models(ctx context.Context) error {
	add, err := t.lines("models.jsonl")
	if err != nil {
		return err
	}
	list, err := t.s.reads.Models(ctx, t.shop)
	for _, m := range list.Items {
		if err := add(m); err != nil {
			return err
		}
	}
	return err
}

func (t *takeout) settings(ctx context.Context) error {
	settings := map[string]any{"shop": map[string]any{"id": t.shop.ID, "name": t.shop.Name, "currency": t.shop.Currency,
		"currency_basis": string(t.shop.CurrencyBasis), "time_zone": t.shop.TimeZone, "mode": t.shop.Mode, "modes": t.shop.Modes}}
	if t.s.Doors != nil {
		rules, err := t.s.Doors.Rules(ctx, t.shop.ID)
		if err != nil {
			return err
		}
		settings["consent"], settings["plan"] = rules.Policy, rules.Plan
	}
	return t.document("settings.json", settings)
}

// takeout declares the download of everything. It is written as it is read, so memory does not grow with the shop.
func (s *Server) takeout() {
	rt := route{http.MethodGet, "/api/export", auth.Admin, true}
	o := s.operation(rt, "Everything that is kept of the shop, as a zip archive that is readable without Almanac", "Data", http.StatusOK)
	o.Responses["200"] = &huma.Response{Description: "A zip archive; README.txt in it says what the files hold",
		Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	admit := s.admit(rt)
	s.mux.HandleFunc(rt.Method+" "+rt.Path, func(w http.ResponseWriter, r *http.Request) {
		admit(humago.NewContext(&o, r, w), func(h huma.Context) {
			ctx := h.Context()
			c := callerOf(ctx)
			if s.ExportState == nil {
				problem.Write(w, s.problem(ctx, notReady("exports")))
				return
			}
			s.record(ctx, c, "everything exported", "shop "+c.Shop.ID)
			w.Header().Set("Content-Type", "application/zip")
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="almanac-%s-%s.zip"`, c.Shop.ID, s.Now().UTC().Format(time.DateOnly)))
			_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // it may take long; where there are no deadlines there is none to lift
			taken, err := s.Takeout(ctx, c.Shop, w)
			if err != nil {
				s.Log.ErrorContext(ctx, "an export broke off", "id", requestID(ctx), "shop", c.Shop.ID, "error", err)
				panic(http.ErrAbortHandler) // the receiver must not take half of it for the whole
			}
			s.Log.InfoContext(ctx, "exported everything", "shop", c.Shop.ID, "files", len(slices.Collect(maps.Keys(taken.Rows))))
		})
	})
	s.api.OpenAPI().AddOperation(&o)
}
