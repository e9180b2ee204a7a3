package serve

import (
	"context"

	"almanac/fact"
	"almanac/measure/leaks"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// FromMeasure lets the server show where money is lost.
func FromMeasure(f leaks.Finder) Measure { return finder{f} }

type finder struct{ leaks.Finder }

func (f finder) Leaks(ctx context.Context, s shop.Shop, from, to string) ([]wire.Leak, error) {
	first, err := state.ParseDay(from)
	if err != nil {
		return nil, err
	}
	last, err := state.ParseDay(to)
	if err != nil {
		return nil, err
	}
	found, err := f.Find(ctx, s.ID, first, last, func(minor int64) string { return fact.Money{Minor: minor, Currency: s.Currency}.String() })
	if err != nil {
		return nil, err
	}
	out := make([]wire.Leak, 0, len(found))
	for _, l := range found {
		v := wire.Leak{Code: l.Code, Title: l.Title, Explain: l.Explain, Basis: string(l.Basis), LowMinor: l.Low, MidMinor: l.Mid, HighMinor: l.High,
			From: l.From.String(), To: l.To.String(), Assumptions: append([]string{}, l.Assumptions...), Sharpen: []wire.Sharpen{}, Link: l.Link}
		for _, m := range l.Sharpen {
			v.Sharpen = append(v.Sharpen, wire.Sharpen{File: m.File, Why: m.Why})
		}
		out = append(out, v)
	}
	return out, nil
}
