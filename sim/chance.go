package sim

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A stream of chance belongs to one entity and one purpose. What one entity draws never moves what another
// draws, so that worlds under different policies stay comparable (common random numbers).

// purpose keeps the streams of one entity apart.
type purpose uint64

const (
	forCatalogue purpose = iota + 1
	forPerson
	forIntent
	forBrowsing
	forSupply
	forWeather
	forPrices
	forDelivery
	forReturn
	forMail
	forCount
	forBots
	forDirt
	forStyle
	forCategory
	forRivals
)

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func key(seed uint64, p purpose, ids ...uint64) uint64 {
	k := mix(seed ^ uint64(p)<<56)
	for _, id := range ids {
		k = mix(k ^ id)
	}
	return k
}

// chance is one stream.
type chance struct {
	*rand.Rand
	src *rand.PCG
}

// chanceOf is the stream of an entity, at its beginning.
func chanceOf(seed uint64, p purpose, ids ...uint64) chance {
	k := key(seed, p, ids...)
	src := rand.NewPCG(k, mix(k))
	return chance{rand.New(src), src}
}

func (c chance) happens(share float64) bool { return c.Float64() < share }

func (c chance) gamma(shape, scale float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1 / scale, Src: c.src}.Rand()
}

func (c chance) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: c.src}.Rand())
}

func (c chance) beta(a, b float64) float64 { return distuv.Beta{Alpha: a, Beta: b, Src: c.src}.Rand() }

// lognormal has the given mean and coefficient of variation.
func (c chance) lognormal(mean, cv float64) float64 {
	s2 := math.Log(1 + cv*cv)
	return mean * math.Exp(c.NormFloat64()*math.Sqrt(s2)-s2/2)
}

// counts is a negative binomial count with the given mean: Poisson, with a mean whose squared coefficient of variation is spread.
func (c chance) counts(mean, spread float64) int {
	switch {
	case mean <= 0:
		return 0
	case spread == 0:
		return c.poisson(mean)
	case spread == 1: // geometric
		return int(math.Log(1-c.Float64()) / math.Log(mean/(1+mean)))
	}
	return c.poisson(c.gamma(1/spread, mean*spread))
}

// wheel draws an index by weight.
type wheel []float64 // running sums

func newWheel(weights []float64) wheel {
	w, sum := make(wheel, len(weights)), 0.
	for i, v := range weights {
		sum += v
		w[i] = sum
	}
	return w
}

func (w wheel) draw(u float64) int {
	i, _ := slices.BinarySearch(w, u*w[len(w)-1])
	return min(i, len(w)-1)
}

func sorted(errs []error) []error {
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errs
}
