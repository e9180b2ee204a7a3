package serve

import (
	"context"
	"fmt"
	"net/http"

	"almanac/fact"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// manual is the source of what people say in the dashboard. It is believed before files.
const manual = "manual:dashboard"

// terms declares what people may correct about buying a product, in place.
func (s *Server) terms() {
	type ask struct {
		SKU  string `path:"sku" maxLength:"512"`
		Body wire.TermsChange
	}
	call(s, route{http.MethodPut, "/api/products/{sku}/terms", auth.Operator, true}, "Correct a product's cost or lead time; proposals follow at once", "Products",
		func(ctx context.Context, c caller, in *ask) (*Empty, error) {
			// Half of it must not be left undone because a browser closed.
			return &Empty{}, s.changeTerms(context.WithoutCancel(ctx), c, in.SKU, in.Body)
		})
}

func (s *Server) changeTerms(ctx context.Context, c caller, sku string, to wire.TermsChange) error {
	if to.CostMinor == nil && to.LeadDays == nil {
		return problem.Invalid("Nothing is to be changed.", "Name cost_minor or lead_days.")
	}
	if to.CostMinor != nil && c.Shop.Currency == "" {
		return problem.Invalid("The shop's currency is not known yet.", "Set it under Settings, then give the cost.")
	}
	if _, known, err := s.Views.Catalog.Product(ctx, c.Shop.ID, sku); err != nil {
		return err
	} else if !known {
		return problem.NotFound("product", sku)
	}
	now := s.Now().UTC()
	f := fact.Fact{Shop: c.Shop.ID, Source: manual, Rev: now.UnixMicro(), OccurredAt: now, ReceivedAt: now}
	var facts []fact.Fact
	var said string
	if to.CostMinor != nil {
		f.ID, f.Kind = sku+"/"+now.Format("2006-01-02"), fact.CostSet
		f.Body = &fact.Cost{SKU: sku, Currency: c.Shop.Currency, Amount: *to.CostMinor}
		facts = append(facts, f)
		said = "cost " + fact.Money{Minor: *to.CostMinor, Currency: c.Shop.Currency}.Amount() + " " + c.Shop.Currency
	}
	if to.LeadDays != nil {
		all, err := s.Views.Supply.Terms(ctx, c.Shop.ID)
		if err != nil {
			return err
		}
		is := all[sku] // what is not corrected stays
		f.ID, f.Kind = sku+"/"+is.Supplier, fact.SupplyTerms
		f.Body = &fact.Terms{SKU: sku, Supplier: is.Supplier, LeadDays: *to.LeadDays, Pack: is.Pack, MinUnits: is.MinUnits,
			KeepsDays: is.KeepsDays, Volume: is.Volume, Currency: is.Currency, Breaks: is.Breaks}
		facts = append(facts, f)
		if said != "" {
			said += ", "
		}
		said += fmt.Sprintf("lead time %d days", *to.LeadDays)
	}
	if _, err := s.History.Append(ctx, facts); err != nil {
		return err
	}
	s.record(ctx, c, "terms corrected", sku+": "+said)
	if err := s.Projector.CatchUp(ctx, nil); err != nil {
		return err
	}
	if s.Decide == nil {
		return nil
	}
	return s.Decide(ctx, c.Shop.ID, func(string, int64, int64) {})
}
