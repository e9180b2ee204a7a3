package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"almanac/program/onsite"
	"almanac/serve/storefront"
)

// onsiteFlags are a shop's choices for recommendations.
type onsiteFlags struct {
	LeastMargin float64 `help:"Share of its price that a product must leave to be recommended, where its cost is known, from 0 to 1." env:"ALMANAC_ONSITE_LEAST_MARGIN"`
	Holdout     float64 `help:"Share of visitors who see best sellers, so that it can be told what recommendations earn, from 0 to 0.5." env:"ALMANAC_ONSITE_HOLDOUT"`
	Salt        string  `help:"Draws the visitors who are held out; another one draws others." env:"ALMANAC_ONSITE_SALT"`
	Country     string  `name:"country-header" help:"Header in which a proxy before this server tells a visitor's country, as CF-IPCountry; believed from anybody, so use it behind a proxy only." env:"ALMANAC_ONSITE_COUNTRY_HEADER"`
	Rules       string  `help:"YAML file of rules: pin, boost, bury, exclude." type:"path" env:"ALMANAC_ONSITE_RULES"`
}

// policy checks the choices and reads the rules.
func (f onsiteFlags) policy() (storefront.Policy, error) {
	p := storefront.Policy{LeastMargin: f.LeastMargin, Holdout: f.Holdout, Salt: f.Salt, CountryHeader: f.Country}
	if !(f.LeastMargin >= 0 && f.LeastMargin < 1) || !(f.Holdout >= 0 && f.Holdout <= 0.5) {
		return p, &hint{errors.New("a setting of recommendations is out of range"), "Use a least margin from 0 to 1 and a holdout from 0 to 0.5.", exitUsage}
	}
	if f.Rules == "" {
		return p, nil
	}
	text, err := os.ReadFile(f.Rules)
	if err != nil {
		return p, fmt.Errorf("read the rules of recommendations: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true) // a misspelt word must not pass for no wish
	if err := d.Decode(&p.Rules); err != nil {
		return p, &hint{fmt.Errorf("%s is not a list of rules: %w", f.Rules, err),
			"A rule has name, deed (pin, boost, bury, exclude), placements, skus, categories, brands, position, factor, from, until.", exitUsage}
	}
	for _, r := range p.Rules {
		var bad *onsite.BadRule
		if err := r.Check(onsite.Placements()); errors.As(err, &bad) {
			return p, &hint{fmt.Errorf("%s: %w", f.Rules, err), bad.Remedy(), exitUsage}
		}
	}
	return p, nil
}
