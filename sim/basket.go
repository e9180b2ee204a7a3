package sim

// more is the mean of the units of a line beside the first.
func (b *Basket) more(k *category) float64 {
	if k.consumable {
		return b.Refill - 1
	}
	return b.Units - 1
}

// list is what somebody who buys one thing wants on that occasion: what goes with it, more of its kind, and what they happen upon.
// They think of more than they take, and of what is reduced they take more, as of the first.
func (w *World) list(d int, p *person, first int, r chance) []int {
	b := &w.config.Basket
	wanted := []int{first}
	for range r.counts((b.Lines-1)/usualBuy, b.Spread) {
		another, ok := 0, true
		switch u, of := r.Float64(), wanted[r.IntN(len(wanted))]; {
		case u < b.Complement:
			st := &w.goods.styles[w.goods.products[of].style]
			if len(st.complements) == 0 {
				continue
			}
			another = w.variant(st.complements[r.IntN(len(st.complements))], p, r)
		case u < b.Complement+b.Same:
			k := &w.goods.categories[w.goods.styles[w.goods.products[first].style].category]
			another = w.variant(k.styles[k.wheel.draw(r.Float64())], p, r)
		default:
			another, ok = w.choose(d, p, r)
		}
		if ok && r.happens(w.appeal(another, d, p)) {
			wanted = append(wanted, another)
		}
	}
	return wanted
}
