package sim

import (
	"fmt"
	"math"
	"slices"
)

// category is a kind of goods that people want.
type category struct {
	name, department string
	elasticity       float64 // of demand with regard to price
	phase, amplitude float64 // of its own season within the year, beside the shop's
	weather          float64 // lift for each 10 °C above the usual
	sized            bool
	consumable       bool
	price            float64 // typical, with tax
	styles           []int
	wheel            wheel // over styles, by popularity
}

// style is what people choose: its variants differ in size or colour only.
type style struct {
	category    int
	title       string
	brand       int
	weight      float64
	launch, end int     // first day and first day no longer sold
	price, cost float64 // usual price with tax; cost without
	quality     float64 // 0 to 1: low ones come back
	fit         float64 // in sizes: how much smaller it is than it says
	supplier    int
	variants    []int
	complements []int // styles that go with it
	substitutes []int // styles that will do instead
	viral       [2]int
}

// product is one SKU.
type product struct {
	sku   string
	style int
	size  int // index into sizes; −1 where it has none
	color string
}

var (
	sizes       = []string{"XS", "S", "M", "L", "XL", "XXL"}
	colors      = []string{"black", "white", "navy", "red", "green", "sand"}
	departments = []string{"Women", "Men", "Home", "Kitchen", "Garden", "Sport", "Kids", "Beauty"}
	things      = []string{"Shirt", "Lamp", "Tea", "Shoe", "Pan", "Coffee", "Cushion", "Vase", "Soap", "Jacket", "Mug", "Knife", "Dress", "Trousers", "Planter", "Spade", "Hose", "Ball", "Mat", "Bottle",
		"Puzzle", "Blocks", "Cream", "Candle", "Blanket", "Bowl", "Plate", "Glove", "Hat", "Scarf", "Belt", "Bag", "Tent", "Stove", "Clock", "Frame", "Basket", "Towel", "Brush", "Oil"}
	manners = []string{"Classic", "Light", "Heavy", "Fine", "Plain", "Striped", "Folding", "Large", "Small", "Soft", "Deep", "Round", "Tall", "Flat", "Warm", "Cool"}
	worn    = map[string]bool{"Shirt": true, "Jacket": true, "Trousers": true, "Dress": true, "Shoe": true, "Glove": true}
	used    = map[string]bool{"Tea": true, "Coffee": true, "Soap": true, "Cream": true, "Candle": true, "Oil": true}
)

// goods is all that is or will be sold.
type goods struct {
	categories []category
	styles     []style
	products   []product
	wheel      wheel // over categories, by what people want of each
}

func newGoods(c *Config) *goods {
	g := &goods{}
	for i := range c.Catalogue.Categories {
		g.categories = append(g.categories, newCategory(c, chanceOf(c.Seed, forCategory, uint64(i)), i))
	}
	weights := make([]float64, len(g.categories))
	for i := range g.categories {
		weights[i] = chanceOf(c.Seed, forCategory, uint64(i), 1).gamma(2, 1)
	}
	g.wheel = newWheel(weights)
	for len(g.products) < c.Catalogue.Products {
		g.addStyle(c, chanceOf(c.Seed, forStyle, uint64(len(g.styles))))
	}
	for i := range g.categories {
		k := &g.categories[i]
		w := make([]float64, 0, len(k.styles))
		for _, s := range k.styles {
			w = append(w, g.styles[s].weight)
		}
		if len(w) > 0 {
			k.wheel = newWheel(w)
		}
	}
	for i := range g.styles {
		g.relate(chanceOf(c.Seed, forStyle, uint64(i), 1), i)
	}
	return g
}

func newCategory(c *Config, r chance, i int) category {
	thing := things[i%len(things)]
	k := category{name: thing, department: departments[i%c.Catalogue.Departments%len(departments)], sized: worn[thing], consumable: used[thing]}
	if i >= len(things) {
		k.name = fmt.Sprint(thing, " ", i/len(things)+1)
	}
	k.elasticity = math.Min(0, c.Demand.Elasticity+c.Demand.Spread*r.NormFloat64())
	k.phase, k.amplitude = r.Float64()*365.25, c.Demand.Season*r.Float64()
	if r.happens(.3) {
		k.weather = c.Demand.Weather * (2*r.Float64() - 1)
	}
	k.price = r.lognormal(38, .7)
	if k.consumable {
		k.price = r.lognormal(11, .4)
	}
	return k
}

