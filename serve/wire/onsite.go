package wire

import "time"

// PlacementCard is one place on the shop's pages and what it showed of late.
type PlacementCard struct {
	Name       string         `json:"name"`
	Sources    []string       `json:"sources" doc:"Most trusted first"`
	ServerOnly bool           `json:"server_only" doc:"Only a server key may ask"`
	NeedsItem  bool           `json:"needs_item" doc:"It is about the products of its page"`
	Lists      int64          `json:"lists" doc:"Shown in the last 28 days, to known visitors"`
	Ways       []PlacementWay `json:"ways" doc:"How its lists are made; empty where the past is too short to choose, and the sources count by their order"`
}

// PlacementWay is how lists are made at one moment, as the shop's own past chose it.
type PlacementWay struct {
	Moment  string        `json:"moment" enum:"within a visit,coming back"`
	Tried   []MethodTried `json:"tried" doc:"Best first"`
	Weights []SourceShare `json:"weights" doc:"Of the chosen mixture, largest first; empty for usual trust"`
}

// SourceShare is how much a source counts.
type SourceShare struct {
	Source string  `json:"source"`
	Weight float64 `json:"weight" doc:"Of 1"`
}

// MethodTried is how one way of weighing visits fared on the shop's own latest visits.
type MethodTried struct {
	Name      string  `json:"name"`
	Chosen    bool    `json:"chosen"`
	Questions int     `json:"questions" doc:"How often it was asked what came next"`
	HitRate   float64 `json:"hit_rate" doc:"Share of the answers with what came next among the first ten"`
	MRR       float64 `json:"mrr" doc:"Mean of one over its place"`
	NDCG      float64 `json:"ndcg10"`
}

// MethodCard is how lists are made, and how that was chosen.
type MethodCard struct {
	Chosen string        `json:"chosen"`
	Visits int           `json:"visits" doc:"In memory"`
	Tried  []MethodTried `json:"tried" doc:"Best first; empty where visits are too few to tell"`
	Needed int           `json:"needed" doc:"How many questions the latest tenth of visits must hold to tell"`
	Model  string        `json:"model,omitempty"`
}

// CatalogueCoverage is how much of the catalogue lists reach.
type CatalogueCoverage struct {
	Products int `json:"products"`
	Never    int `json:"never" doc:"Products that no list can show now"`
	Shown    int `json:"shown" doc:"Products that a list showed in the last 28 days"`
	// TopShare is how much of all that was shown the ten most shown products are.
	TopShare *float64 `json:"top_share,omitempty" doc:"Share of all places that the ten most shown products took"`
	Lists    int64    `json:"lists" doc:"Lists shown in the last 28 days, to known visitors"`
}

// OnSite is how recommendations stand.
type OnSite struct {
	Placements  []PlacementCard   `json:"placements"`
	Method      MethodCard        `json:"method"`
	Coverage    CatalogueCoverage `json:"coverage"`
	Holdout     float64           `json:"holdout" doc:"Share of visitors who see best sellers"`
	LeastMargin float64           `json:"least_margin" doc:"Share of its price that a product must leave"`
	From        string            `json:"from" doc:"First day of what was shown"`
	To          string            `json:"to"`
}

// AskPreview asks what a page would show.
type AskPreview struct {
	Placement string   `json:"placement,omitempty" maxLength:"100"`
	Visitor   string   `json:"visitor,omitempty" maxLength:"512" doc:"Anonymous or customer id; absent for somebody unknown"`
	Items     []string `json:"items,omitempty" maxItems:"50" doc:"SKUs that the page or cart shows"`
	Category  string   `json:"category,omitempty" maxLength:"512"`
	Country   string   `json:"country,omitempty" maxLength:"2"`
	Postcode  string   `json:"postcode,omitempty" maxLength:"20"`
	N         int      `json:"n,omitempty" minimum:"1" maximum:"50"`
	// Draft and Without try out a change of the rules.
	Draft   *RuleBody `json:"draft,omitempty" doc:"A rule to try out; in the place of the one under without, where that is named"`
	Without string    `json:"without,omitempty" maxLength:"40" doc:"Id of a rule to leave out"`
}

// PreviewPart is what one source adds to a product's relevance.
type PreviewPart struct {
	Source       string  `json:"source"`
	Because      string  `json:"because,omitempty"`
	BecauseTitle string  `json:"because_title,omitempty"`
	Relevance    float64 `json:"relevance"`
}

