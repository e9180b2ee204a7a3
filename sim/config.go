// Package sim is a shop whose truth is known: who is the same person, which sale was lost because the shelf was
// empty, what a price really did, which return was abuse. It speaks only in facts, as the systems of a real
// shop do, and tells the truth aside.
//
// A Config and a seed go in; facts come out day by day in the order of their time, and truths beside them. The
// same seed gives the same bytes, on any number of cores. Every person, product, day and supplier draws from a
// stream of chance of its own, so that under another Policy the same people want the same things in the same
// weather: the money value of a policy is a subtraction.
//
// People buy by the Pareto/NBD model (Schmittlein, Morrison and Colombo 1987) with regular intervals (Platzer and
// Reutterer 2016); demand answers to price with a constant elasticity for each category.
package sim

import (
	"errors"
	"fmt"
	"time"
)

// Config holds every parameter of the world. Shares lie between 0 and 1; times are days unless they say otherwise.
type Config struct {
	Seed     uint64 `yaml:"seed"`
	Shop     string `yaml:"shop"`
	Currency string `yaml:"currency"`
	// End is the first day that is not told; the world runs Months before it.
	End    time.Time `yaml:"end"`
	Months int       `yaml:"months"`

	Catalogue Catalogue `yaml:"catalogue"`
	People    People    `yaml:"people"`
	Visits    Visits    `yaml:"visits"`
	Demand    Demand    `yaml:"demand"`
	Basket    Basket    `yaml:"basket"`
	Supply    Supply    `yaml:"supply"`
	Delivery  Delivery  `yaml:"delivery"`
	Returns   Returns   `yaml:"returns"`
	Mail      Mail      `yaml:"mail"`
	Dirt      Dirt      `yaml:"dirt"`
	Hostility Hostility `yaml:"hostility"`
}

// Catalogue says what is sold.
type Catalogue struct {
	Products    int     `yaml:"products"`    // variants, each with a SKU
	Departments int     `yaml:"departments"` //
	Categories  int     `yaml:"categories"`  // in all departments
	Brands      int     `yaml:"brands"`
	Variants    int     `yaml:"variants"`   // most variants of a style
	Popularity  float64 `yaml:"popularity"` // exponent of Zipf's law over styles
	Gaps        float64 `yaml:"gaps"`       // share of attributes that nobody filled in
	Launches    float64 `yaml:"launches"`   // share of styles that come after the start
	EndOfLife   float64 `yaml:"end_of_life"`
	Margin      float64 `yaml:"margin"` // mean gross margin, share of the price without tax
	Tax         float64 `yaml:"tax"`    // included in prices
}

// People says who buys and how often.
type People struct {
	Buyers int `yaml:"buyers"` // who would buy at least once in the world's time, other things being as usual
	// Purchase rates (a day) are Gamma(RateShape, RateScale), dropout rates Gamma(DropShape, DropScale).
	RateShape  float64 `yaml:"rate_shape"`
	RateScale  float64 `yaml:"rate_scale"`
	DropShape  float64 `yaml:"drop_shape"`
	DropScale  float64 `yaml:"drop_scale"`
	Regularity float64 `yaml:"regularity"` // k of Erlang-k intervals; 1: purely random
	Growth     float64 `yaml:"growth"`     // a year, of the people who come
	Store      float64 `yaml:"store"`      // share of purchases in stores
	Guest      float64 `yaml:"guest"`      // share of online purchases without signing in
	SecondMail float64 `yaml:"second_mail"`
	Typo       float64 `yaml:"typo"`      // share of guest purchases with a mistyped e-mail
	Household  float64 `yaml:"household"` // share of people who use another's e-mail
	Refuse     float64 `yaml:"refuse"`    // share who refuse analytics
	Marketing  float64 `yaml:"marketing"` // share who agree to mails
}

// Visits says what happens on the site.
type Visits struct {
	Conversion  float64 `yaml:"conversion"`  // orders a visit
	Abandonment float64 `yaml:"abandonment"` // carts that are left
	Depth       float64 `yaml:"depth"`       // mean products looked at
	Position    float64 `yaml:"position"`    // chance that the second place of a list is seen when the first is; and so on
	Bots        float64 `yaml:"bots"`        // share of visits
	Ads         float64 `yaml:"ads"`         // share of visits that an ad preceded
	AdCause     float64 `yaml:"ad_cause"`    // share of those that would not have happened without it
}

