package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"almanac/program/onsite"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/storefront/rules"
	"almanac/serve/wire"
	"almanac/shop"
)

// ruling declares how merchants say what their pages should show.
func (s *Server) ruling() {
	const tag, path = "Recommendations", "/api/recommendations/rules"
	type body struct{ Body wire.RuleBody }
	type one struct {
		ByID
		Body wire.RuleBody
	}
	call(s, route{http.MethodGet, path, auth.Viewer, true}, "The rules of what pages show", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.RuleList], error) {
			if s.OnSiteRules == nil {
				return nil, notReady("rules for recommendations")
			}
			v, err := s.ruleList(ctx, c.Shop)
			return out(v), err
		})
	call(s, route{http.MethodPost, path, auth.Approver, true}, "Add a rule; the next answer heeds it", tag,
		func(ctx context.Context, c caller, in *body) (*Out[wire.Rule], error) {
			return s.rule(ctx, c, "added", func(ctx context.Context) (rules.Kept, error) {
				r, err := ruleOf(in.Body, c.Shop)
				if err != nil {
					return rules.Kept{}, err
				}
				return s.OnSiteRules.Add(ctx, c.Shop.ID, r)
			})
		})
	call(s, route{http.MethodPut, path + "/{id}", auth.Approver, true}, "Replace a rule", tag,
		func(ctx context.Context, c caller, in *one) (*Out[wire.Rule], error) {
			return s.rule(ctx, c, "changed", func(ctx context.Context) (rules.Kept, error) {
				r, err := ruleOf(in.Body, c.Shop)
				if err != nil {
					return rules.Kept{}, err
				}
				_, is, err := s.OnSiteRules.Change(ctx, c.Shop.ID, in.ID, r)
				return is, err
			})
		})
	call(s, route{http.MethodDelete, path + "/{id}", auth.Approver, true}, "Remove a rule", tag,
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.Rule], error) {
			return s.rule(ctx, c, "removed", func(ctx context.Context) (rules.Kept, error) {
				return s.OnSiteRules.Delete(ctx, c.Shop.ID, in.ID)
			})
		})
}

// rule does something to one rule, writes it into the audit trail, and lets the shop's pages heed it at once.
func (s *Server) rule(ctx context.Context, c caller, verb string, do func(context.Context) (rules.Kept, error)) (*Out[wire.Rule], error) {
	if s.OnSiteRules == nil {
		return nil, notReady("rules for recommendations")
	}
	ctx = context.WithoutCancel(ctx) // what was written must be heeded, also where the browser has gone
	k, err := do(ctx)
	if err != nil {
		return nil, badRule(err)
	}
	s.record(ctx, c, "recommendation rule "+verb, ruleText(k.Rule))
	if err := s.shelf.Heed(ctx, c.Shop.ID); err != nil {
		return nil, err
	}
	s.hub.send(c.Shop.ID, "changed", wire.Changed{Topics: []string{"recommendations"}})
	v, err := s.wireRules(ctx, c.Shop, []rules.Kept{k})
	if err != nil {
		return nil, err
	}
	return out(v[0]), nil
}

// badRule says what is wrong with each field.
func badRule(err error) error {
	var bad *onsite.BadRule
	if errors.As(err, &bad) {
		p := problem.Invalid("The rule cannot be: "+bad.Error()+".", bad.Remedy())
		for _, f := range bad.Faults {
			p.With(problem.Fault{Location: "body." + f.Field, Message: f.Wrong + ". " + f.Do})
		}
		return p.Because(err)
	}
	return err
}

// ruleText is a rule in one line, for the audit trail.
func ruleText(r onsite.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", cmp.Or(r.Name, "unnamed"), r.Deed, fewOf(r.SKUs, r.Categories, r.Brands))
	if r.Deed == onsite.Pin {
		fmt.Fprintf(&b, ", place %d", r.Position)
	}
	if r.Factor != 0 {
		fmt.Fprintf(&b, ", factor %g", r.Factor)
	}
	if len(r.Placements) > 0 {
		b.WriteString(", on " + strings.Join(r.Placements, ", "))
	}
	if !r.From.IsZero() {
		b.WriteString(", from " + r.From.UTC().Format(time.RFC3339))
	}
	if !r.Until.IsZero() {
		b.WriteString(", until " + r.Until.UTC().Format(time.RFC3339))
	}
	return b.String()
}

