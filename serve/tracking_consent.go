package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"

	"almanac/fact"
	"almanac/ingest/consent"
	"almanac/ingest/track"
	"almanac/serve/doors"
)

// people are those whom the events of one call are about: what they chose before, and what they say now.
type people struct {
	chose map[string]consent.Choice // "visitor:x", "customer:y" → what holds so far
	said  map[string]consent.Choice // what is new
	told  bool                      // whether the event in hand says anything about consent
}

// meet reads what the people of some events chose before.
func (p *people) meet(ctx context.Context, s *doors.Store, in *intake, events []track.Message) error {
	if any, err := s.AnyChose(ctx, in.door.Shop); err != nil || !any {
		return err
	}
	seen := make(map[string]bool, len(events))
	var ids []string
	for i := range events {
		for _, id := range subjects(&events[i]) {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	var err error
	p.chose, err = s.Choices(ctx, in.door.Shop, ids)
	return err
}

func subjects(m *track.Message) (ids []string) {
	if m.Anonymous != "" {
		ids = append(ids, "visitor:"+m.Anonymous)
	}
	if m.User != "" {
		ids = append(ids, "customer:"+m.User)
	}
	return ids
}

// preference reports whether an event does nothing but tell of consent.
func preference(m *track.Message) bool {
	return m.Event == "Segment Consent Preference Updated" || m.Event == "Consent Preference Updated"
}

// choice is what holds for an event: what it says itself, and where it is silent what its people said
// before. What is said for the first time becomes a consent.changed fact, of the browser and of the profile
// that the browser is linked with.
func (p *people) choice(ctx context.Context, s *doors.Store, in *intake, m *track.Message) (consent.Choice, error) {
	policy := in.rules.Policy
	said, origin := in.said(m)
	p.told = len(said) > 0
	if len(said) == 0 && len(p.chose) == 0 {
		return nil, nil
	}
	ids := subjects(m)
	holds := p.holds(m, said)
	if m.Anonymous != "" && m.User != "" { // what the browser refused holds for whom it turns out to be
		p.note("customer:"+m.User, refusals(p.chose["visitor:"+m.Anonymous]), in, m, origin)
	}
	if len(said) == 0 {
		return holds, nil
	}
	news := m.Anonymous != "" && said.Adds(p.chose["visitor:"+m.Anonymous])
	for _, id := range ids {
		p.note(id, said, in, m, origin)
	}
	if origin != "GPC" || !news {
		return holds, nil
	}
	linked, err := s.Linked(ctx, in.door.Shop, m.Anonymous)
	for _, c := range linked {
		if c != m.User {
			p.note("customer:"+c, policy.Opposed(), in, m, origin)
		}
	}
	return holds, err
}

// said is what an event tells of consent, and how it does.
func (in *intake) said(m *track.Message) (said consent.Choice, origin string) {
	said, origin = in.rules.Policy.Said(m.Context.Consent), "event"
	if preference(m) {
		origin = "banner"
	}
	if in.gpc || m.Context.GPC {
		said, origin = in.rules.Policy.Opposed().Over(said), "GPC"
	}
	return said, origin
}

// holds is what is said now, and what was chosen before of what is not spoken of.
func (p *people) holds(m *track.Message, said consent.Choice) consent.Choice {
	var before consent.Choice
	for _, id := range subjects(m) {
		before = before.And(p.chose[id])
	}
	return said.Over(before)
}

// note makes a fact of what somebody says, where they had not said it before.
func (p *people) note(id string, said consent.Choice, in *intake, m *track.Message, origin string) {
	if len(said) == 0 || !said.Adds(p.chose[id]) {
		return
	}
	c := &fact.Consent{Purposes: said.Text(), Origin: origin}
	if visitor, is := strings.CutPrefix(id, "visitor:"); is {
		c.Visitor = visitor
	} else {
		c.Customer = strings.TrimPrefix(id, "customer:")
	}
	sum := sha256.Sum256([]byte(m.ID + "\x00" + id))
	f := fact.Fact{Shop: in.door.Shop, Source: in.door.Source, Kind: fact.ConsentChanged, ID: "consent-" + hex.EncodeToString(sum[:16]),
		OccurredAt: in.door.ReceivedAt, ReceivedAt: in.door.ReceivedAt, Body: c}
	if f.Validate() != nil { // an id that no fact can hold; the event itself was checked and has its reason
		return
	}
	in.facts = append(in.facts, f)
	if p.chose == nil {
		p.chose = map[string]consent.Choice{}
	}
	if p.said == nil {
		p.said = map[string]consent.Choice{}
	}
	p.said[id] = said.Over(p.said[id])
	p.chose[id] = said.Over(p.chose[id])
}

func refusals(c consent.Choice) consent.Choice {
	out := maps.Clone(c)
	maps.DeleteFunc(out, func(_ consent.Purpose, yes bool) bool { return yes })
	return out
}
