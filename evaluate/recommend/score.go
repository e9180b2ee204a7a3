package recommend

import (
	"context"
	"math"
	"path/filepath"
	"time"

	"almanac/model/recommend/session"
)

// Metrics is how well one method did on the held-out part.
type Metrics struct {
	HR20  float64 `json:"hr20"`
	MRR20 float64 `json:"mrr20"`
	// HR10 and NDCG10 are what tests on sequences report.
	HR10   float64 `json:"hr10"`
	NDCG10 float64 `json:"ndcg10"`
	// Coverage is the share of all items that some answer showed.
	Coverage float64 `json:"coverage"`
	// PopularityBias is the mean of what was shown, each item counted as its clicks over those of the most popular one.
	PopularityBias float64 `json:"popularity_bias"`
	P50            float64 `json:"p50_us"`
	P99            float64 `json:"p99_us"`
	Build          float64 `json:"build_seconds"`
	// HeapMB is the memory that the method holds once it is built; the blend's is that of its parts.
	HeapMB float64 `json:"heap_mb"`
	// ReplayHR and ReplayMRR are what the choice was made by: the latest part of the training file.
	ReplayHR  float64 `json:"replay_hr"`
	ReplayMRR float64 `json:"replay_mrr"`
}

// Chosen is the method that would have answered, with its metrics.
type Chosen struct {
	Method string `json:"method"`
	Metrics
}

// Data is what was measured on.
type Data struct {
	Train      string `json:"train"`
	Test       string `json:"test,omitempty"`
	Form       Form   `json:"form"`
	Sessions   int    `json:"sessions"`
	Clicks     int    `json:"clicks"`
	Items      int    `json:"items"`
	Questions  int    `json:"questions"`
	Attributes bool   `json:"attributes"`
}

// Report is the outcome of a measurement.
type Report struct {
	Task    string             `json:"task"`
	Data    Data               `json:"data"`
	Auto    Chosen             `json:"auto"`
	Methods map[string]Metrics `json:"methods"`
	Order   []string           `json:"-"` // of the methods, simple before clever
	Seconds float64            `json:"seconds"`
}

// Measure learns from the training part of a set and asks every question of its test part.
func Measure(ctx context.Context, s *Set, tell func(step string)) (*Report, error) {
	began := time.Now()
	k := 20
	if s.Form == Sequences {
		k = 10
	}
	chosen, err := session.Choose(ctx, &s.Train, session.Plan{Sequences: s.Form == Sequences, K: k, Attributes: s.Attributes, Tell: tell})
	if err != nil {
		return nil, err
	}
	r := &Report{Task: "recommend", Methods: map[string]Metrics{}, Data: Data{
		Train: filepath.Base(s.paths[0]), Form: s.Form, Sessions: s.Train.Len(), Clicks: s.Train.Clicks(), Items: len(s.Items),
		Questions: len(s.Test), Attributes: s.Attributes != nil,
	}}
	if s.paths[1] != "" {
		r.Data.Test = filepath.Base(s.paths[1])
	}
	popular := session.NewPopular(&s.Train, 0, 1)
	for i, m := range chosen.Methods {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		tell("Asking " + m.Name)
		at20 := session.Ask(m.Scorer, s.Test, len(s.Items), 20, m.Again)
		v := Metrics{HR20: at20.HR, MRR20: at20.MRR, HR10: at20.HR10, NDCG10: at20.NDCG10, Build: m.Built.Seconds(), HeapMB: float64(m.Heap) / (1 << 20),
			ReplayHR: m.Replay.HR, ReplayMRR: m.Replay.MRR}
		v.shown(at20, popular, s.Train.Items())
		r.Methods[m.Name] = v
		r.Order = append(r.Order, m.Name)
		if i == chosen.Best {
			r.Auto = Chosen{m.Name, v}
		}
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// shown fills in what tells of the lists rather than of their hits.
func (m *Metrics) shown(o session.Outcome, popular *session.Popular, items int) {
	most := float64(0)
	for it := range int32(items) {
		most = math.Max(most, float64(popular.Of(it)))
	}
	var sum, n float64
	for it, times := range o.Shown {
		sum += float64(times) * float64(popular.Of(it)) / math.Max(1, most)
		n += float64(times)
	}
	m.Coverage = float64(len(o.Shown)) / float64(max(1, items))
	if n > 0 {
		m.PopularityBias = sum / n
	}
	if len(o.Took) > 0 {
		m.P50 = float64(o.Took[len(o.Took)/2].Nanoseconds()) / 1000
		m.P99 = float64(o.Took[len(o.Took)*99/100].Nanoseconds()) / 1000
	}
}
