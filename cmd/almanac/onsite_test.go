package main

import (
	"errors"
	"testing"
	"time"

	"almanac/program/onsite"
)

func TestRulesOfRecommendationsAreReadAndChecked(t *testing.T) {
	good := write(t, "rules.yaml", `
- {name: new pen, deed: pin, skus: [pen-1], position: 2, placements: [home]}
- {name: summer, deed: boost, categories: [Garden], factor: 3, from: 2026-05-01T00:00:00Z, until: 2026-09-01T00:00:00Z}
`)
	p, err := onsiteFlags{LeastMargin: 0.1, Holdout: 0.05, Rules: good}.policy()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rules) != 2 || p.Rules[0].Deed != onsite.Pin || p.Rules[0].Position != 2 || !p.Rules[1].From.Equal(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)) || p.Holdout != 0.05 {
		t.Errorf("%+v", p)
	}
	for name, f := range map[string]onsiteFlags{
		"misspelt":        {Rules: write(t, "a.yaml", "- {deed: pin, sku: pen-1, position: 1}")},
		"pin without":     {Rules: write(t, "b.yaml", "- {deed: pin, skus: [pen-1]}")},
		"unknown place":   {Rules: write(t, "c.yaml", "- {deed: exclude, skus: [pen-1], placements: [roof]}")},
		"all held out":    {Holdout: 1},
		"negative margin": {LeastMargin: -0.1},
		"not a list":      {Rules: write(t, "d.yaml", "pin: pen-1")},
	} {
		var h *hint
		if _, err := f.policy(); !errors.As(err, &h) || h.code != exitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