// Demand says how it moves.
type Demand struct {
	Trend       float64 `yaml:"trend"`    // a year
	Season      float64 `yaml:"season"`   // amplitude of the yearly season
	Holidays    float64 `yaml:"holidays"` // lift in the weeks before Christmas
	Elasticity  float64 `yaml:"elasticity"`
	Spread      float64 `yaml:"spread"`     // standard deviation of elasticities over categories
	Cross       float64 `yaml:"cross"`      // elasticity with regard to the rival's price
	Promotions  float64 `yaml:"promotions"` // share of days on which a style is reduced
	Cut         float64 `yaml:"cut"`        // mean reduction
	PullForward float64 `yaml:"pull_forward"`
	Follow      float64 `yaml:"follow"` // how far prices follow demand: correlation as in life
	Weather     float64 `yaml:"weather"`
	Viral       float64 `yaml:"viral"`      // products a year that go round the net
	Substitute  float64 `yaml:"substitute"` // chance that something else will do when the shelf is empty
}

// Basket says how much people take at once. What comes beside the first thing is a negative binomial count, so is what is taken
// of a thing beside the first unit: a Poisson count whose mean is Gamma over orders and lines.
type Basket struct {
	Lines      float64 `yaml:"lines"`      // mean products of an order at usual prices, 1 and more
	Units      float64 `yaml:"units"`      // mean units of a line, 1 and more
	Refill     float64 `yaml:"refill"`     // the same of what is used up
	Spread     float64 `yaml:"spread"`     // squared coefficient of variation of those means; 1: geometric, 0: Poisson
	Complement float64 `yaml:"complement"` // share of the further products that go with one in the basket
	Same       float64 `yaml:"same"`       // share of the further products that are of the first one's category
}

// Supply says where goods come from and where they lie.
type Supply struct {
	Suppliers   int     `yaml:"suppliers"`
	LeadDays    float64 `yaml:"lead_days"`   // mean over suppliers
	LeadSpread  float64 `yaml:"lead_spread"` // coefficient of variation of one delivery
	Drift       float64 `yaml:"drift"`       // share of suppliers who become slower
	Partial     float64 `yaml:"partial"`     // share of deliveries that come in two parts
	Disruptions int     `yaml:"disruptions"`
	Warehouses  int     `yaml:"warehouses"`
	Stores      int     `yaml:"stores"`
	Shrinkage   float64 `yaml:"shrinkage"`   // share of units that vanish in a month
	CountEvery  int     `yaml:"count_every"` // days between counts of a product
}

// Delivery says how parcels travel.
type Delivery struct {
	Carriers int     `yaml:"carriers"`
	Days     float64 `yaml:"days"`
	Late     float64 `yaml:"late"`
	Lost     float64 `yaml:"lost"`
	Cost     int64   `yaml:"cost"`     // of a parcel, minor units
	Capacity int     `yaml:"capacity"` // parcels a day and carrier; 0: no limit
}

// Returns says what comes back.
type Returns struct {
	Online  float64 `yaml:"online"`  // share of units sold online
	Fit     float64 `yaml:"fit"`     // weight of a wrong size
	Abusers float64 `yaml:"abusers"` // share of people who wear and return, or send bricks
	Linked  float64 `yaml:"linked"`  // share of those who do it under several names
	Reviews float64 `yaml:"reviews"` // share of deliveries
	Tickets float64 `yaml:"tickets"` // share of late or lost deliveries and of faulty goods
}

// Mail says how people answer to mails. The four groups are those of uplift modelling; the rest are sure things.
type Mail struct {
	Every         int     `yaml:"every"` // days between campaigns; 0: none
	Persuadable   float64 `yaml:"persuadable"`
	LostCause     float64 `yaml:"lost_cause"`
	SleepingDog   float64 `yaml:"sleeping_dog"`
	Lift          float64 `yaml:"lift"` // chance that a mail makes a persuadable buy
	Harm          float64 `yaml:"harm"` // chance that it makes a sleeping dog leave for good
	Open          float64 `yaml:"open"`
	MachineOpens  float64 `yaml:"machine_opens"`
	ScannerClicks float64 `yaml:"scanner_clicks"`
}

// Dirt spoils what is told, not what happens. All shares of facts; zero is clean.
type Dirt struct {
	Late       float64 `yaml:"late"` // told minutes to days later
	Duplicated float64 `yaml:"duplicated"`
	Reordered  float64 `yaml:"reordered"`
	Dropped    float64 `yaml:"dropped"`
	Conflict   float64 `yaml:"conflict"`    // told again with other content
	Skew       float64 `yaml:"skew"`        // share of visitors whose clock is wrong
	TwoSystems float64 `yaml:"two_systems"` // share of online sales that the browser tells too
	Aliases    float64 `yaml:"aliases"`     // share of products with another code in the warehouse
	Dozens     float64 `yaml:"dozens"`      // share of products that the warehouse counts in dozens
}

