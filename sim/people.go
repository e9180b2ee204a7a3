package sim

import (
	"fmt"
	"math"
	"strings"
)

// person is somebody whom no system of the shop knows as one.
type person struct {
	id      int
	rate    float64 // purchases in a day of the clock, while alive
	arrives float64 // on the clock
	dies    int     // day
	taste   [4]int  // categories that they like
	brand   int
	size    float64
	price   float64 // what of the category's elasticity is theirs; mean 1
	city    int
	abuser  bool
	linked  bool
	group   answer
	mails   bool // agreed to mails
	tracked bool // agreed to analytics
	store   bool // has a loyalty card

	next   float64 // when they want something next, on the clock
	wants  uint64  // how often they have
	done   int     // purchases
	device int     // how often cookies were new
	member bool    // has signed up
	told   map[string]bool
	lives  int // that they have had after the first
}

// answer is how somebody answers to mails.
type answer uint8

const (
	sureThing answer = iota
	persuadable
	lostCause
	sleepingDog
)

var answers = [...]string{"sure thing", "persuadable", "lost cause", "sleeping dog"}

// city is where somebody lives: a zone is how far that is from the warehouses.
type city struct {
	name, country, postcode string
	zone                    int
}

var cities = []city{
	{"Berlin", "DE", "10115", 0}, {"Hamburg", "DE", "20095", 0}, {"Leipzig", "DE", "04103", 0}, {"Hannover", "DE", "30159", 0},
	{"München", "DE", "80331", 1}, {"Köln", "DE", "50667", 1}, {"Stuttgart", "DE", "70173", 1}, {"Frankfurt", "DE", "60311", 1},
	{"Wien", "AT", "1010", 2}, {"Graz", "AT", "8010", 2}, {"Utrecht", "NL", "3511", 2}, {"Lyon", "FR", "69001", 2},
}

var given = []string{"Anna", "Ben", "Clara", "David", "Emma", "Finn", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leo", "Mia", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tilda", "Viktor"}
var family = []string{"Arnold", "Becker", "Conrad", "Dietrich", "Engel", "Fischer", "Graf", "Hoffmann", "Iversen", "Jansen", "Keller", "Lang", "Maurer", "Neumann", "Otto", "Pohl", "Richter", "Schulz", "Thoma", "Vogel", "Weber", "Zimmer"}

// comers is how many people there are, so that about Buyers of them buy in the world's time: some of those who
// came in the year before have left by its start.
func (c *Config) comers() int {
	r, share := chanceOf(c.Seed, forPerson, 1<<50), 0.
	const n = 4096
	for range n {
		rate, drop := r.gamma(c.People.RateShape, c.People.RateScale), r.gamma(c.People.DropShape, c.People.DropScale)
		// Who comes wants something at once, and gets it with usualBuy; who does not tries again while they stay.
		if rate+drop > 0 {
			share += usualBuy + (1-usualBuy)*rate/(rate+drop)
		}
	}
	in := float64(c.days())
	return int(math.Round(float64(c.People.Buyers) * n / share * (in + before) / (in + .3*before)))
}

func newPerson(c *Config, k *calendar, g *goods, id int) person {
	r := chanceOf(c.Seed, forPerson, uint64(id))
	p := person{id: id, rate: math.Max(1e-6, r.gamma(c.People.RateShape, c.People.RateScale))}
	// People come over the whole time, more as the shop grows.
	u, years := r.Float64(), float64(len(k.usual))/365.25
	if gr := c.People.Growth; gr != 0 {
		u = math.Log(1+u*(math.Exp(gr*years)-1)) / (gr * years)
	}
	p.arrives = u * k.sum[len(k.usual)]
	p.dies = k.dayOf(p.arrives) + int(math.Min(1e6, r.ExpFloat64()/r.gamma(c.People.DropShape, c.People.DropScale)))
	for i := range p.taste {
		p.taste[i] = g.wheel.draw(r.Float64())
	}
	p.brand, p.size, p.price = r.IntN(c.Catalogue.Brands), 2.5+1.2*r.NormFloat64(), r.lognormal(1, .3)
	p.city = int(float64(len(cities)) * math.Pow(r.Float64(), 1.6))
	p.abuser = r.happens(c.Returns.Abusers)
	p.linked = p.abuser && r.happens(c.Returns.Linked)
	switch u := r.Float64(); {
	case u < c.Mail.Persuadable:
		p.group = persuadable
	case u < c.Mail.Persuadable+c.Mail.LostCause:
		p.group = lostCause
	case u < c.Mail.Persuadable+c.Mail.LostCause+c.Mail.SleepingDog:
		p.group = sleepingDog
	}
	p.mails, p.tracked, p.store = r.happens(c.People.Marketing), !r.happens(c.People.Refuse), r.happens(c.People.Store*3)
	p.next = p.arrives
	return p
}

// interval is how long until they want something again, on the clock. Wants come twice as often as purchases,
// because half of them end without one at the usual price.
func (p *person) interval(c *Config, r chance) float64 {
	k := c.People.Regularity
	return r.gamma(k, 1/(k*p.rate)) * usualBuy
}

// usualBuy is the chance that a want ends in a purchase at the usual price. Below 1, so that lower prices can raise it.
const usualBuy = .5

func (p *person) name() (first, last string) {
	return given[p.id%len(given)], family[p.id/len(given)%len(family)]
}

// email is one of a person's addresses; some share one with whom they live.
func (p *person) email(c *Config, which int) string {
	id := p.id
	if chanceOf(c.Seed, forPerson, uint64(p.id), 1).happens(c.People.Household) {
		id -= id % 2 // the neighbour's in the list
	}
	q := person{id: id}
	first, last := q.name()
	first, last = strings.ToLower(first), strings.ToLower(last)
	if which == 1 {
		return fmt.Sprintf("%c%s%d@post.example", first[0], last, id)
	}
	return fmt.Sprintf("%s.%s%d@mail.example", first, last, id)
}

// mistyped swaps two neighbouring letters.
func mistyped(email string, r chance) string {
	at := strings.IndexByte(email, '@')
	i := 1 + r.IntN(max(1, at-2))
	b := []byte(email)
	b[i], b[i+1] = b[i+1], b[i]
	return string(b)
}
