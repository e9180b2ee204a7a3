package reorder

import "math"

// CurvePoint is what a service level comes to in a year, by the forecast: the share of demand that the shelf serves, and the money that
// lost sales, holding and ordering cost together. Money is in minor units.
type CurvePoint struct {
	Service  float64 `json:"service" doc:"Share of order cycles without a stock-out"`
	Fill     float64 `json:"fill" doc:"Share of demand that the shelf serves"`
	Lost     int64   `json:"lost_minor" doc:"Margin of what is not served, a year"`
	Holding  int64   `json:"holding_minor" doc:"Cost of holding stock, a year"`
	Ordering int64   `json:"ordering_minor" doc:"Cost of placing and receiving orders, a year"`
	Total    int64   `json:"total_minor"`
	Stock    int64   `json:"stock_minor" doc:"Cost of what lies there in the mean"`
	Today    bool    `json:"today,omitempty" doc:"Where the shop's settings lie"`
	Best     bool    `json:"best,omitempty" doc:"Where the total is least, of the points shown"`
}

// curveLevels are the service levels that a curve shows, besides today's.
var curveLevels = []float64{0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999}

// yearly is a year of a product under a service level, before rounding.
type yearly struct{ demand, served, lost, holding, ordering, stock float64 }

func (y *yearly) add(o yearly) {
	y.demand += o.demand
	y.served += o.served
	y.lost += o.lost
	y.holding += o.holding
	y.ordering += o.ordering
	y.stock += o.stock
}

func (y yearly) point(service float64) CurvePoint {
	round := func(v float64) int64 { return int64(math.Round(v)) }
	p := CurvePoint{Service: math.Round(service*1000) / 1000, Lost: round(y.lost), Holding: round(y.holding), Ordering: round(y.ordering), Stock: round(y.stock), Fill: 1}
	if y.demand > 0 {
		p.Fill = math.Round(y.served/y.demand*1e4) / 1e4
	}
	p.Total = p.Lost + p.Holding + p.Ordering
	return p
}

// atLevel is a year with the reorder point of a service level and orders as large as they are. An order is placed at the first look at
// or below the point, half a review's demand below it in the mean; what is short in a cycle is what the demand until that order
// arrives exceeds the point by. The sale is lost where the shelf is empty.
func (n *need) atLevel(s Settings, service float64) yearly {
	margin, hold := math.Max(0, n.lost(s)), s.Carrying()
	review := float64(s.ReviewDays) / 7
	risk := n.over(n.leadDays/7+review/2).Over(n.perWeek/7, n.leadSD)
	point := n.pointAt(service)
	order := math.Max(math.Max(n.upTo-n.point+n.perWeek*review/2, n.perWeek*review), 1)
	short := math.Min(risk.Short(math.Max(0, point)), order)
	stock := math.Max(0, point-risk.Mean+short) + order/2
	year, placing := n.perWeek*365/7, float64(s.OrderCostMinor)
	if n.cycle != nil {
		placing += n.cycle.share
	}
	cycles := year / order
	return yearly{demand: year, served: year * (1 - short/order), lost: cycles * short * margin, stock: stock * float64(n.cost.Amount),
		holding: stock * float64(n.cost.Amount) * hold, ordering: cycles * placing}
}

// pointAt is the reorder point of a service level.
func (n *need) pointAt(service float64) float64 {
	weeks, varies := n.within(n.protect), n.leadSD/7
	if mean := n.mean(weeks); n.backSD > 0 && mean > 0 { // returns that vary widen the demand as a lead time does
		varies = math.Hypot(varies, n.backSD*weeks/mean)
	}
	return n.ahead.SumQuantile(weeks, varies, service)
}

// curve is service against money for one product; nil where cost or price is unknown or it is not worth stocking.
func (n *need) curve(s Settings) []CurvePoint {
	if !n.priced() || n.point < 0 || n.service < 0.01 || n.until > 0 {
		return nil
	}
	return curveOf(n.service, func(level float64) yearly { return n.atLevel(s, level) }, n.atLevel(s, n.service))
}

// curveOf marks where today's settings lie, at the service level given, and where the total is least.
func curveOf(today float64, year func(level float64) yearly, now yearly) (out []CurvePoint) {
	p := now.point(math.Min(today, 0.999))
	p.Today = true
	placed := false
	for _, level := range curveLevels {
		if !placed && p.Service <= level {
			out, placed = append(out, p), true
		}
		if p.Service != level {
			out = append(out, year(level).point(level))
		}
	}
	if !placed {
		out = append(out, p)
	}
	best := 0
	for i := range out {
		if out[i].Total < out[best].Total {
			best = i
		}
	}
	out[best].Best = true
	return out
}

// ShopCurve is service against money over all products whose cost, price and lead time are known. Today's point is what each product's
// own service level comes to together, at their mean weighted by demand; Products says how many there are, Without how many counted
// products are missing from it.
type ShopCurve struct {
	Points            []CurvePoint
	Products, Without int
}

// Curve is that of a shop.
func Curve(in Input) (c ShopCurve) {
	if !Ready(in).Ready {
		return c
	}
	var of []*need
	var service, demand float64
	var now yearly
	for _, n := range in.needs() {
		if !n.priced() || n.point < 0 || n.service < 0.01 || n.until > 0 {
			continue
		}
		of = append(of, n)
		service += n.service * n.perWeek
		demand += n.perWeek
		now.add(n.atLevel(in.Settings, n.service))
	}
	c.Products, c.Without = len(of), len(in.Positions)-len(of)
	if len(of) == 0 {
		return c
	}
	c.Points = curveOf(service/demand, func(level float64) (all yearly) {
		for _, n := range of {
			all.add(n.atLevel(in.Settings, level))
		}
		return all
	}, now)
	return c
}
