package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"almanac/history"
	"almanac/state/identity"
)

type eraseCmd struct {
	Customer string `arg:"" help:"Customer id, or another identifier as kind:value (visitor:…, email:…, phone:…)."`
	Only     bool   `help:"Erase this identifier only, not the others of the same person."`
}

// Run forgets a person.
func (c *eraseCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "erase")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	s, err := a.shop(ctx)
	if err != nil {
		return err
	}
	if err := a.projector.CatchUp(ctx, nil); err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	e, err := a.erase(ctx, s.ID, "command line", c.Customer, c.Only, tell)
	if err != nil {
		return err
	}
	done()
	if term.json {
		return printJSON(term, e)
	}
	return term.say("Erased: %d facts are gone, %d orders and reviews are kept without the person, %d segments were written anew. State was rebuilt.\nTrain again (almanac train), so that no model rests on what is gone.",
		e.Gone, e.Nameless, e.Segments)
}

// erase forgets a person: everything that identity joins with the identifier, unless only is set. State is
// rebuilt from what is left of the record. The audit trail says that it was done, not to whom.
func (a *app) erase(ctx context.Context, shop, actor, id string, only bool, tell progress) (e history.Erased, err error) {
	node := identity.Node(id)
	if kind, _, ok := strings.Cut(id, ":"); !ok || !slices.Contains([]string{"customer", "visitor", "email", "phone"}, kind) {
		node = identity.Node("customer:" + id)
	}
	nodes := []identity.Node{node}
	if !only {
		p, err := a.views.Identity.Person(ctx, shop, node)
		if err != nil {
			return e, err
		}
		for _, m := range p.Members {
			if m.Node != node {
				nodes = append(nodes, m.Node)
			}
		}
	}
	var who []history.Identifier
	var customers []string
	for _, n := range nodes {
		kind, value, _ := strings.Cut(string(n), ":")
		who = append(who, history.Identifier{Kind: kind, Value: value})
		if kind == "customer" {
			customers = append(customers, value)
		}
	}
	if e, err = a.history.Erase(ctx, shop, who, func(done, total int64) { tell("Erasing", done, total) }); err != nil {
		return e, err
	}
	if _, err := a.decisions.Forget(ctx, shop, customers); err != nil {
		return e, err
	}
	if err := a.decisions.Record(ctx, shop, actor, "erasure", fmt.Sprintf("a person with %d identifiers was forgotten: %d facts gone, %d without the person", len(who), e.Gone, e.Nameless)); err != nil {
		return e, err
	}
	return e, a.projector.Rebuild(ctx, func(done, total int64) { tell("Rebuilding state", done, total) })
}
