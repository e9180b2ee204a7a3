package sim

import (
	"fmt"

	"almanac/fact"
)

// browse has people look around who buy nothing today: some of those who bought before, most of them strangers.
func (w *World) browse(d int) {
	c := &w.config
	if w.browsing == 0 {
		return
	}
	r := chanceOf(c.Seed, forBrowsing, uint64(d))
	n := r.poisson(w.browsing * w.calendar.usual[d+before])
	for i := range n {
		r = chanceOf(c.Seed, forBrowsing, uint64(d), uint64(i), 1)
		v := visit{day: d, minute: w.minute(r), key: key(c.Seed, forBrowsing, uint64(d), uint64(i), 2)}
		who := r.IntN(len(w.people))
		if p := &w.people[who]; r.happens(.35) && p.done > 0 && d <= p.dies {
			v.who = p
		} else {
			// Strangers come back within two weeks now and then.
			v.visitor = "a" + hex(key(c.Seed, forBrowsing, uint64(d/14), uint64(r.IntN(1+int(w.browsing*9))), 4))
		}
		var ok bool
		if v.product, ok = w.choose(d, v.who, r); ok {
			v.added = r.happens(w.abandoned)
			w.visit(&v)
		}
	}
}

// bots go through the catalogue page by page.
func (w *World) bots(d int) {
	c := &w.config
	r := chanceOf(c.Seed, forBots, uint64(d))
	for i := range r.poisson(w.browsing * w.calendar.usual[d+before] * c.Visits.Bots) {
		r = chanceOf(c.Seed, forBots, uint64(d), uint64(i), 1)
		v := visit{day: d, minute: r.IntN(24 * 60), visitor: "b" + hex(key(c.Seed, forBots, uint64(d), uint64(i))), key: key(c.Seed, forBots, uint64(d), uint64(i), 2)}
		v.at = w.at(d, v.minute)
		w.truth(Truth{Kind: "bot", Day: d, ID: v.visitor})
		from := r.IntN(len(w.goods.products))
		for n := range 8 + r.IntN(12) {
			p := (from + n) % len(w.goods.products)
			if w.goods.styles[w.goods.products[p].style].sold(d) {
				v.at = v.at.Add(700_000_000)
				w.tell(web, v.id(), v.at, w.event(&v, p))
			}
		}
	}
	w.spend(d)
}

// spend tells what ads cost on a day.
func (w *World) spend(d int) {
	for _, channel := range sortedKeys(w.spent) {
		n := w.spent[channel]
		w.sums.Ads += n
		date := w.calendar.date(d).Format("2006-01-02")
		w.tell("ads:main", fmt.Sprint(channel, "/", date), w.at(d, 23*60), &fact.Spend{Channel: channel, Day: date, Currency: w.config.Currency, Amount: n})
	}
	clear(w.spent)
}
