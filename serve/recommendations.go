package serve

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"almanac/measure/lift"
	"almanac/program/onsite"
	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/problem"
	sf "almanac/serve/storefront"
	"almanac/serve/storefront/rules"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

const shownDays = 28 // of what was shown

// recommendations declares what the page On site shows.
func (s *Server) recommendations() {
	const tag, path = "Recommendations", "/api/recommendations"
	call(s, route{http.MethodGet, path, auth.Viewer, true}, "How recommendations stand: placements, method, coverage", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.OnSite], error) {
			v, err := s.onSite(ctx, c.Shop)
			return out(v), err
		})
	call(s, route{http.MethodPost, path + "/preview", auth.Viewer, true}, "What a page would show a visitor, and why; nothing is recorded", tag,
		func(ctx context.Context, c caller, in *struct{ Body wire.AskPreview }) (*Out[wire.ListPreview], error) {
			v, err := s.preview(ctx, c.Shop, in.Body)
			return out(v), err
		})
	call(s, route{http.MethodGet, path + "/never", auth.Viewer, true}, "Products that no list can show, each with its reason", tag,
		func(ctx context.Context, c caller, in *struct {
			List
			Why string `query:"why" maxLength:"100" doc:"Only those with this reason"`
		}) (*Page[wire.NeverList], error) {
			v, err := s.never(ctx, c.Shop, in.part(), in.Why)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "never-recommended"), nil
		})
	call(s, route{http.MethodGet, path + "/lift", auth.Viewer, true}, "What recommendations earned, against the holdout", tag,
		func(ctx context.Context, c caller, in *struct {
			Days int `query:"days" default:"90" minimum:"1" maximum:"730" doc:"Visitors who saw their first list in so many days"`
		}) (*Out[wire.Lift], error) {
			v, err := s.lift(ctx, c.Shop, in.Days)
			return out(v), err
		})
}

func (s *Server) onSite(ctx context.Context, sh shop.Shop) (wire.OnSite, error) {
	v := wire.OnSite{Holdout: s.OnSite.Holdout, LeastMargin: s.OnSite.LeastMargin}
	m, err := s.shelf.Method(ctx, sh.ID)
	if err != nil {
		return v, err
	}
	v.Method = wire.MethodCard{Chosen: m.Chosen, Visits: m.Visits, Model: m.Version, Needed: sf.LeastQuestions}
	for _, t := range m.Tried {
		v.Method.Tried = append(v.Method.Tried, wire.MethodTried{Name: t.Name, Chosen: t.Chosen, Questions: t.Questions, HitRate: t.HR10, MRR: t.MRR, NDCG: t.NDCG10})
	}
	to := state.DayOf(s.Now(), sh.Location())
	from := to - shownDays + 1
	v.From, v.To = from.String(), to.String()
	shown, err := s.Views.Exposure.Placements(ctx, sh.ID, from, to)
	if err != nil {
		return v, err
	}
	lists := map[string]int64{}
	for _, p := range shown {
		lists[p.Placement] += p.Lists
		v.Coverage.Lists += p.Lists
	}
	for _, p := range onsite.Placements() {
		card := wire.PlacementCard{Name: p.Name, ServerOnly: p.ServerKey, Lists: lists[p.Name], NeedsItem: !p.Explore && p.Name != "search-empty" && !p.ServerKey || p.Name == "product"}
		for _, source := range p.Sources {
			card.Sources = append(card.Sources, string(source))
		}
		for _, w := range m.Ways(p.Name) {
			card.Ways = append(card.Ways, placementWay(w))
		}
		v.Placements = append(v.Placements, card)
	}
	return v, s.coverage(ctx, sh.ID, from, to, &v.Coverage)
}

func placementWay(w *onsite.Way) wire.PlacementWay {
	v := wire.PlacementWay{Moment: string(w.Moment)}
	for _, name := range slices.Sorted(maps.Keys(w.Tried)) {
		t := w.Tried[name]
		v.Tried = append(v.Tried, wire.MethodTried{Name: name, Chosen: name == w.Name, Questions: t.Questions, HitRate: t.HR10, MRR: t.MRR, NDCG: t.NDCG10})
	}
	slices.SortStableFunc(v.Tried, func(a, b wire.MethodTried) int { return cmp.Compare(b.HitRate+b.MRR, a.HitRate+a.MRR) })
	if w.Name == onsite.UsualTrust {
		return v
	}
	for s, share := range w.Weights {
		v.Weights = append(v.Weights, wire.SourceShare{Source: string(s), Weight: share})
	}
	slices.SortFunc(v.Weights, func(a, b wire.SourceShare) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Source, b.Source))
	})
	return v
}

