package serve

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/ingest/consent"
	"almanac/ingest/plan"
	"almanac/ingest/track"
	"almanac/serve/doors"
)

// intake is what becomes of the events of one call.
type intake struct {
	door  track.Door
	gpc   bool // the browser sends Sec-GPC
	rules doors.Rules
	// recorded is when facts of events that came earlier are received; zero: when they came.
	recorded time.Time

	facts   []fact.Fact
	refused []history.Quarantined
	links   [][2]string // visitor, customer
	people  people
}

// intake reads events into facts, holds them against the shop's tracking plan and consent policy, and
// answers when what may be kept is on disk. One bad event is kept for a person to look at; it does not hold
// up the others.
func (s *Server) intake(ctx context.Context, in *intake, events []track.Message) error {
	if err := s.read(ctx, in, events); err != nil {
		return err
	}
	if _, err := s.commit(ctx, in); err != nil {
		return err
	}
	s.metrics.events.WithLabelValues("quarantined").Add(float64(len(in.refused)))
	return s.History.Quarantine(ctx, in.refused)
}

// read makes facts of events, as far as plan and consent let them in.
func (s *Server) read(ctx context.Context, in *intake, events []track.Message) (err error) {
	if in.rules, err = s.Doors.Rules(ctx, in.door.Shop); err != nil {
		return err
	}
	if err := in.people.meet(ctx, s.Doors, in, events); err != nil {
		return err
	}
	in.facts = make([]fact.Fact, 0, len(events))
	for i := range events {
		if err := s.event(ctx, in, &events[i]); err != nil {
			return err
		}
	}
	return nil
}

// commit records what was read, and what people said of consent.
func (s *Server) commit(ctx context.Context, in *intake) (history.Result, error) {
	work, ended := s.traces.record(ctx, len(in.facts))
	res, err := s.History.Append(work, in.facts)
	ended(res.Accepted, err)
	if err != nil {
		return res, err
	}
	s.traces.follow(ctx, res.Accepted, s.Now(), s.History.Head)
	s.shelf.Heard(in.door.Shop, accepted(in.facts, res.Outcomes))
	s.metrics.events.WithLabelValues("accepted").Add(float64(res.Accepted))
	s.metrics.events.WithLabelValues("duplicate").Add(float64(res.Duplicates))
	s.metrics.events.WithLabelValues("quarantined").Add(float64(res.Conflicts))
	// After the facts: a sender who gets no answer sends again, and finds them there already.
	if err := s.Doors.Link(ctx, in.door.Shop, in.links); err != nil {
		return res, err
	}
	return res, s.Doors.Choose(ctx, in.door.Shop, in.people.said)
}

// accepted are the facts that are new: what was told before has been heard.
func accepted(facts []fact.Fact, outcomes []history.Outcome) []fact.Fact {
	if !slices.ContainsFunc(outcomes, func(o history.Outcome) bool { return o != history.Accepted }) {
		return facts
	}
	out := make([]fact.Fact, 0, len(facts))
	for i, o := range outcomes {
		if o == history.Accepted {
			out = append(out, facts[i])
		}
	}
	return out
}

// event takes in one event.
func (s *Server) event(ctx context.Context, in *intake, m *track.Message) error {
	if !s.planned(in, m) {
		return nil
	}
	read, err := in.door.Facts(m)
	if err != nil {
		code, detail := track.Reason(err)
		s.refuse(in, m, code, detail, "Correct the sender and send the event again, or dismiss it.")
		return nil
	}
	choice, err := in.people.choice(ctx, s.Doors, in, m)
	if err != nil {
		return err
	}
	if in.people.told && preference(m) { // the consent fact says it
		return nil
	}
	if read.Unknown != "" {
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Unknown, read.Unknown, 1)
	}
	if read.Capped {
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Future, nameOf(m), 1)
	}
	for i := range read.Facts {
		s.retain(in, &read.Facts[i], choice)
	}
	return nil
}

// retain puts a fact among those to record, as far as consent goes.
func (s *Server) retain(in *intake, f *fact.Fact, choice consent.Choice) {
	verdict, purpose := in.rules.Policy.Judge(f.Kind, choice)
	switch verdict {
	case consent.Refuse:
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Dropped, string(purpose), 1)
		s.metrics.events.WithLabelValues("dropped").Inc()
		return
	case consent.Nameless:
		consent.Strip(f)
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Nameless, string(purpose), 1)
	}
	if l, ok := f.Body.(*fact.Link); ok && !l.Cut {
		if pair, ok := linkOf(l); ok {
			in.links = append(in.links, pair)
		}
	}
	if !in.recorded.IsZero() {
		f.ReceivedAt = in.recorded
	}
	in.facts = append(in.facts, *f)
}

// planned holds an event against the tracking plan and reports whether it may come in.
func (s *Server) planned(in *intake, m *track.Message) bool {
	if in.rules.Check.Empty() || m.Type != "track" && m.Type != "" || preference(m) {
		return true
	}
	faults, mode := in.rules.Check.Check(m.Event, m.Properties)
	if len(faults) == 0 {
		return true
	}
	s.Doors.Add(in.door.Shop, in.door.Source, doors.Violation, nameOf(m), 1)
	if mode != plan.Block {
		return true
	}
	s.Doors.Add(in.door.Shop, in.door.Source, doors.Blocked, nameOf(m), 1)
	var why strings.Builder
	for i, f := range faults {
		if i > 0 {
			why.WriteString("; ")
		}
		if f.Path == "" {
			why.WriteString(f.Message)
		} else {
			fmt.Fprintf(&why, "%s: %s (schema %s)", first(f.Place, "/"), f.Message, f.Path)
		}
	}
	s.refuse(in, m, "plan_violation", why.String(), "Correct the sender, or change the tracking plan and send the event again.")
	return false
}

// refuse puts an event into quarantine, whole where it may be kept. Of people who may not be tracked nothing
// is kept there either.
func (s *Server) refuse(in *intake, m *track.Message, code, detail, remedy string) {
	said, _ := in.said(m)
	verdict, purpose := in.rules.Policy.Judge(fact.EventTracked, in.people.holds(m, said))
	raw := whole(m)
	switch verdict {
	case consent.Refuse:
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Dropped, string(purpose), 1)
		s.metrics.events.WithLabelValues("dropped").Inc()
		return
	case consent.Nameless:
		s.Doors.Add(in.door.Shop, in.door.Source, doors.Nameless, string(purpose), 1)
		raw = ""
	}
	in.refused = append(in.refused, history.Quarantined{Shop: in.door.Shop, Source: in.door.Source, Reason: code, Detail: detail, Remedy: remedy, Raw: raw})
}

// nameOf is what an event is listed by.
func nameOf(m *track.Message) string {
	name := first(m.Event, m.Type)
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "") + "…"
	}
	return strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "\uFFFD")
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// linkOf reads visitor and customer out of an edge of the identity graph.
func linkOf(l *fact.Link) (pair [2]string, ok bool) {
	for _, end := range []string{l.A, l.B} {
		if v, is := strings.CutPrefix(end, "visitor:"); is {
			pair[0] = v
		}
		if c, is := strings.CutPrefix(end, "customer:"); is {
			pair[1] = c
		}
	}
	return pair, pair[0] != "" && pair[1] != ""
}
