package reorder

// window is the days that are lived through: from warm on policies order, from from on it counts, to is the first day that
// does not.
type window struct{ warm, from, to, review int }

// view is what a policy may know of an item on a day: nothing of that day or later.
type view struct {
	item     *Item
	day      int
	position float64 // on hand and on order
	costs    Costs
}

// past is the demand up to yesterday.
func (v *view) past() []float64 { return v.item.Demand[:v.day] }

// mean of the last days of demand; of those since the first where there are fewer.
func (v *view) mean(days int) float64 {
	from := max(v.item.First, v.day-days)
	if from >= v.day {
		return 0
	}
	var sum float64
	for _, d := range v.item.Demand[from:v.day] {
		sum += d
	}
	return sum / float64(v.day-from)
}

// rule is one policy for one item: it may remember what it saw. order tells how many units to buy.
type rule interface{ order(v *view) float64 }

// due is an order on its way.
type due struct {
	day   int
	units float64
}

// replay lives through the days of one item under one rule. It begins with the stock that the rule of thumb would have.
func replay(item *Item, r rule, w window, c Costs) (t Tally) {
	pack := max(item.Pack, 1)
	v := view{item: item, costs: c}
	var way []due
	first := max(w.warm, item.First)
	v.day = first
	hand, coming := packed(v.mean(30)*float64(item.Quoted+14), pack), 0.0
	for day := first; day < w.to; day++ {
		rest := way[:0]
		for _, d := range way {
			if d.day <= day {
				hand += d.units
				coming -= d.units
			} else {
				rest = append(rest, d)
			}
		}
		way = rest
		ended := item.End > 0 && day >= item.End
		if (day+item.Look)%w.review == 0 && !ended {
			v.day, v.position = day, hand+coming
			if units := packed(r.order(&v), pack); units > 0 {
				way = append(way, due{day + max(1, int(item.Lead[day])), units})
				coming += units
				if day >= w.from {
					t.Lines++
					t.Ordering += c.Order
				}
			}
		}
		want := item.Demand[day]
		sold := min(want, hand)
		hand -= sold
		if day < w.from {
			continue
		}
		t.Demand += want
		t.Sold += sold
		t.LostMargin += (want - sold) * max(0, item.Price[day]-item.Cost)
		t.Goods += sold * item.Cost
		t.Stock += hand * item.Cost
		t.Holding += hand * c.hold(item)
		if !ended {
			t.Days++
			if hand <= 0 {
				t.StockoutDays++
			}
		}
	}
	return t
}

func packed(units, pack float64) float64 {
	if units <= 0 {
		return 0
	}
	n := float64(int((units + pack - 1e-9) / pack))
	return n * pack
}
