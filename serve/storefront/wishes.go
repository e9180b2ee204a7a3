package storefront

import (
	"context"
	"reflect"
	"slices"

	"almanac/program/onsite"
)

// rulesOf are the rules of the settings, which hold for every shop, and then the shop's own.
func (s *Shelf) rulesOf(ctx context.Context, shop string) ([]onsite.Rule, error) {
	if s.rules == nil {
		return s.policy.Rules, nil
	}
	own, err := s.rules(ctx, shop)
	return slices.Concat(s.policy.Rules, own), err
}

// heed lets an engine follow the rules as they are written now. Reading and setting are one step, so that of two who
// do it at once the one who read last also sets last.
func (s *Shelf) heed(ctx context.Context, e *entry, shop string, engine *onsite.Engine) error {
	e.heeding.Lock()
	defer e.heeding.Unlock()
	rules, err := s.rulesOf(ctx, shop)
	if err == nil && len(rules)+len(engine.Rules()) > 0 && !reflect.DeepEqual(rules, engine.Rules()) {
		engine.SetRules(rules)
	}
	return err
}

// Heed reads a shop's rules again; the next answer follows them. Other nodes follow when they next look at state.
func (s *Shelf) Heed(ctx context.Context, shop string) error {
	s.mu.Lock()
	e := s.shops[shop]
	s.mu.Unlock()
	if e == nil {
		return nil // nobody has asked yet; whoever does reads the rules
	}
	snap := e.snap.Load()
	if snap == nil {
		return nil
	}
	return s.heed(ctx, e, shop, snap.engine)
}

// Reach is how many products of a shop's catalogue each rule speaks of.
func (s *Shelf) Reach(ctx context.Context, shop string, rules []onsite.Rule) ([]int, error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return nil, err
	}
	return snap.engine.Reach(rules), nil
}
