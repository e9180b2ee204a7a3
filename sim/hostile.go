package sim

import (
	"fmt"
	"slices"
)

// Hostility is what no model of ours was derived from. Zero is a friendly world.
type Hostility struct {
	Revive    float64 `yaml:"revive"`    // share of those who left who come back after months
	Seasonal  float64 `yaml:"seasonal"`  // share of people who buy in two months of the year only
	Shock     float64 `yaml:"shock"`     // factor by which demand changes at ShockAt
	ShockAt   float64 `yaml:"shock_at"`  // share of the time
	Reference float64 `yaml:"reference"` // how fast people take the price that they see for the usual one, a day
}

// hostile worlds by name; docs/simulation.md says what each is for.
var hostile = map[string]func(*Config){
	"revival":   func(c *Config) { c.Hostility.Revive = .4 },
	"seasonal":  func(c *Config) { c.Hostility.Seasonal = .5 },
	"shock":     func(c *Config) { c.Hostility.Shock, c.Hostility.ShockAt = .55, .7 },
	"feedback":  func(c *Config) { c.Hostility.Reference = .05; c.Demand.Promotions = .2 },
	"returners": func(c *Config) { c.Returns.Abusers, c.Returns.Linked = .08, .8 },
	"dirty":     func(c *Config) { c.Dirt = soiled },
	"confused":  func(c *Config) { c.Dirt.Aliases, c.Dirt.Dozens, c.Dirt.TwoSystems, c.Catalogue.Gaps = .2, .1, .9, .4 },
	"strangers": func(c *Config) {
		c.People.Guest, c.People.SecondMail, c.People.Typo, c.People.Household = .8, .4, .05, .2
	},
	"unreliable":   func(c *Config) { c.Supply.LeadSpread, c.Supply.Drift, c.Supply.Disruptions = .9, .6, 6 },
	"discontinued": func(c *Config) { c.Catalogue.EndOfLife, c.Catalogue.Launches = .6, .6 },
}

var soiled = Dirt{Late: .1, Duplicated: .05, Reordered: .1, Dropped: .02, Conflict: .002, Skew: .05, TwoSystems: .9}

// HostileNames lists the worlds that can be chosen.
func HostileNames() []string { return sortedKeys(hostile) }

// Hostile changes the world to the named one; an empty name changes nothing.
func (c *Config) Hostile(name string) error {
	if name == "" {
		return nil
	}
	if !slices.Contains(HostileNames(), name) {
		return fmt.Errorf("there is no world %q; choose of %v", name, HostileNames())
	}
	hostile[name](c)
	return nil
}

// revived gives a person who left another life, where the world has it so.
func (w *World) revived(p *person) bool {
	h := w.config.Hostility
	if h.Revive == 0 || p.lives > 0 {
		return false
	}
	p.lives++
	r := chanceOf(w.config.Seed, forPerson, uint64(p.id), 5)
	if !r.happens(h.Revive) {
		return false
	}
	back := p.dies + 120 + r.IntN(300)
	if back < -before || back >= w.config.days() {
		return false
	}
	p.next = w.calendar.sum[back+before]
	p.dies = back + 60 + r.IntN(400)
	return true
}

// inSeason moves a want of somebody who buys in two months of the year only to their next season.
func (w *World) inSeason(p *person, d int) (moved bool) {
	h := w.config.Hostility
	if h.Seasonal == 0 {
		return false
	}
	r := chanceOf(w.config.Seed, forPerson, uint64(p.id), 6)
	if !r.happens(h.Seasonal) {
		return false
	}
	from := r.IntN(365)
	since := (w.calendar.date(d).YearDay() - from + 730) % 365
	if since < 60 {
		return false
	}
	to := d + 365 - since + r.IntN(50)
	p.next = w.calendar.sum[min(len(w.calendar.sum)-1, to+before)]
	return true
}
