package serve

import (
	"context"
	"strconv"
	"strings"

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
	found, err := f.Find(ctx, leaks.Shop{ID: s.ID, Currency: s.Currency, Money: func(minor int64) string { return amount(minor, s.Currency) }}, first, last)
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

// amount writes money in a sentence: "286,270 GBP". From a thousand on the fraction says nothing.
func amount(minor int64, currency string) string {
	text, sign := fact.Money{Minor: minor, Currency: currency}.Amount(), ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		text, sign = rest, "−"
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(whole) < 4 && fraction != "" {
		return strings.TrimSpace(sign + whole + "." + fraction + " " + currency)
	}
	if fraction != "" && fraction[0] >= '5' {
		n, err := strconv.ParseInt(whole, 10, 64)
		if err == nil {
			whole = strconv.FormatInt(n+1, 10)
		}
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return strings.TrimSpace(sign + whole + " " + currency)
}
