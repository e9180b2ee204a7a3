package serve

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"almanac/fact"
	"almanac/ingest/consent"
	"almanac/program/onsite"
	"almanac/serve/doors"
)

// exposures writes the lists that were shown to the record, many in one commit, without keeping a page waiting. Lists
// of visitors without an id are not written: nothing that follows could be told to come of them. Lists of those with one are held
// against their consent, as what they do is.
type exposures struct {
	s       *Server
	waiting chan exposed
	lost    atomic.Int64
}

// exposed is a list that was shown, and what the browser said with the question.
type exposed struct {
	fact fact.Fact
	gpc  bool
}

const (
	exposureRoom  = 8192
	exposureBatch = 1000
	exposurePause = 250 * time.Millisecond
	// exposureSource says who shows them.
	exposureSource = "almanac:onsite"
)

func newExposures(s *Server) *exposures {
	return &exposures{s: s, waiting: make(chan exposed, exposureRoom)}
}

// seen takes one list in. Where the record cannot follow, it is counted as lost rather than waited for.
func (x *exposures) seen(shop string, e onsite.Exposure) {
	if e.Visitor == "" {
		return
	}
	ext, err := json.Marshal(struct {
		Arm          string          `json:"arm"`
		Version      string          `json:"version,omitempty"`
		Propensities []float64       `json:"propensities"`
		Sources      []onsite.Source `json:"sources"`
	}{e.Arm, e.Version, e.Propensities, e.Sources})
	if err != nil {
		x.lost.Add(1)
		return
	}
	f := fact.Fact{Shop: shop, Source: exposureSource, ID: e.List, Kind: fact.RecommendationShown, OccurredAt: e.At.UTC(), ReceivedAt: e.At.UTC(),
		Body: &fact.ListView{Actor: fact.Actor{Visitor: e.Visitor}, List: e.List, Placement: e.Placement, SKUs: e.SKUs}, Ext: ext}
	if f.Validate() != nil { // one that cannot be recorded must not stop those that are recorded with it
		x.lost.Add(1)
		return
	}
	select {
	case x.waiting <- exposed{f, e.Opposed}:
	default:
		x.lost.Add(1)
	}
}

// run writes until ctx ends, and then what is left.
func (x *exposures) run(ctx context.Context) {
	tick := time.NewTicker(exposurePause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			x.write(context.WithoutCancel(ctx))
			return
		case <-tick.C:
			x.write(ctx)
		}
	}
}

func (x *exposures) write(ctx context.Context) {
	for {
		batch := make([]exposed, 0, exposureBatch)
	gather:
		for len(batch) < exposureBatch {
			select {
			case f := <-x.waiting:
				batch = append(batch, f)
			default:
				break gather
			}
		}
		if err := x.record(ctx, batch); err != nil {
			x.lost.Add(int64(len(batch)))
			x.s.Log.Warn("lists that were shown could not be recorded; what they earn will be told from the others", "lists", len(batch), "error", err)
		}
		if n := x.lost.Swap(0); n > 0 {
			x.s.metrics.events.WithLabelValues("exposure lost").Add(float64(n))
		}
		if len(batch) < exposureBatch {
			return
		}
	}
}

// record writes what of some lists may be kept.
func (x *exposures) record(ctx context.Context, batch []exposed) error {
	if len(batch) == 0 {
		return nil
	}
	facts := make([]fact.Fact, 0, len(batch))
	for i := range batch {
		keep, err := x.allowed(ctx, &batch[i])
		if err != nil {
			return err
		}
		if keep {
			facts = append(facts, batch[i].fact)
		}
	}
	_, err := x.s.History.Append(ctx, facts)
	return err
}

// allowed holds one list against the shop's policy and what its visitor chose, and takes the name off where that is refused.
func (x *exposures) allowed(ctx context.Context, e *exposed) (bool, error) {
	b, ok := e.fact.Body.(*fact.ListView)
	if !ok {
		return true, nil
	}
	rules, choice, err := x.s.chosen(ctx, e.fact.Shop, b.Visitor)
	if err != nil {
		return false, err
	}
	if e.gpc {
		choice = rules.Policy.Opposed().Over(choice)
	}
	verdict, purpose := rules.Policy.Judge(e.fact.Kind, choice)
	switch verdict {
	case consent.Refuse:
		x.s.Doors.Add(e.fact.Shop, exposureSource, doors.Dropped, string(purpose), 1)
		return false, nil
	case consent.Nameless:
		x.s.Doors.Add(e.fact.Shop, exposureSource, doors.Nameless, string(purpose), 1)
		consent.Strip(&e.fact)
	}
	return true, nil
}

// chosen is a shop's policy and what somebody chose who asks by an id, which may be a browser's or a customer's.
func (s *Server) chosen(ctx context.Context, shop, id string) (doors.Rules, consent.Choice, error) {
	rules, err := s.Doors.Rules(ctx, shop)
	if err != nil {
		return rules, nil, err
	}
	names := []string{"visitor:" + id, "customer:" + id}
	all, err := s.Doors.Choices(ctx, shop, names)
	return rules, all[names[0]].And(all[names[1]]), err
}

// knows says whether what is known of somebody may be used to choose what they see.
func (s *Server) knows(ctx context.Context, shop, id string) (bool, error) {
	rules, choice, err := s.chosen(ctx, shop, id)
	return rules.Policy.Allows(consent.Personalization, choice), err
}
