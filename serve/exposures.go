package serve

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"almanac/fact"
	"almanac/program/onsite"
)

// exposures writes the lists that were shown to the record, many in one commit, without keeping a page waiting. Lists
// of visitors without an id are not written: nothing that follows could be told to come of them.
type exposures struct {
	s       *Server
	waiting chan fact.Fact
	lost    atomic.Int64
}

const (
	exposureRoom  = 8192
	exposureBatch = 1000
	exposurePause = 250 * time.Millisecond
	// exposureSource says who shows them.
	exposureSource = "almanac:onsite"
)

func newExposures(s *Server) *exposures {
	return &exposures{s: s, waiting: make(chan fact.Fact, exposureRoom)}
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
	case x.waiting <- f:
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
		batch := make([]fact.Fact, 0, exposureBatch)
	gather:
		for len(batch) < exposureBatch {
			select {
			case f := <-x.waiting:
				batch = append(batch, f)
			default:
				break gather
			}
		}
		if len(batch) > 0 {
			if _, err := x.s.History.Append(ctx, batch); err != nil {
				x.lost.Add(int64(len(batch)))
				x.s.Log.Warn("lists that were shown could not be recorded; what they earn will be told from the others", "lists", len(batch), "error", err)
			}
		}
		if n := x.lost.Swap(0); n > 0 {
			x.s.metrics.events.WithLabelValues("exposure lost").Add(float64(n))
		}
		if len(batch) < exposureBatch {
			return
		}
	}
}