// coverage tells how much of the catalogue lists reach.
func (s *Server) coverage(ctx context.Context, shopID string, from, to state.Day, v *wire.CatalogueCoverage) error {
	never, products, err := s.shelf.Never(ctx, shopID)
	if err != nil {
		return err
	}
	v.Products, v.Never = products, len(never)
	shown, err := s.Views.Exposure.Shown(ctx, shopID, from, to)
	if err != nil {
		return err
	}
	knows, err := s.shelf.Knows(ctx, shopID)
	if err != nil {
		return err
	}
	var places, top int64
	counts := slices.Sorted(maps.Values(shown))
	for i, n := range counts {
		places += n
		if i >= len(counts)-10 {
			top += n
		}
	}
	for sku := range shown {
		if knows(sku) {
			v.Shown++
		}
	}
	if places > 0 {
		share := float64(top) / float64(places)
		v.TopShare = &share
	}
	return nil
}

func (s *Server) preview(ctx context.Context, sh shop.Shop, ask wire.AskPreview) (v wire.ListPreview, err error) {
	var trying []onsite.Rule
	if ask.Draft != nil || ask.Without != "" {
		if trying, err = s.tryingOut(ctx, sh, ask); err != nil {
			return v, err
		}
	}
	p, err := s.shelf.Preview(ctx, sh.ID, sf.Question{Placement: ask.Placement, Visitor: ask.Visitor, Items: ask.Items, Category: ask.Category,
		Country: strings.ToUpper(ask.Country), Postcode: ask.Postcode, N: ask.N}, trying)
	if errors.Is(err, onsite.ErrPlacement) {
		return v, problem.Invalid(err.Error(), "Name one of these, or none.", problem.Fault{Location: "body.placement", Message: "is not known"})
	}
	if err != nil {
		return v, err
	}
	v = wire.ListPreview{Placement: p.Placement, Unknown: p.Basis.Unknown, Bought: p.Basis.Bought, Bot: p.Basis.Bot, HeldOut: p.Basis.HeldOut, MarginWeight: p.Basis.Weight}
	for _, sku := range p.Basis.Seed {
		v.Seed = append(v.Seed, p.Title(sku))
	}
	for _, n := range p.Notes {
		v.Notes = append(v.Notes, wire.PreviewNote(n))
	}
	v.LeftOut = reasons(p.Left)
	for _, i := range p.Items {
		v.Items = append(v.Items, previewItem(i, p.Title))
	}
	for _, b := range p.Bundles {
		v.Bundles = append(v.Bundles, previewBundle(b))
	}
	return v, nil
}

func previewBundle(o onsite.Offer) wire.PreviewBundle {
	b := wire.PreviewBundle{PriceMinor: o.Price, Currency: o.Currency, Reason: o.Reason()}
	if o.Known {
		earns := int64(o.Earns)
		b.MarginMinor = &earns
	}
	for _, s := range o.Items {
		b.Items = append(b.Items, wire.PreviewGood{SKU: s.Product.SKU, Title: s.Product.Title, PriceMinor: s.Product.Price})
	}
	return b
}

// tryingOut are the rules as they would be after a change. It is never nil.
func (s *Server) tryingOut(ctx context.Context, sh shop.Shop, ask wire.AskPreview) ([]onsite.Rule, error) {
	out := append([]onsite.Rule{}, s.OnSite.Rules...)
	var draft onsite.Rule
	if ask.Draft != nil {
		var err error
		if draft, err = ruleOf(*ask.Draft, sh); err != nil {
			return nil, err
		}
		if err = draft.Check(onsite.Placements()); err != nil {
			return nil, badRule(err)
		}
	}
	var kept []rules.Kept
	if s.OnSiteRules != nil {
		var err error
		if kept, err = s.OnSiteRules.List(ctx, sh.ID); err != nil {
			return nil, err
		}
	}
	placed := ask.Draft == nil
	for _, k := range kept {
		switch {
		case k.ID != ask.Without:
			out = append(out, k.Rule)
		case ask.Draft != nil:
			out, placed = append(out, draft), true
		}
	}
	if !placed {
		out = append(out, draft)
	}
	return out, nil
}

