package storefront

import (
	"context"
	"time"

	"almanac/program/onsite"
)

// Question is what a page asks.
type Question struct {
	Placement string   // where the answer will stand; told back
	Visitor   string   // anonymous or customer id, empty where unknown
	Items     []string // SKUs that the page or cart shows
	Exclude   []string // SKUs not to show
	Category  string   // that the page is about
	Country   string   // where it would be sent, ISO 3166; the shop's own where empty
	Postcode  string
	Came      onsite.Circumstances // of the visitor
	Bundles   int                  // how many sets to offer besides
	N         int                  // how many, at most Most
	Opposed   bool                 // the browser sends Sec-GPC
	Server    bool                 // asked with a server key
	Explain   bool                 // tell what was left out and why
}

// Most is the most products of one answer.
const Most = onsite.Most

// Usual is how many products an answer has where the page does not say.
const Usual = onsite.Usual

// Item is one product to show.
type Item struct {
	SKU          string  `json:"sku"`
	ID           string  `json:"id" doc:"The same as sku, for themes that expect an id"`
	Title        string  `json:"title"`
	URL          string  `json:"url,omitempty"`
	Image        string  `json:"image,omitempty"`
	Price        int64   `json:"price_minor,omitempty" doc:"Asking price in minor units; absent where no price is known"`
	Currency     string  `json:"currency,omitempty"`
	Score        float64 `json:"score" doc:"Compares within one answer"`
	Reason       string  `json:"reason" doc:"Why it is shown, in words"`
	Source       string  `json:"source" doc:"How it was found" enum:"viewed,substitute,complement,repeat,alike,trending,exploration,pinned"`
	Because      string  `json:"because,omitempty" doc:"The product it was found by"`
	Availability string  `json:"availability" enum:"in_stock,few_left,unknown" doc:"unknown: never counted"`
	Left         *int64  `json:"left,omitempty" doc:"Units left, where they are few"`
	MoreOn       string  `json:"more_on,omitempty" doc:"Day on which more are due, where few are left and a purchase says so"`
}

// Bundle is a set that is bought together.
type Bundle struct {
	Items    []Item   `json:"items" doc:"What the page shows first"`
	Price    int64    `json:"price_minor" doc:"Of all together, minor units"`
	Currency string   `json:"currency"`
	Margin   *float64 `json:"margin_minor,omitempty" doc:"Of all together less one delivery; with a server key, where all costs are known"`
	Reason   string   `json:"reason"`
}

func bundle(o *onsite.Offer, title func(string) string, server bool) Bundle {
	b := Bundle{Items: make([]Item, len(o.Items)), Price: o.Price, Currency: o.Currency, Reason: o.Reason()}
	for i, s := range o.Items {
		b.Items[i] = item(s, title)
		b.Items[i].Reason = b.Reason
	}
	if server && o.Known {
		b.Margin = &o.Earns
	}
	return b
}

// Note says why a list is short, generic or empty.
type Note struct {
	Code string `json:"code" enum:"short,generic,empty,caps"`
	Text string `json:"text"`
}

// Recommendation is the answer to a page.
type Recommendation struct {
	List      string         `json:"list" doc:"Names this answer; send it with clicks and purchases that follow"`
	Placement string         `json:"placement,omitempty"`
	Model     string         `json:"model,omitempty" doc:"The artefact that answered; absent where nothing was trained"`
	Arm       string         `json:"arm" doc:"Whether the visitor is in the holdout, and sees best sellers" enum:"treatment,control"`
	Items     []Item         `json:"items"`
	Bundles   []Bundle       `json:"bundles,omitempty" doc:"Sets that are bought together with what the page shows; with bundles=1 to 5"`
	Notes     []Note         `json:"notes,omitempty" doc:"Why the list is short, generic or empty; with explain=1"`
	LeftOut   map[string]int `json:"left_out,omitempty" doc:"How many products were left out for what reason; with explain=1"`
}

// Recommend answers a page. What the visitor looked at stands in for the items where the page names none. The error is
// onsite.ErrPlacement for a placement that is not known.
func (s *Shelf) Recommend(ctx context.Context, shop string, q Question) (Recommendation, error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return Recommendation{}, err
	}
	found, err := snap.engine.Recommend(s.question(ctx, shop, q))
	if err != nil {
		return Recommendation{}, err
	}
	a := Recommendation{List: found.List, Placement: found.Placement, Model: snap.version, Arm: found.Arm, Items: make([]Item, len(found.Items))}
	title := func(sku string) string { return snap.title(sku) }
	for i, f := range found.Items {
		a.Items[i] = item(f, title)
	}
	for i := range found.Bundles {
		a.Bundles = append(a.Bundles, bundle(&found.Bundles[i], title, q.Server))
	}
	if q.Explain {
		for _, n := range found.Notes {
			a.Notes = append(a.Notes, Note(n))
		}
		a.LeftOut = found.Left
	}
	return a, nil
}

// question is what the engine is asked, with what the record knows of the visitor.
func (s *Shelf) question(ctx context.Context, shop string, q Question) onsite.Question {
	past := s.visitor(ctx, shop, q.Visitor)
	if past.stranger {
		q.Visitor = ""
	}
	return onsite.Question{Placement: q.Placement, Visitor: q.Visitor, Opposed: q.Opposed, Items: q.Items, Exclude: q.Exclude, Category: q.Category, Country: q.Country, Postcode: q.Postcode, Came: q.Came,
		N: q.N, Bundles: q.Bundles, Seen: past.seen, Owned: past.bought, Server: q.Server, Explain: q.Explain}
}

// day writes a day; empty where it is not known.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func item(f onsite.Shown, title func(string) string) Item {
	p := f.Product
	v := Item{SKU: p.SKU, ID: p.SKU, Title: p.Title, URL: p.URL, Image: p.Image, Price: p.Price, Currency: p.Currency, Score: f.Score,
		Reason: f.Reason(title), Source: string(f.Source), Because: f.Because}
	word, left, more := f.Availability()
	v.Availability = string(word)
	if word == onsite.FewLeft {
		v.Left = &left
		v.MoreOn = day(more)
	}
	return v
}