// PreviewItem is one product of a preview, opened up.
type PreviewItem struct {
	SKU         string        `json:"sku"`
	Title       string        `json:"title"`
	Image       string        `json:"image,omitempty"`
	Category    string        `json:"category,omitempty"`
	PriceMinor  *int64        `json:"price_minor,omitempty"`
	Currency    string        `json:"currency,omitempty"`
	MarginMinor *int64        `json:"margin_minor,omitempty" doc:"Of one unit, after sending it where that is known; absent where its cost is unknown"`
	SendMinor   *int64        `json:"send_minor,omitempty" doc:"What sending one costs; absent where no zone is known"`
	Zone        string        `json:"zone,omitempty" doc:"Where it would be sent"`
	From        string        `json:"from,omitempty" doc:"Place that it would be sent from"`
	Left        *int64        `json:"left,omitempty" doc:"Units that can be sold there; absent where they were never counted"`
	MoreOn      string        `json:"more_on,omitempty" doc:"Day on which more are due"`
	Reason      string        `json:"reason"`
	Source      string        `json:"source"`
	Score       float64       `json:"score" doc:"Relevance with what the product is worth to the shop; compares within one list"`
	Relevance   float64       `json:"relevance" doc:"After rules"`
	Worth       float64       `json:"worth" doc:"To the shop against a usual product, .2 to 3: margin, stock, returns"`
	Parts       []PreviewPart `json:"parts"`
	Rules       []string      `json:"rules" doc:"Rules that speak of it here and now"`
}

// PreviewBundle is a set that is bought together, as a page would offer it.
type PreviewBundle struct {
	Items       []PreviewGood `json:"items" doc:"What the page shows first"`
	PriceMinor  int64         `json:"price_minor" doc:"Of all together"`
	Currency    string        `json:"currency"`
	MarginMinor *int64        `json:"margin_minor,omitempty" doc:"Of all together less one delivery; absent where a cost is unknown"`
	Reason      string        `json:"reason"`
}

// PreviewGood is one product of a bundle.
type PreviewGood struct {
	SKU        string `json:"sku"`
	Title      string `json:"title"`
	PriceMinor int64  `json:"price_minor"`
}

// PreviewNote says why a list is short, generic or empty.
type PreviewNote struct {
	Code string `json:"code" enum:"short,generic,empty,caps"`
	Text string `json:"text"`
}

// LeftOut is how many products were left out for one reason.
type LeftOut struct {
	Why      string `json:"why"`
	Products int    `json:"products"`
}

// ListPreview is what a page would show, and how that came to be.
type ListPreview struct {
	Placement    string          `json:"placement"`
	Items        []PreviewItem   `json:"items"`
	Bundles      []PreviewBundle `json:"bundles" doc:"Sets that a page would offer besides; only where it names products"`
	Notes        []PreviewNote   `json:"notes"`
	LeftOut      []LeftOut       `json:"left_out" doc:"Most frequent first"`
	Seed         []string        `json:"seed" doc:"Titles of what it was made from: the page's products, or what the visitor looked at"`
	Unknown      []string        `json:"unknown" doc:"Products of the page that the shop never heard of"`
	Bought       int             `json:"bought" doc:"Products that the visitor bought"`
	Bot          bool            `json:"bot" doc:"The visitor clicks like a program"`
	HeldOut      bool            `json:"held_out" doc:"This visitor sees best sellers instead of this list"`
	MarginWeight float64         `json:"margin_weight" doc:"How much margin counts beside relevance, 0 to 1"`
}

// NeverRow is a product that no list can show, and why.
type NeverRow struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
	Why   string `json:"why"`
}

// NeverList is a page of products that no list can show.
type NeverList struct {
	Items   []NeverRow `json:"items"`
	Total   int        `json:"total"`
	Reasons []LeftOut  `json:"reasons" doc:"Of the whole list, most frequent first"`
}

// LiftSide is one side of the holdout.
type LiftSide struct {
	Visitors     int64   `json:"visitors"`
	Buyers       int64   `json:"buyers"`
	RevenueMinor float64 `json:"revenue_minor" doc:"Per visitor"`
	MarginMinor  float64 `json:"margin_minor" doc:"Per visitor, of what has a cost"`
}

// LiftRange is a difference per visitor with its likely range (90 %), in minor units.
type LiftRange struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Lift is what recommendations earned, against the holdout.
type Lift struct {
	Since       time.Time  `json:"since" doc:"Visitors who saw their first list from here on"`
	Days        int        `json:"days"`
	Currency    string     `json:"currency"`
	Holdout     float64    `json:"holdout"`
	Treatment   LiftSide   `json:"treatment"`
	Control     LiftSide   `json:"control"`
	Revenue     *LiftRange `json:"revenue,omitempty" doc:"Absent where there is too little to tell"`
	Margin      *LiftRange `json:"margin,omitempty"`
	MarginKnown float64    `json:"margin_known" doc:"Share of revenue whose cost is known"`
	Why         string     `json:"why,omitempty" doc:"Why nothing can be told yet"`
	Needed      int64      `json:"needed" doc:"Visitors of both sides that it takes to tell a lift of worth; 0 where nobody is held out"`
	Worth       float64    `json:"worth" doc:"The lift that needed is worked out for, as a share"`
	Assumed     bool       `json:"assumed" doc:"needed rests on an assumption about how purchases scatter"`
	Detectable  *float64   `json:"detectable,omitempty" doc:"The lift that the visitors so far can tell, as a share"`
	Crossed     int64      `json:"crossed" doc:"Visitors who saw lists of the other side on another of their devices; they count where they were first"`
	LeftOut     int64      `json:"left_out" doc:"Visitors who saw both sides, as the holdout was changed"`
}
