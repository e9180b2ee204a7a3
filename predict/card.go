// Package predict keeps the answers to questions about the future: one sub-package per question trains and answers,
// this one registers what they trained.
//
// An artefact is the bytes of one trained model with its card: what it was trained on, how it fared against the baseline
// on the shop's own past, and which method won. It is named by the SHA-256 of its bytes, never changed, and verified
// whenever it is read. Same data, same seed, same program give the same bytes; when it was trained stands in the table
// beside it, not in it. Which artefact answers is one row, so that a rollback is one write.
//
// Cards follow Mitchell et al. (2019), "Model Cards for Model Reporting", FAT*, as far as a shop needs it.
package predict

import (
	"math"
	"time"
)

// Question names one question about the future.
type Question string

// The questions that have a trainer.
const (
	Demand   Question = "demand"   // how much of each product will be ordered in each of the next weeks
	Affinity Question = "affinity" // what goes with what
	Customer Question = "customer" // who will buy again
	Price    Question = "price"    // how demand answers to prices
)

// Window is the days that training looked at, both inclusive.
type Window struct {
	From string `json:"from"` // 2011-12-01
	To   string `json:"to"`
}

// Metric is one measure of the chosen method beside the baseline's, from the same backtest.
type Metric struct {
	Model    float64 `json:"model"`
	Baseline float64 `json:"baseline"`
	Better   string  `json:"better"` // where good values lie: "lower", "higher", "near 0", "near 0.8"
}

// Card says what an artefact is worth and what it was made of.
type Card struct {
	Question    Question          `json:"question"`
	Shop        string            `json:"shop"`
	Cutoff      string            `json:"cutoff"` // 2011-12-09, the first day that training did not see
	Window      Window            `json:"window"`
	Rows        int64             `json:"rows"`      // rows of training data
	DataHash    string            `json:"data_hash"` // SHA-256 of the training data, independent of its order
	Metrics     map[string]Metric `json:"metrics"`   // empty where the past is too short to test on
	Champion    string            `json:"champion"`  // the method that answers; the baseline's name where nothing beat it
	Baseline    string            `json:"baseline"`
	Folds       int               `json:"folds"` // cut-offs in the backtest
	Notes       []string          `json:"notes,omitempty"`
	CodeVersion string            `json:"code_version"`
	Seed        uint64            `json:"seed"`
	// TrainedAt is when the artefact was registered first. It is no part of the artefact.
	TrainedAt time.Time `json:"trained_at,omitzero"`
}

// Measure adds a metric to the card, rounded to six decimals. Where either side is not a number (nothing was sold, one
// class only) there is nothing to compare, and the metric is left out.
func (c *Card) Measure(name string, model, baseline float64, better string) {
	if math.IsNaN(model) || math.IsNaN(baseline) || math.IsInf(model, 0) || math.IsInf(baseline, 0) {
		return
	}
	if c.Metrics == nil {
		c.Metrics = map[string]Metric{}
	}
	c.Metrics[name] = Metric{Model: round6(model), Baseline: round6(baseline), Better: better}
}

func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
