package decide_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/decide"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// legal are the steps that a decision may take; "" is where it begins.
var legal = map[decide.Status][]decide.Status{
	"":              {decide.Proposed, decide.Shadow, decide.HeldOut},
	decide.Proposed: {decide.Approved, decide.Rejected, decide.Expired, decide.Superseded},
	decide.Approved: {decide.Applied, decide.Failed, decide.Proposed},
	decide.Rejected: {decide.Proposed},
}

// steps are the events that tell of a change of status; the others tell of deliveries.
var steps = []decide.Status{decide.Proposed, decide.Approved, decide.Applied, decide.Failed, decide.Rejected, decide.Expired, decide.Superseded, decide.HeldOut, decide.Shadow}

func TestWhateverHappensDecisionsStayLawful(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open() // one for all histories; each has a shop of its own
		history := 0
		rapid.Check(t, func(rt *rapid.T) {
			history++
			file, hook := &channel{name: "file"}, &channel{name: "webhook"}
			s := &story{world: newWorld(rt, t.Context(), db, decide.Options{Salt: "pepper", Holdout: 0.2, Actuators: []decide.Actuator{file, hook}}),
				shop: fmt.Sprintf("shop-%d", history), hook: hook, file: file}
			rt.Repeat(map[string]func(*rapid.T){
				"propose": s.round,
				"approve": s.judge(func(ids []string) ([]decide.Result, error) { return s.Approve(s.ctx, s.shop, "user:ann", ids, "") }),
				"reject":  s.judge(func(ids []string) ([]decide.Result, error) { return s.Reject(s.ctx, s.shop, "user:ann", ids, "no") }),
				"undo":    s.judge(func(ids []string) ([]decide.Result, error) { return s.Undo(s.ctx, s.shop, "user:bob", ids) }),
				"time": func(rt *rapid.T) {
					s.pass(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 3 * 24 * time.Hour}).Draw(rt, "time"))
				},
				"weather": func(rt *rapid.T) {
					hook.fails = rapid.SampledFrom([]error{nil, errDown, fmt.Errorf("no: %w", decide.ErrRefused)}).Draw(rt, "webhook")
				},
				"apply":   func(*rapid.T) { s.must(s.ApplyPending(s.ctx)) },
				"expire":  func(*rapid.T) { s.must(s.Expire(s.ctx)) },
				"restart": func(*rapid.T) { s.restart() },
				"":        s.check,
			})
		})
	})
}

// story is one random history of a shop.
type story struct {
	*world
	shop       string
	file, hook *channel
}

var subjects = []string{"cup", "jug", "pot"}

func (s *story) must(_ int, err error) {
	if err != nil {
		s.Fatal(err)
	}
}

func (s *story) round(rt *rapid.T) {
	var ps []decide.Proposal
	for _, sku := range rapid.SliceOfNDistinct(rapid.SampledFrom(subjects), 0, len(subjects), rapid.ID).Draw(rt, "subjects") {
		p := need(sku, rapid.SampledFrom([]string{"h1", "h2", "h3"}).Draw(rt, "figures"))
		p.Service = rapid.Bool().Draw(rt, "service")
		p.Guardrails[0].Met = rapid.Bool().Draw(rt, "guardrail")
		p.ExpiresAt = s.clock.Add(24 * time.Hour)
		ps = append(ps, p)
	}
	mode := rapid.SampledFrom([]string{decide.ModeOff, decide.ModeShadow, decide.ModeApprove, decide.ModeApprove, decide.ModeAuto}).Draw(rt, "mode")
	before := s.decisions()
	c, err := s.Propose(s.ctx, s.shop, "reorder", mode, ps)
	if err != nil {
		rt.Fatal(err)
	}
	if len(s.decisions())-len(before) != c.New || mode != decide.ModeOff && c.New+c.Kept+c.Skipped != len(ps) {
		rt.Fatalf("%+v does not account for %d proposals", c, len(ps))
	}
}

func (s *story) judge(do func(ids []string) ([]decide.Result, error)) func(*rapid.T) {
	return func(rt *rapid.T) {
		ds := s.decisions()
		if len(ds) == 0 {
			rt.Skip("nothing to judge yet")
		}
		var ids []string
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(ds)-1), 1, 4).Draw(rt, "which") {
			ids = append(ids, ds[i].ID)
		}
		rs, err := do(ids)
		if err != nil {
			rt.Fatal(err)
		}
		for _, r := range rs {
			if d, ok, err := s.Get(s.ctx, s.shop, r.ID); err != nil || !ok || d.Status != r.Status {
				rt.Fatalf("told %s, is %s: %v", r.Status, d.Status, err)
			}
		}
	}
}

func (s *story) decisions() []decide.Decision {
	ds, _, _, err := s.List(s.ctx, s.shop, decide.Filter{Limit: 100000, Sort: "created"})
	if err != nil {
		s.Fatal(err)
	}
	return ds
}

// check holds the shop against what is to be true at any time.
func (s *story) check(rt *rapid.T) {
	entries, err := s.VerifyChain(s.ctx, s.shop)
	if err != nil {
		rt.Fatal(err)
	}
	live := map[string]int{}
	var told int64
	for _, d := range s.decisions() {
		if d.Status == decide.Proposed || d.Status == decide.Approved {
			live[d.Subject]++
		}
		trail, err := s.AuditOf(s.ctx, s.shop, d.ID)
		if err != nil {
			rt.Fatal(err)
		}
		told += int64(len(trail))
		at := decide.Status("")
		for _, e := range trail {
			to := decide.Status(e.Event)
			if !slices.Contains(steps, to) {
				continue
			}
			if !slices.Contains(legal[at], to) {
				rt.Fatalf("%s went from %q to %s", d.ID, at, to)
			}
			at = to
		}
		if at != d.Status {
			rt.Fatalf("%s is %s, its trail ends at %q", d.ID, d.Status, at)
		}
		if d.Service && d.Status == decide.HeldOut {
			rt.Fatalf("a service action was held out: %+v", d)
		}
		s.checkBatch(rt, d)
	}
	for sku, n := range live {
		if n > 1 {
			rt.Fatalf("%d decisions on %s are open or on their way", n, sku)
		}
	}
	if told != entries {
		rt.Fatalf("%d entries tell of decisions, the chain has %d", told, entries)
	}
}

// checkBatch holds a decision's deliveries against its status.
func (s *story) checkBatch(rt *rapid.T, d decide.Decision) {
	carried := d.Status == decide.Approved || d.Status == decide.Applied || d.Status == decide.Failed
	if carried != (d.Batch != "") {
		rt.Fatalf("%s is %s in batch %q", d.ID, d.Status, d.Batch)
	}
	ds, err := s.Deliveries(s.ctx, s.shop, d.Batch)
	if err != nil || carried && len(ds) != 2 {
		rt.Fatalf("%s has %d deliveries: %v", d.ID, len(ds), err)
	}
	for _, x := range ds {
		switch {
		case d.Status == decide.Applied && x.Status != "done", d.Status == decide.Failed && x.Status == "pending":
			rt.Fatalf("%s is %s, %s is %s", d.ID, d.Status, x.Channel, x.Status)
		case x.Channel == "file" && (x.Status == "done") != (s.file.arrived[d.Batch] != nil):
			rt.Fatalf("the file of %s is %s, which is not so", d.Batch, x.Status)
		}
	}
}
