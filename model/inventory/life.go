package inventory

// Life is what one product lives through, whatever is ordered: days count from 0, slices are by day and reach To at least.
type Life struct {
	From, To int // it is lived through from From on until the day before To
	Counts   int // first day that counts
	End      int // day from which on it is no longer sold; 0: none
	// It is looked at on days d with (d+Look) % Review == 0.
	Review, Look int
	Start        float64   // on hand on the first morning
	Coming       []Receipt // ordered before, by whoever
	Cost         float64   // of a unit
	Hold, Order  float64   // costs of a unit for a day, and of a line of an order
	Demand       []float64
	Price        []float64 // of a unit, without tax
	Lead         []uint16  // days that an order placed on a day takes
}

// Receipt is units that come on the morning of a day.
type Receipt struct {
	Day   int
	Units float64
}

// Tally is what a policy came to in the days that count.
type Tally struct {
	Days, StockoutDays            int64 // product-days, and those that ended with an empty shelf
	Demand, Sold                  float64
	LostMargin, Holding, Ordering float64
	Lines                         int64   // orders of one product
	Goods, Stock                  float64 // cost of what was sold, and of what lay there, summed over days
}

// Add takes another tally in.
func (t *Tally) Add(o Tally) {
	t.Days += o.Days
	t.StockoutDays += o.StockoutDays
	t.Demand += o.Demand
	t.Sold += o.Sold
	t.LostMargin += o.LostMargin
	t.Holding += o.Holding
	t.Ordering += o.Ordering
	t.Lines += o.Lines
	t.Goods += o.Goods
	t.Stock += o.Stock
}

// Total is what it cost, but for the goods.
func (t Tally) Total() float64 { return t.LostMargin + t.Holding + t.Ordering }

// Served is the share of demand that the shelf served; 1 where nothing was wanted.
func (t Tally) Served() float64 {
	if t.Demand <= 0 {
		return 1
	}
	return t.Sold / t.Demand
}

// Turns is the cost of what was sold in a year over that of the mean stock; 0 where nothing lay there.
func (t Tally) Turns() float64 {
	if t.Stock <= 0 {
		return 0
	}
	return t.Goods * 365 / t.Stock
}

// Under lives through the days under a policy: order says how many units to buy on a day at a position (on hand and on order), and is
// asked before that day's demand comes. Sales that find an empty shelf are lost. Orders take the time that an order of their day
// takes, and come in the morning.
func (l *Life) Under(order func(day int, position float64) float64) (t Tally) {
	hand, coming := l.Start, 0.0
	way := append([]Receipt(nil), l.Coming...)
	for _, a := range way {
		coming += a.Units
	}
	for day := l.From; day < l.To; day++ {
		rest := way[:0]
		for _, a := range way {
			if a.Day <= day {
				hand += a.Units
				coming -= a.Units
			} else {
				rest = append(rest, a)
			}
		}
		way = rest
		ended := l.End > 0 && day >= l.End
		if (day+l.Look)%l.Review == 0 && !ended {
			if units := order(day, hand+coming); units > 0 {
				way = append(way, Receipt{day + max(1, int(l.Lead[day])), units})
				coming += units
				if day >= l.Counts {
					t.Lines++
					t.Ordering += l.Order
				}
			}
		}
		sold := min(l.Demand[day], hand)
		hand -= sold
		if day >= l.Counts {
			l.count(&t, day, sold, hand, !ended)
		}
	}
	return t
}

// Was is what a shop really did: what sold on each day, what lay there in the evening, and how many lines it ordered in the days that
// count.
func (l *Life) Was(sold, stock []float64, lines int64) (t Tally) {
	for day := l.Counts; day < l.To; day++ {
		l.count(&t, day, min(sold[day], l.Demand[day]), stock[day], l.End == 0 || day < l.End)
	}
	t.Lines, t.Ordering = lines, float64(lines)*l.Order
	return t
}

// count takes a day in.
func (l *Life) count(t *Tally, day int, sold, hand float64, offered bool) {
	want := l.Demand[day]
	t.Demand += want
	t.Sold += sold
	t.LostMargin += (want - sold) * max(0, l.Price[day]-l.Cost)
	t.Goods += sold * l.Cost
	t.Stock += hand * l.Cost
	t.Holding += hand * l.Hold
	if offered {
		t.Days++
		if hand <= 0 {
			t.StockoutDays++
		}
	}
}
