package onsite

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Question is what a page asks.
type Question struct {
	Placement string
	Visitor   string
	Items     []string // SKUs that the page or cart shows
	Exclude   []string
	Category  string // of the page; that of its first product where empty
	Country   string // where the visitor would have it sent, ISO 3166 alpha-2; empty where unknown
	Postcode  string
	Came      Circumstances // of the visitor, as the request tells them
	PriceFrom int64         // minor units
	PriceTo   int64         // 0 for no limit
	// Seen and Owned are what the record knows of the visitor, oldest first: Seen counts where they have not clicked since the
	// program started, Owned (SKU → when last bought) besides what was heard since.
	Seen  []string
	Owned map[string]time.Time

	N       int
	Bundles int  // how many sets to offer besides, at most MostBundles
	Server  bool // asked with a server key
	Explain bool // tell what was left out and why
	Opposed bool // the browser sends Sec-GPC, which is kept with the list
	Preview bool // for the merchant's eyes: no exposure, no trying, no holdout
	// Rules stand in for the shop's in a preview, to show what a change would do; nil for those in force.
	Rules []Rule
}

// Shown is one product of an answer.
type Shown struct {
	Item       int32
	Product    *Product
	Score      float64 // compares within one answer
	Relevance  float64 // 0 to 1
	Source     Source
	Because    string // SKU that it was found by; empty where it was found by none
	Propensity float64
	Left       int64
	Counted    bool
	Detail     *Detail // in previews only
}

// Answer is a list.
type Answer struct {
	List      string
	Placement string
	Arm       string // "treatment", or "control" for a visitor of the holdout
	Version   string
	Items     []Shown
	Bundles   []Offer // where the page names products
	Notes     []Note  // why it is short, generic or empty
	Left      map[string]int
	Basis     *Basis // in previews only
}

// Exposure is a list that was shown, as it is kept for telling what it earned.
type Exposure struct {
	At           time.Time `json:"at"`
	List         string    `json:"list"`
	Placement    string    `json:"placement"`
	Visitor      string    `json:"visitor"`
	Arm          string    `json:"arm"`
	Version      string    `json:"version,omitempty"`
	SKUs         []string  `json:"skus"`
	Propensities []float64 `json:"propensities"`
	Sources      []Source  `json:"sources"`
	Opposed      bool      `json:"-"` // the browser sends Sec-GPC
}

// Most is the most products of one answer, and Usual how many it has where the page does not say.
const (
	Most  = 50
	Usual = 10
)

// ErrServer says that a placement is not for browsers: its lists would tell who bought what to anybody who guesses an id.
var ErrServer = errors.New("only servers may ask")

// Recommend answers a page. The error is ErrPlacement for a placement that is not known, ErrServer for one that is not for browsers.
func (e *Engine) Recommend(q Question) (Answer, error) {
	pl, err := place(e.o.Placements, q.Placement, len(q.Items) > 0)
	if err != nil {
		return Answer{}, err
	}
	if pl.ServerKey && !q.Server {
		return Answer{}, fmt.Errorf("placement %q: %w", pl.Name, ErrServer)
	}
	if q.N <= 0 {
		q.N = Usual
	}
	r := &round{e: e, q: q, placement: pl, book: e.book.Load(), learned: e.learned.Load(), now: e.o.Now(), n: min(q.N, Most)}
	if q.Preview && q.Rules != nil {
		r.book = newBook(r.book.goods, q.Rules, e.numbers)
	}
	r.goods = r.book.goods
	if q.Preview {
		r.opened = &opened{parts: map[int32][]Part{}}
	}
	r.prepare()
	a := Answer{List: listID(), Placement: pl.Name, Arm: "treatment", Version: r.learned.Version}
	if !q.Preview && e.heldOut(q.Visitor) {
		a.Arm = "control"
		r.control = true
		if !r.named && q.Category == "" {
			r.category = 0 // what anybody would see
		}
		r.fill()
	} else {
		r.rank()
	}
	a.Items, a.Bundles = r.out, r.bundles()
	a.Notes = r.notes()
	if q.Explain {
		a.Left = r.left
	}
	if q.Preview {
		a.Basis = r.basis()
	} else {
		e.tell(&a, &q, r.now)
	}
	return a, nil
}