// Default is the world of the demo. docs/simulation.md names the source of each figure.
func Default() Config {
	return Config{
		Seed: 1, Shop: "default", Currency: "EUR", End: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Months: 30,
		Catalogue: Catalogue{Products: 3000, Departments: 6, Categories: 40, Brands: 60, Variants: 6, Popularity: .8, Gaps: .08, Launches: .25, EndOfLife: .12, Margin: .45, Tax: .19},
		People: People{Buyers: 12_000, RateShape: .55, RateScale: .0038, DropShape: .6, DropScale: .02, Regularity: 1.5, Growth: .2, Store: .15, Guest: .35,
			SecondMail: .15, Typo: .02, Household: .06, Refuse: .15, Marketing: .5},
		Visits: Visits{Conversion: .02, Abandonment: .74, Depth: 2.2, Position: .88, Bots: .03, Ads: .3, AdCause: .35},
		Demand: Demand{Trend: .08, Season: .25, Holidays: .8, Elasticity: -2, Spread: .5, Cross: .4, Promotions: .07, Cut: .2, PullForward: .3, Follow: .3,
			Weather: .3, Viral: 6, Substitute: .4},
		Basket:   Basket{Lines: 2.7, Units: 1.2, Refill: 1.8, Spread: 1, Complement: .35, Same: .25},
		Supply:   Supply{Suppliers: 24, LeadDays: 21, LeadSpread: .3, Drift: .2, Partial: .1, Disruptions: 2, Warehouses: 2, Stores: 2, Shrinkage: .002, CountEvery: 14},
		Delivery: Delivery{Carriers: 3, Days: 2.5, Late: .06, Lost: .004, Cost: 450},
		Returns:  Returns{Online: .17, Fit: 1, Abusers: .01, Linked: .4, Reviews: .08, Tickets: .5},
		Mail:     Mail{Every: 7, Persuadable: .3, LostCause: .25, SleepingDog: .05, Lift: .04, Harm: .02, Open: .22, MachineOpens: .35, ScannerClicks: .02},
	}
}

// Small is a world for a quick look: fewer products and people, fewer months.
func Small() Config {
	c := Default()
	c.Months, c.Supply.Suppliers, c.People.Buyers = 14, 8, 3000
	c.Catalogue.Products, c.Catalogue.Categories, c.Catalogue.Brands, c.Catalogue.Variants = 100, 12, 20, 3
	return c
}

// Validate lists every fault at once; nil where there is none.
func (c *Config) Validate() error {
	var faults []error
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	bad(c.Shop != "", "shop is empty")
	bad(len(c.Currency) == 3, "currency %q is not a code of three letters, as EUR", c.Currency)
	bad(c.Months >= 1 && c.Months <= 240, "months is %d, not 1 to 240", c.Months)
	bad(!c.End.IsZero(), "end is missing; the world needs a last day")
	bad(c.End.IsZero() || c.Months < 1 || c.start().After(time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)), "the world would start before 1971: end is too early or months are too many")
	for name, v := range c.shares() {
		bad(v >= 0 && v <= 1, "%s is %g, not a share from 0 to 1", name, v)
	}
	for name, v := range c.positive() {
		bad(v > 0, "%s is %g and must be above zero", name, v)
	}
	for name, v := range c.least() {
		bad(v[0] >= v[1], "%s is %d and must be at least %d", name, v[0], v[1])
	}
	bad(c.Hostility.Shock >= 0, "hostility.shock is %g and must not be below zero", c.Hostility.Shock)
	bad(c.Demand.Elasticity <= 0, "demand.elasticity is %g: people do not buy more of what is dearer", c.Demand.Elasticity)
	bad(c.Basket.Complement+c.Basket.Same <= 1, "basket.complement and same add up to more than 1")
	bad(c.Basket.Spread >= 0, "basket.spread is %g and must not be below zero", c.Basket.Spread)
	for name, v := range map[string]float64{"lines": c.Basket.Lines, "units": c.Basket.Units, "refill": c.Basket.Refill} {
		bad(v >= 1 && v <= 1000, "basket.%s is %g, not 1 to 1000", name, v)
	}
	bad(c.Mail.Persuadable+c.Mail.LostCause+c.Mail.SleepingDog <= 1, "mail.persuadable, lost_cause and sleeping_dog add up to more than 1")
	bad(c.Catalogue.Categories >= c.Catalogue.Departments, "catalogue.categories (%d) are fewer than departments (%d)", c.Catalogue.Categories, c.Catalogue.Departments)
	return errors.Join(sorted(faults)...)
}