// fewOf names the first few of what a rule is about.
func fewOf(lists ...[]string) string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	if len(all) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:3], ", "), len(all)-3)
	}
	return strings.Join(all, ", ")
}

// ruleList tells the rules of the settings first, as the engine takes them.
func (s *Server) ruleList(ctx context.Context, sh shop.Shop) (wire.RuleList, error) {
	v := wire.RuleList{TimeZone: sh.TimeZone, Most: rules.Most}
	kept, err := s.OnSiteRules.List(ctx, sh.ID)
	if err != nil {
		return v, err
	}
	var all []rules.Kept
	for _, r := range s.OnSite.Rules {
		all = append(all, rules.Kept{Rule: r})
	}
	v.Items, err = s.wireRules(ctx, sh, append(all, kept...))
	return v, err
}

// wireRules shows rules with how many products each speaks of.
func (s *Server) wireRules(ctx context.Context, sh shop.Shop, kept []rules.Kept) ([]wire.Rule, error) {
	plain := make([]onsite.Rule, len(kept))
	for i, k := range kept {
		plain[i] = k.Rule
	}
	reach, err := s.shelf.Reach(ctx, sh.ID, plain)
	if err != nil {
		return nil, err
	}
	out := make([]wire.Rule, len(kept))
	for i, k := range kept {
		r := k.Rule
		out[i] = wire.Rule{ID: k.ID, Fixed: k.ID == "", State: "running", Reach: &reach[i], RuleBody: wire.RuleBody{Name: r.Name, Deed: string(r.Deed),
			Placements: r.Placements, SKUs: r.SKUs, Categories: r.Categories, Brands: r.Brands, Position: r.Position, Factor: r.Factor,
			From: shopTime(r.From, sh), Until: shopTime(r.Until, sh)}}
		if now := s.Now(); !r.Running(now) {
			out[i].State = "waiting"
			if !r.Until.IsZero() && !now.Before(r.Until) {
				out[i].State = "over"
			}
		}
		if !k.Changed.IsZero() {
			at := k.Changed.UTC()
			out[i].Changed = &at
		}
	}
	return out, nil
}

const clockText = "2006-01-02T15:04"

func shopTime(t time.Time, sh shop.Shop) string {
	if t.IsZero() {
		return ""
	}
	return t.In(sh.Location()).Format(clockText)
}

// ruleOf reads a rule. Its times may be in the shop's time, or tell their own zone.
func ruleOf(b wire.RuleBody, sh shop.Shop) (onsite.Rule, error) {
	r := onsite.Rule{Name: strings.TrimSpace(b.Name), Deed: onsite.Deed(b.Deed), Placements: b.Placements, SKUs: trimmed(b.SKUs), Categories: trimmed(b.Categories),
		Brands: trimmed(b.Brands), Position: b.Position, Factor: b.Factor}
	var err error
	if r.From, err = readTime("from", b.From, sh); err != nil {
		return r, err
	}
	r.Until, err = readTime("until", b.Until, sh)
	return r, err
}

func readTime(field, text string, sh shop.Shop) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{clockText, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, sh.Location()); err == nil {
			return sane(field, t)
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, problem.Invalid("The time under “"+field+"” cannot be read.", "Write it like 2026-05-01T09:00, in the shop's time.",
			problem.Fault{Location: "body." + field, Message: "is not a time. Write it like 2026-05-01T09:00."})
	}
	return sane(field, t)
}

// sane refuses years that no rule means, and that microseconds since 1970 cannot all hold.
func sane(field string, t time.Time) (time.Time, error) {
	if t.Year() < 2000 || t.Year() > 2200 {
		return t, problem.Invalid("The time under “"+field+"” is too far away.", "Use a year from 2000 to 2200.",
			problem.Fault{Location: "body." + field, Message: "is not between the years 2000 and 2200."})
	}
	return t.UTC(), nil
}

func trimmed(texts []string) (out []string) {
	for _, t := range texts {
		out = append(out, strings.TrimSpace(t))
	}
	return out
}