// tell logs what is shown.
func (e *Engine) tell(a *Answer, q *Question, now time.Time) {
	for _, s := range a.Items {
		if s.Source == Exploration {
			e.trial.tried(q.Visitor, s.Item)
		}
	}
	if e.o.Log == nil || len(a.Items) == 0 {
		return
	}
	x := Exposure{At: now, List: a.List, Placement: a.Placement, Visitor: q.Visitor, Arm: a.Arm, Version: a.Version, Opposed: q.Opposed}
	for _, s := range a.Items {
		x.SKUs, x.Propensities, x.Sources = append(x.SKUs, s.Product.SKU), append(x.Propensities, s.Propensity), append(x.Sources, s.Source)
	}
	e.o.Log(x)
}

func listID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	return hex.EncodeToString(b)
}

// round is the making of one answer.
type round struct {
	e         *Engine
	q         Question
	placement Placement
	goods     *catalogue
	learned   *Learned
	book      *book
	now       time.Time
	n         int

	seed     []int32 // what the page shows, or the visitor's session, oldest first
	named    bool    // the page named them
	fresh    bool    // the visit is under way
	session  []int32
	latest   int32 // what the visitor has just looked at, −1 for nothing
	bought   map[int32]int64
	bot      bool
	exclude  map[int32]bool
	category int32
	to       address
	traits   traits
	active   []bool // which rules hold

	opened *opened // what a preview shows besides; nil elsewhere

	asked map[Source][]found // what sources named, in a replay; nil elsewhere
	cands []candidate
	at    map[int32]int // item → place in cands
	out   []Shown
	left  map[string]int // why how many candidates were left out

	weight          float64 // of margin, as chosen
	capped, control bool
}

// mostSeeds bounds how much of a cart or session is looked at, so that one request cannot cost more than its share.
const mostSeeds = 50

func (r *round) prepare() {
	e, q := r.e, r.q
	r.left, r.at, r.exclude = map[string]int{}, map[int32]int{}, map[int32]bool{}
	for _, sku := range q.Items[:min(len(q.Items), mostSeeds)] {
		if it := e.numbers.find(sku); it >= 0 {
			r.seed = append(r.seed, it)
		}
	}
	r.named = len(r.seed) > 0
	for _, it := range r.seed {
		r.exclude[it] = true
	}
	for _, sku := range q.Exclude {
		if it := e.numbers.find(sku); it >= 0 {
			r.exclude[it] = true
		}
	}
	if q.Visitor != "" {
		var bought purchases
		var last int64
		bought, r.traits, last, r.bot = e.knownOf(q.Visitor)
		r.bought = bought.when(e.recorded(e.key(q.Visitor)), q.Owned, e.numbers.find)
		if !r.bot {
			r.session = e.index.Session(e.key(q.Visitor))
			r.fresh = len(r.session) > 0 && r.now.Unix()-last <= int64(e.o.Idle/time.Second)
		}
		if len(r.session) == 0 && !r.bot {
			for _, sku := range q.Seen {
				if it := e.numbers.find(sku); it >= 0 {
					r.session = append(r.session, it)
				}
			}
		}
		r.session = r.session[max(0, len(r.session)-mostSeeds):]
	}
	if !r.named {
		r.seed = r.session
	}
	r.latest = -1
	if n := len(r.session); n > 0 {
		r.latest = r.session[n-1]
	}
	of := e.traits(q.Came)
	if !q.Preview {
		e.came(q.Visitor, of)
	}
	r.traits = of.over(r.traits)
	r.to = e.address(q.Country, q.Postcode)
	name := strings.TrimSpace(q.Category)
	r.category = r.goods.categories[name]
	if name == "" && len(r.seed) > 0 {
		if last := r.seed[len(r.seed)-1]; r.goods.get(last) != nil {
			r.category = r.goods.category[last]
		}
	}
	r.active = r.book.holding(r.placement.Name, r.now)
}

// excludedBy finds a rule that takes a product out.
func (r *round) excludedBy(it int32) bool {
	return slices.ContainsFunc(r.told(it), func(x *Rule) bool { return x.Deed == Exclude })
}
