package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"almanac/fact"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/state/identity"
)

// persons declares what is known of a customer's identity, and the joining and parting of identifiers. A
// decision is a fact like any other: it is recorded, can be taken back, and survives a replay.
func (s *Server) persons() {
	type one struct {
		ID string `path:"id" maxLength:"512"`
	}
	call(s, route{http.MethodGet, "/api/customers/{id}/identity", auth.Viewer, true}, "The identifiers that belong to one person, and why", "Customers",
		func(ctx context.Context, c caller, in *one) (*Out[wire.Identity], error) {
			if s.Views.Identity == nil {
				return nil, notReady("identity")
			}
			n := identity.Node(in.ID)
			if !strings.Contains(in.ID, ":") {
				n = identity.Node("customer:" + in.ID)
			}
			p, err := s.Views.Identity.Person(ctx, c.Shop.ID, n)
			if err != nil {
				return nil, err
			}
			return out(personOut(p)), nil
		})
	for verb, cut := range map[string]bool{"merge": false, "split": true} {
		summary := "Say that two identifiers belong to one person"
		if cut {
			summary = "Say that two identifiers do not belong to one person; what was before they were joined comes back"
		}
		call(s, route{http.MethodPost, "/api/identity/" + verb, auth.Operator, true}, summary, "Customers",
			func(ctx context.Context, c caller, in *struct{ Body wire.IdentityDecision }) (*Out[wire.IdentityDecision], error) {
				return out(in.Body), s.decideIdentity(context.WithoutCancel(ctx), c, in.Body, cut)
			})
	}
}

func personOut(p identity.Person) wire.Identity {
	v := wire.Identity{Person: string(p.Canonical), Identifiers: []wire.Identifier{}, Links: []wire.IdentityLink{}}
	for _, m := range p.Members {
		v.Identifiers = append(v.Identifiers, wire.Identifier{Node: string(m.Node), FirstSeen: sqldb.Time(m.First), Shared: m.Shared})
	}
	for _, l := range p.Links {
		v.Links = append(v.Links, wire.IdentityLink{A: string(l.A), B: string(l.B), At: sqldb.Time(l.At), Source: l.Source, Cut: l.Cut})
	}
	return v
}

// decideIdentity records what a person decided about two identifiers.
func (s *Server) decideIdentity(ctx context.Context, c caller, d wire.IdentityDecision, cut bool) error {
	now := s.Now().UTC()
	sum := sha256.Sum256([]byte(d.A + "\x00" + d.B + "\x00" + now.String()))
	f := fact.Fact{Shop: c.Shop.ID, Source: "almanac:people", ID: "identity-" + hex.EncodeToString(sum[:8]), Kind: fact.IdentityLinked, OccurredAt: now,
		Body: &fact.Link{A: d.A, B: d.B, Cut: cut, Reason: identity.Decided}}
	if err := f.Validate(); err != nil {
		return problem.Invalid(err.Error(), "Name two different identifiers, each as kind:value.")
	}
	if !identity.Known(d.A) || !identity.Known(d.B) {
		return problem.Invalid("An identifier names nobody.", "Write kind:value with kind customer, visitor, email or phone, and a value that is one person's.")
	}
	_, err := s.History.Append(ctx, []fact.Fact{f})
	return err
}