func previewItem(i onsite.Shown, title func(string) string) wire.PreviewItem {
	p, d := i.Product, i.Detail
	v := wire.PreviewItem{SKU: p.SKU, Title: p.Title, Image: p.Image, Category: p.Category, Reason: i.Reason(title), Source: string(i.Source),
		Score: i.Score, Relevance: i.Relevance, Worth: d.Business, Currency: p.Currency}
	if p.Price > 0 {
		v.PriceMinor = &p.Price
	}
	if d.Known {
		earns := int64(d.Earns)
		v.MarginMinor = &earns
	}
	if d.Sent {
		v.SendMinor, v.Zone, v.From = &d.Sending, d.Zone, d.From
	}
	if i.Counted {
		v.Left = &i.Left
	}
	if !p.MoreOn.IsZero() {
		v.MoreOn = p.MoreOn.UTC().Format(time.DateOnly)
	}
	for _, part := range d.Parts {
		w := wire.PreviewPart{Source: string(part.Source), Because: part.Because, Relevance: part.Relevance}
		if part.Because != "" {
			w.BecauseTitle = title(part.Because)
		}
		v.Parts = append(v.Parts, w)
	}
	for _, r := range d.Rules {
		v.Rules = append(v.Rules, cmp.Or(r.Name, "unnamed")+" ("+string(r.Deed)+")")
	}
	return v
}

func reasons(left map[string]int) (out []wire.LeftOut) {
	for _, why := range slices.Sorted(maps.Keys(left)) {
		out = append(out, wire.LeftOut{Why: why, Products: left[why]})
	}
	slices.SortStableFunc(out, func(a, b wire.LeftOut) int { return cmp.Compare(b.Products, a.Products) })
	return out
}

func (s *Server) never(ctx context.Context, sh shop.Shop, l dashboard.List, why string) (v wire.NeverList, err error) {
	all, _, err := s.shelf.Never(ctx, sh.ID)
	if err != nil {
		return v, err
	}
	words := strings.Fields(strings.ToLower(l.Text))
	count := map[string]int{}
	for _, n := range all {
		count[n.Why]++
		if why != "" && n.Why != why {
			continue
		}
		text := strings.ToLower(n.SKU + " " + n.Title)
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			continue
		}
		v.Items = append(v.Items, wire.NeverRow(n))
	}
	v.Total, v.Reasons = len(v.Items), reasons(count)
	from := min(max(l.Offset, 0), len(v.Items))
	v.Items = v.Items[from:min(len(v.Items), from+l.Limit)]
	return v, nil
}

// lift measures at most every five minutes: it reads all orders of the period.
func (s *Server) lift(ctx context.Context, sh shop.Shop, days int) (wire.Lift, error) {
	now := s.Now()
	return s.lifts.Get(dashboard.Key(sh.ID, sh.Currency, days, now.Truncate(5*time.Minute).Unix()), func() (wire.Lift, error) {
		l, err := lift.Finder{Exposure: s.Views.Exposure, Catalog: s.Views.Catalog, Now: s.Now}.
			Find(ctx, sh.ID, sh.Currency, now.AddDate(0, 0, -days), s.OnSite.Holdout)
		v := wire.Lift{Since: l.Since.UTC(), Days: days, Currency: l.Currency, Holdout: s.OnSite.Holdout, MarginKnown: l.MarginKnown, Why: l.Why,
			Needed: l.Needed, Worth: lift.Worth, Assumed: l.Assumed, LeftOut: l.Both, Crossed: l.Crossed, Treatment: liftSide(l.Treatment), Control: liftSide(l.Control)}
		if l.Detectable > 0 {
			v.Detectable = &l.Detectable
		}
		if l.Revenue != nil {
			v.Revenue = &wire.LiftRange{Value: l.Revenue.Value, Low: l.Revenue.Low, High: l.Revenue.High}
		}
		if l.Margin != nil {
			v.Margin = &wire.LiftRange{Value: l.Margin.Value, Low: l.Margin.Low, High: l.Margin.High}
		}
		return v, err
	})
}

func liftSide(s lift.Side) wire.LiftSide {
	return wire.LiftSide{Visitors: s.Visitors, Buyers: s.Buyers, RevenueMinor: s.Revenue, MarginMinor: s.Margin}
}
