package worlds

import "time"

// Data says what was lived through.
type Data struct {
	Worlds int    `json:"worlds"`
	Seed   uint64 `json:"seed"`
	Asked  string `json:"asked"` // what every world was asked, in words
}

// Group is the outcome in one kind of world.
type Group[S any] struct {
	Worlds    int          `json:"worlds"`
	Auto      S            `json:"auto"` // what the product would have answered
	Methods   map[string]S `json:"methods"`
	Intervals *Intervals   `json:"intervals,omitempty"`
}

// Report is what `almanac evaluate … --worlds` prints: the usual worlds first, each hostile kind apart.
type Report[S any] struct {
	Task string `json:"task"`
	Data Data   `json:"data"`
	Group[S]
	Hostile map[string]Group[S] `json:"hostile,omitempty"`
	Seconds float64             `json:"seconds"`
}

// NewReport sums up each kind of world by itself.
func NewReport[T, S any](task, asked string, o Options, began time.Time, usual []T, hostile map[string][]T, sum func([]T) Group[S]) *Report[S] {
	r := &Report[S]{Task: task, Data: Data{Worlds: o.Worlds, Seed: o.Seed, Asked: asked}, Group: sum(usual), Hostile: map[string]Group[S]{}}
	for kind, of := range hostile {
		r.Hostile[kind] = sum(of)
	}
	r.Seconds = time.Since(began).Seconds()
	return r
}
