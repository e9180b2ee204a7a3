package gbdt

import "fmt"

// Model is a constant and trees. It is safe for use by many goroutines.
type Model struct {
	Objective Objective
	Start     float64 // the score before the first tree
	// TrainLoss is the mean loss before each round of the fit, on the rows drawn for it; ValidLoss that on the validation set
	// after each round. They are not encoded.
	TrainLoss, ValidLoss []float64
	columns              *columns
	trees                []*tree
	lookup               *lookup // of the trees; nil where they are walked
}

// plant gives the model its trees.
func (m *Model) plant(trees []*tree) {
	m.trees, m.lookup = trees, newLookup(trees, *m.columns)
}

// Trees is the number of trees.
func (m *Model) Trees() int { return len(m.trees) }

// Columns are the names of the features, in the order in which [Model.Predict] wants them.
func (m *Model) Columns() []string {
	out := make([]string, len(*m.columns))
	for j, c := range *m.columns {
		out[j] = c.name
	}
	return out
}

// Predict is what to expect of one row: a mean for [Squared], [Poisson] and [Tweedie], a quantile for [Pinball]. The offset
// is that of the row, 0 where the model was fitted without.
func (m *Model) Predict(row []float32, offset float64) (float64, error) {
	if len(row) != len(*m.columns) {
		return 0, fmt.Errorf("the row has %d features, not %d", len(row), len(*m.columns))
	}
	var fixed [64]uint8
	bins := fixed[:0]
	for j, v := range row {
		bins = append(bins, (*m.columns)[j].bin(v))
	}
	score := m.Start
	if m.lookup != nil {
		var few [256]uint64
		score = m.lookup.add(score, bins, m.lookup.room(few[:]))
	} else {
		for _, t := range m.trees {
			score += float64(t.leaf[t.find(bins)])
		}
	}
	return m.Objective.response(score + offset), nil
}

// Bins sorts rows into the bins that the model was fitted with. Columns must be those of the fit, in their order.
func (m *Model) Bins(cols []Column) (*Bins, error) { return m.columns.sort(cols) }

// PredictAll is [Model.Predict] for rows in the model's bins ([Model.Bins], [Bins.With]), on up to workers goroutines. A nil offset is 0.
func (m *Model) PredictAll(b *Bins, offset []float64, workers int) ([]float64, error) {
	if b.columns != m.columns {
		return nil, fmt.Errorf("the rows lie in other bins than the model's; make them with Bins.With")
	}
	if offset != nil && len(offset) != b.rows {
		return nil, fmt.Errorf("%d offsets for %d rows", len(offset), b.rows)
	}
	out := make([]float64, b.rows)
	parts(b.rows, workers, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = m.Start
			if offset != nil {
				out[i] += offset[i]
			}
		}
		if m.lookup != nil {
			left := m.lookup.room(nil)
			for i := lo; i < hi; i++ {
				out[i] = m.lookup.add(out[i], b.row(i), left)
			}
		} else {
			for _, t := range m.trees { // each stays in the cache for all rows
				for i := lo; i < hi; i++ {
					out[i] += float64(t.leaf[t.find(b.row(i))])
				}
			}
		}
		for i := lo; i < hi; i++ {
			out[i] = m.Objective.response(out[i])
		}
	})
	return out, nil
}

// Uses is how many splits use each column, in the order of [Model.Columns].
func (m *Model) Uses() []int {
	out := make([]int, len(*m.columns))
	for _, t := range m.trees {
		for _, n := range t.nodes {
			out[n.column]++
		}
	}
	return out
}

// Cut is the model with its first trees only.
func (m *Model) Cut(trees int) *Model {
	out := *m
	out.plant(m.trees[:min(max(trees, 0), len(m.trees))])
	return &out
}