func (g *goods) addStyle(c *Config, r chance) {
	i := len(g.styles)
	k := i % len(g.categories)
	if i >= 2*len(g.categories) {
		k = g.wheel.draw(r.Float64())
	}
	cat := &g.categories[k]
	s := style{category: k, brand: r.IntN(c.Catalogue.Brands), end: c.days(), launch: -before, quality: r.beta(8, 2), supplier: r.IntN(c.Supply.Suppliers), viral: [2]int{-1, -1}}
	s.title = fmt.Sprint(manners[r.IntN(len(manners))], " ", cat.name, " ", i+1)
	rank := float64(len(cat.styles) + 1)
	s.weight = math.Pow(rank, -c.Catalogue.Popularity) * r.lognormal(1, .5)
	s.price = math.Max(1, math.Round(r.lognormal(cat.price, .35)))
	s.price -= .05 // as shops write prices
	s.cost = s.price / (1 + c.Catalogue.Tax) * (1 - min(.9, max(.05, c.Catalogue.Margin+.08*r.NormFloat64())))
	if cat.sized {
		s.fit = .5 * r.NormFloat64()
	}
	if r.happens(c.Catalogue.Launches) {
		s.launch = r.IntN(c.days())
	}
	if r.happens(c.Catalogue.EndOfLife) {
		s.end = min(c.days(), max(s.launch, 0)+90+r.IntN(c.days()))
	}
	if r.happens(c.Demand.Viral * float64(c.days()) / 365.25 / float64(c.Catalogue.Products) * 3) {
		from := r.IntN(c.days())
		s.viral = [2]int{from, from + 5 + r.IntN(10)}
	}
	n := 1 + r.IntN(c.Catalogue.Variants)
	if cat.sized {
		n = min(c.Catalogue.Variants, len(sizes))
	}
	n = min(n, c.Catalogue.Products-len(g.products))
	for v := range n {
		p := product{style: i, size: -1, color: colors[(i+v)%len(colors)], sku: fmt.Sprintf("%s-%04d-%d", code(cat.name), i+1, v+1)}
		if cat.sized {
			p.size = (v + (len(sizes)-n)/2) % len(sizes)
			p.color = colors[i%len(colors)]
		}
		s.variants = append(s.variants, len(g.products))
		g.products = append(g.products, p)
	}
	cat.styles = append(cat.styles, i)
	g.styles = append(g.styles, s)
}

func code(name string) string {
	up := []byte{}
	for i := 0; i < len(name) && len(up) < 3; i++ {
		if ch := name[i]; ch >= 'a' && ch <= 'z' {
			up = append(up, ch-'a'+'A')
		} else if ch >= 'A' && ch <= 'Z' {
			up = append(up, ch)
		}
	}
	return string(up)
}

// relate names what goes with a style and what will do instead of it: in people's heads, before anybody bought anything.
func (g *goods) relate(r chance, i int) {
	s := &g.styles[i]
	others := g.categories[s.category].styles
	for range min(4, len(others)-1) {
		if o := others[r.IntN(len(others))]; o != i && !slices.Contains(s.substitutes, o) {
			s.substitutes = append(s.substitutes, o)
		}
	}
	for n := 0; n < 3 && len(g.categories) > 1; n++ {
		k := (s.category + 1 + n) % len(g.categories) // the next categories go with this one
		if len(g.categories[k].styles) == 0 {
			continue
		}
		o := g.categories[k].styles[g.categories[k].wheel.draw(r.Float64())]
		if !slices.Contains(s.complements, o) {
			s.complements = append(s.complements, o)
		}
	}
}

func (s *style) sold(d int) bool { return d >= s.launch && d < s.end }

// season of a category on a day of the year, 1 on average.
func (k *category) season(yearDay int) float64 {
	return 1 + k.amplitude*math.Cos(2*math.Pi*(float64(yearDay)-k.phase)/365.25)
}
