package recommend

import (
	"context"
	"time"

	"almanac/evaluate/worlds"
	"almanac/sim"
)

// WorldScore is how well a method did in worlds of one kind, over all their questions.
type WorldScore struct {
	Method    string  `json:"method,omitempty"`
	Questions int     `json:"questions"`
	HR20      float64 `json:"hr20"`
	MRR20     float64 `json:"mrr20"`
	HR10      float64 `json:"hr10"`
	NDCG10    float64 `json:"ndcg10"`
}

func (s *WorldScore) add(m Metrics, questions int) {
	n, k := float64(s.Questions), float64(questions)
	for _, x := range []struct {
		mean *float64
		of   float64
	}{{&s.HR20, m.HR20}, {&s.MRR20, m.MRR20}, {&s.HR10, m.HR10}, {&s.NDCG10, m.NDCG10}} {
		*x.mean = (*x.mean*n + x.of*k) / (n + k)
	}
	s.Questions += questions
}

// RunWorlds learns from the visits of simulated shops but the latest tenth, and asks in those for every product that was looked at after the
// first. Of five hundred products people look at what they like and at what stands high in lists.
func RunWorlds(ctx context.Context, o worlds.Options) (*worlds.Report[WorldScore], error) {
	began := time.Now()
	usual, hostile, err := worlds.Live(ctx, o, askWorld)
	if err != nil {
		return nil, err
	}
	return worlds.NewReport("recommend", "the next product that a visitor looks at, in the latest tenth of the visits", o, began, usual, hostile, sumWorlds), nil
}

func askWorld(ctx context.Context, kind string, seed uint64) (*Report, error) {
	b, err := worlds.Of(ctx, kind, seed, func(c *sim.Config) { c.Months, c.Catalogue.Products, c.Visits.Conversion = 6, 500, .1 })
	if err != nil {
		return nil, err
	}
	s := &Set{Form: Lines, number: map[string]int32{}, paths: []string{"", ""}}
	train := b.Visits[:len(b.Visits)-len(b.Visits)/10]
	for i, v := range b.Visits {
		items := make([]int32, 0, len(v.SKUs))
		for _, sku := range v.SKUs {
			if i < len(train) {
				items = append(items, s.item(sku))
			} else {
				items = append(items, s.known(sku))
			}
		}
		if i < len(train) {
			s.Train.Add(items, v.Ended.Unix())
		} else {
			s.hold([][]int32{items})
		}
	}
	return Measure(ctx, s, func(string) {})
}

func sumWorlds(all []*Report) worlds.Group[WorldScore] {
	g := worlds.Group[WorldScore]{Worlds: len(all), Methods: map[string]WorldScore{}}
	chosen := map[string]int{}
	for _, r := range all {
		for name, m := range r.Methods {
			s := g.Methods[name]
			s.add(m, r.Data.Questions)
			g.Methods[name] = s
		}
		g.Auto.add(r.Auto.Metrics, r.Data.Questions)
		chosen[r.Auto.Method]++
		if g.Auto.Method == "" || chosen[r.Auto.Method] > chosen[g.Auto.Method] {
			g.Auto.Method = r.Auto.Method // in most worlds
		}
	}
	return g
}
