package affinity

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"almanac/fact"
	"almanac/model/recommend/relation"
	"almanac/model/recommend/session"
	"almanac/state"
	"almanac/state/behaviour"
)

// Touches is what visitors did on site: *behaviour.View.
type Touches interface {
	// Touches hands every product event since an instant to fn, by visitor, then time.
	Touches(ctx context.Context, shop string, since time.Time, fn func(visitor string, t behaviour.Touch) error) error
}

// Relations is what visits and orders tell of the products together, by numbers that the caller gives out.
type Relations struct {
	Visits      session.Log // visits and orders in the order of time
	Substitutes relation.Links
	Complements relation.Links
	Repurchase  []relation.Interval
	Held        *Held // what the latest tenth tells of ways to choose; nil where there is none
}

// Past says how far back and how much is read.
type Past struct {
	Days   int           // of visits; 90 where 0
	Idle   time.Duration // after which a visitor's next click is another visit; 30 minutes where 0
	Visits int           // the latest that are kept; 1,000,000 where 0
}

func (p Past) orUsual() Past {
	if p.Days <= 0 {
		p.Days = 90
	}
	if p.Idle <= 0 {
		p.Idle = 30 * time.Minute
	}
	if p.Visits <= 0 {
		p.Visits = 1_000_000
	}
	return p
}

type visit struct {
	who   int32 // visitor, by number; −1 for an order
	items []int32
	at    int64
}

// Relate reads a shop's visits and orders before an instant. number gives every product a number, category that of its
// category (0 where unknown); both must answer for any SKU, also one that is no longer sold.
func Relate(ctx context.Context, touches Touches, orders Orders, shop string, now time.Time, p Past, number, category func(sku string) int32) (*Relations, error) {
	p = p.orUsual()
	visits, err := read(ctx, touches, shop, now.AddDate(0, 0, -p.Days), p.Idle, number)
	if err != nil {
		return nil, fmt.Errorf("read the visits of shop %s: %w", shop, err)
	}
	looked := len(visits)
	var kinds []int32
	note := func(sku string, it int32) {
		for int(it) >= len(kinds) {
			kinds = append(kinds, 0)
		}
		kinds[it] = category(sku)
	}
	var purchases []relation.Purchase
	buyers := map[string]int32{}
	most := int32(0)
	err = orders.Baskets(ctx, shop, state.DayOf(now, time.UTC)+1, func(order string, at time.Time, customer string, skus []string) error {
		if at.Before(now.AddDate(0, 0, -window)) {
			return nil
		}
		if customer == "" {
			customer = "\x00" + order // somebody unknown, who is nobody else
		}
		who, ok := buyers[customer]
		if !ok {
			who = int32(len(buyers))
			buyers[customer] = who
		}
		v := visit{who: -1, at: at.Unix()}
		for _, sku := range skus {
			it := number(sku)
			note(sku, it)
			most = max(most, it+1)
			v.items = append(v.items, it)
			purchases = append(purchases, relation.Purchase{Customer: who, Item: it, At: at.Unix()})
		}
		visits = append(visits, v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the orders of shop %s: %w", shop, err)
	}
	for _, v := range visits[:looked] {
		for _, it := range v.items {
			most = max(most, it+1)
		}
	}
	r := relate(visits, purchases, int(most), kinds, p.Visits)
	r.Held = hold(visits, purchases, int(most), kinds, p.Visits)
	return r, ctx.Err()
}

// relate makes relations of visits, orders among them, and purchases.
func relate(visits []visit, purchases []relation.Purchase, items int, kinds []int32, most int) *Relations {
	var seen [][]int32
	for _, v := range visits {
		if v.who >= 0 {
			seen = append(seen, v.items)
		}
	}
	r := &Relations{Complements: relation.Complements(purchases, items, relation.Lagging{}, kinds), Repurchase: relation.Repurchases(purchases, items, 10)}
	together := func(i, j int32) bool {
		return slices.ContainsFunc(r.Complements.Of(i), func(l relation.Link) bool { return l.Item == j })
	}
	r.Substitutes = relation.Substitutes(seen, items, relation.Swinging{Visits: 50}, kinds, together)
	visits = slices.Clone(visits)
	sort.SliceStable(visits, func(i, j int) bool { return visits[i].at < visits[j].at })
	for _, v := range visits[max(0, len(visits)-most):] {
		r.Visits.Add(v.items[max(0, len(v.items)-session.Longest):], v.at)
	}
	return r
}

// read cuts what each visitor did into visits.
func read(ctx context.Context, touches Touches, shop string, since time.Time, idle time.Duration, give func(string) int32) (out []visit, err error) {
	var who string
	number := int32(-1)
	var last time.Time
	err = touches.Touches(ctx, shop, since, func(visitor string, t behaviour.Touch) error {
		if t.Kind == fact.ProductRemoved {
			return nil
		}
		if visitor != who || t.At.Sub(last) > idle || len(out) == 0 {
			if visitor != who || len(out) == 0 {
				number++
			}
			out = append(out, visit{who: number})
		}
		who, last = visitor, t.At
		v := &out[len(out)-1]
		v.items, v.at = append(v.items, give(t.SKU)), t.At.Unix()
		return nil
	})
	return out, err
}
