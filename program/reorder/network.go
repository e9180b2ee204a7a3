package reorder

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"almanac/model/inventory"
)

// Network is a shop of several places: one that suppliers deliver to, and others that it supplies. Share is how much of a product's
// demand each place has, by product and place; Forecast names the products of which the forecast says so.
type Network struct {
	Warehouse string
	Places    []string
	Share     map[string]map[string]float64
	Forecast  map[string]bool
}

// placeWorth is how many units sold the shop's shares are worth beside a product's own.
const placeWorth = 20

// network reads the places; nil where there is one only, or nobody tells where units are sold.
func (in Input) network() *Network {
	units := map[string]int64{}
	for _, at := range in.Places {
		for loc, p := range at {
			units[loc] += max(0, p.OnHand)
		}
	}
	net := &Network{Places: slices.Sorted(maps.Keys(units)), Share: map[string]map[string]float64{}, Forecast: map[string]bool{}}
	var total float64
	sold := map[string]float64{}
	for _, at := range in.Sold {
		for loc, n := range at {
			sold[loc] += float64(n)
			total += float64(n)
		}
	}
	expected := in.expected()
	if len(net.Places) < 2 || total == 0 && len(expected) == 0 {
		return nil
	}
	net.Warehouse = in.warehouse(net.Places, units)
	for sku, at := range in.Places {
		if shares := expected[sku]; shares != nil {
			net.Share[sku], net.Forecast[sku] = shares, true
			continue
		}
		if total == 0 {
			continue
		}
		shares, own, usual := map[string]float64{}, 0.0, 0.0
		for loc := range at {
			own += float64(in.Sold[sku][loc])
			usual += sold[loc] / total
		}
		for loc := range at {
			prior := 1 / float64(len(at))
			if usual > 0 {
				prior = sold[loc] / total / usual
			}
			shares[loc] = (float64(in.Sold[sku][loc]) + placeWorth*prior) / (own + placeWorth)
		}
		net.Share[sku] = shares
	}
	return net
}

// expected is which share of a product's forecast falls to each place that holds it, where the forecast knows all of these places. What it
// expects elsewhere, or without a place, is divided among them in the same proportions.
func (in Input) expected() map[string]map[string]float64 {
	out := map[string]map[string]float64{}
	if in.Model == nil || len(in.Model.Places) == 0 {
		return out
	}
	for sku, at := range in.Places {
		p, ok := in.Model.Find(sku)
		if !ok {
			continue
		}
		shares, sum := map[string]float64{}, 0.0
		for _, a := range p.At {
			name := in.Model.Places[a.Place].Name
			if _, ok := at[name]; ok {
				for h := range p.Mean {
					shares[name] += a.In(h) / float64(len(p.Mean))
				}
				sum += shares[name]
			}
		}
		if len(shares) != len(at) || sum <= 0 {
			continue
		}
		for name := range shares {
			shares[name] /= sum
		}
		out[sku] = shares
	}
	return out
}

// warehouse is the place that was set, else the one that most purchases go to, else the one where most lies.
func (in Input) warehouse(places []string, units map[string]int64) string {
	if slices.Contains(places, in.Settings.Warehouse) {
		return in.Settings.Warehouse
	}
	return slices.MaxFunc(places, func(a, b string) int {
		return cmp.Or(cmp.Compare(in.Receiving[a], in.Receiving[b]), cmp.Compare(units[a], units[b]), cmp.Compare(b, a))
	})
}

// thinned is the demand of which each unit falls to a place with some chance: of mean pM and variance pM + p²(V − M).
func thinned(d inventory.Demand, p float64) inventory.Demand {
	v := p*d.Mean + p*p*(d.SD*d.SD-d.Mean)
	return inventory.Demand{Mean: p * d.Mean, SD: math.Sqrt(math.Max(0, v))}
}

// at is the law of the demand of some days at places that have a share of it.
func (n *need) at(share, days float64) inventory.Demand { return thinned(n.over(days/7), share) }

// spot is one place of a product on the way to its levels.
type spot struct{ Point, UpTo int64 }

// levels places the stock of a product: the warehouse waits for the supplier, the others for the warehouse, and each promises the next
// the time at which the safety stock of all together costs least (Graves and Willems 2000). What the warehouse sells itself is a place of
// its own that needs no time. A lead time that varies is the warehouse's matter.
func (net *Network) levels(n *need) map[string]spot {
	if net == nil || n.point < 0 || n.service < 0.5 {
		return nil
	}
	shares := net.Share[n.sku]
	if _, ok := shares[net.Warehouse]; !ok || len(shares) < 2 {
		return nil
	}
	review := n.reviewDays
	daily := func(share float64) inventory.Demand {
		d := n.at(share, 7)
		return inventory.Demand{Mean: d.Mean / 7, SD: d.SD / math.Sqrt(7)}
	}
	places := []inventory.Place{{H: 1, Time: int(math.Round(n.leadDays)) + review, From: -1}, {H: 1, SD: daily(shares[net.Warehouse]).SD, HasMost: true}}
	names := []string{"", net.Warehouse}
	for _, loc := range slices.Sorted(maps.Keys(shares)) {
		if loc != net.Warehouse {
			names = append(names, loc)
			places = append(places, inventory.Place{H: 1, Time: n.transferDays + review, SD: daily(shares[loc]).SD, HasMost: true})
		}
	}
	z := inventory.NormalQuantile(n.service)
	promises, _, err := inventory.Promises(z, places)
	if err != nil {
		return nil
	}
	waits := float64(promises[0])
	covers := func(d inventory.Demand, days, leadSD float64) float64 {
		return d.Mean*days + z*math.Hypot(d.SD*math.Sqrt(days), d.Mean*leadSD)
	}
	out := map[string]spot{}
	cycle := float64(review)
	for i, loc := range names[1:] {
		d := daily(shares[loc])
		point, lot := covers(d, waits+float64(places[i+1].Time), 0), d.Mean*cycle
		if loc == net.Warehouse {
			all := daily(1)
			point += covers(all, math.Max(0, float64(places[0].Time)-waits), n.leadSD)
			lot = n.upTo - n.point
		}
		s := spot{Point: int64(math.Ceil(math.Max(0, point)))}
		s.UpTo = max(s.Point+1, int64(math.Ceil(point+lot)))
		out[loc] = s
	}
	return out
}
