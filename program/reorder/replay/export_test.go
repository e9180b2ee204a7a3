package replay

import (
	"context"

	"almanac/program/reorder"
	"almanac/state"
)

// Known is what a replay of the last days knows on a morning, and the products that it asks for.
func (s Sources) Known(ctx context.Context, of reorder.Shop, settings reorder.Settings, days int, on state.Day) (known reorder.Input, skus []string, err error) {
	p, err := s.gather(ctx, of, settings, days)
	if err != nil {
		return known, nil, err
	}
	for _, x := range p.products {
		skus = append(skus, x.sku)
	}
	known, err = p.knownOn(ctx, s, of, on)
	return known, skus, err
}