func (c *Config) shares() map[string]float64 {
	return map[string]float64{
		"catalogue.gaps": c.Catalogue.Gaps, "catalogue.launches": c.Catalogue.Launches, "catalogue.end_of_life": c.Catalogue.EndOfLife, "catalogue.margin": c.Catalogue.Margin, "catalogue.tax": c.Catalogue.Tax,
		"people.store": c.People.Store, "people.guest": c.People.Guest, "people.second_mail": c.People.SecondMail, "people.typo": c.People.Typo, "people.household": c.People.Household,
		"people.refuse": c.People.Refuse, "people.marketing": c.People.Marketing,
		"visits.conversion": c.Visits.Conversion, "visits.abandonment": c.Visits.Abandonment, "visits.position": c.Visits.Position, "visits.bots": c.Visits.Bots, "visits.ads": c.Visits.Ads, "visits.ad_cause": c.Visits.AdCause,
		"demand.season": c.Demand.Season, "demand.promotions": c.Demand.Promotions, "demand.cut": c.Demand.Cut, "demand.pull_forward": c.Demand.PullForward, "demand.follow": c.Demand.Follow,
		"demand.weather": c.Demand.Weather, "basket.complement": c.Basket.Complement, "basket.same": c.Basket.Same, "demand.substitute": c.Demand.Substitute,
		"supply.drift": c.Supply.Drift, "supply.partial": c.Supply.Partial, "supply.shrinkage": c.Supply.Shrinkage,
		"delivery.late": c.Delivery.Late, "delivery.lost": c.Delivery.Lost,
		"returns.online": c.Returns.Online, "returns.abusers": c.Returns.Abusers, "returns.linked": c.Returns.Linked, "returns.reviews": c.Returns.Reviews, "returns.tickets": c.Returns.Tickets,
		"mail.persuadable": c.Mail.Persuadable, "mail.lost_cause": c.Mail.LostCause, "mail.sleeping_dog": c.Mail.SleepingDog, "mail.lift": c.Mail.Lift, "mail.harm": c.Mail.Harm,
		"mail.open": c.Mail.Open, "mail.machine_opens": c.Mail.MachineOpens, "mail.scanner_clicks": c.Mail.ScannerClicks,
		"dirt.late": c.Dirt.Late, "dirt.duplicated": c.Dirt.Duplicated, "dirt.reordered": c.Dirt.Reordered, "dirt.dropped": c.Dirt.Dropped, "dirt.conflict": c.Dirt.Conflict,
		"hostility.revive": c.Hostility.Revive, "hostility.seasonal": c.Hostility.Seasonal, "hostility.shock_at": c.Hostility.ShockAt, "hostility.reference": c.Hostility.Reference,
		"dirt.skew": c.Dirt.Skew, "dirt.two_systems": c.Dirt.TwoSystems, "dirt.aliases": c.Dirt.Aliases, "dirt.dozens": c.Dirt.Dozens,
	}
}

func (c *Config) positive() map[string]float64 {
	return map[string]float64{
		"people.rate_shape": c.People.RateShape, "people.rate_scale": c.People.RateScale, "people.drop_shape": c.People.DropShape, "people.drop_scale": c.People.DropScale,
		"people.regularity": c.People.Regularity, "visits.conversion": c.Visits.Conversion, "visits.depth": c.Visits.Depth, "supply.lead_days": c.Supply.LeadDays, "delivery.days": c.Delivery.Days,
		"catalogue.margin": c.Catalogue.Margin,
	}
}

func (c *Config) least() map[string][2]int {
	return map[string][2]int{
		"catalogue.products": {c.Catalogue.Products, 1}, "catalogue.departments": {c.Catalogue.Departments, 1}, "catalogue.brands": {c.Catalogue.Brands, 1}, "catalogue.variants": {c.Catalogue.Variants, 1},
		"people.buyers": {c.People.Buyers, 1}, "supply.suppliers": {c.Supply.Suppliers, 1}, "supply.warehouses": {c.Supply.Warehouses, 1}, "supply.stores": {c.Supply.Stores, 0},
		"supply.count_every": {c.Supply.CountEvery, 1}, "supply.disruptions": {c.Supply.Disruptions, 0}, "delivery.carriers": {c.Delivery.Carriers, 1}, "delivery.capacity": {c.Delivery.Capacity, 0}, "mail.every": {c.Mail.Every, 0},
	}
}
