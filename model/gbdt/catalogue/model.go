package catalogue

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"runtime"

	"almanac/model/forecast"
	"almanac/model/gbdt"
)

// Model forecasts the series of a catalogue. It is safe for use by many goroutines.
type Model struct {
	horizon int
	mean    *gbdt.Model
	spread  *gbdt.Model
}

// Forecast is the demand of one series on each next day.
type Forecast struct {
	Mean       []float64 // units
	Dispersion []float64 // variance as a multiple of the mean
}

// Quantile is the p-quantile of the day h (from 0), of a law of counts with that mean and variance.
func (f *Forecast) Quantile(h int, p float64) float64 {
	return forecast.DemandQuantile(f.Mean[h], math.Sqrt(f.Mean[h]*f.Dispersion[h]), p)
}

// Horizon is how many days ahead the model was made for.
func (m *Model) Horizon() int { return m.horizon }

// Trees of the mean.
func (m *Model) Trees() int { return m.mean.Trees() }

// Forecast answers for the series which of a panel, as they stood before the day end: one forecast each, of as many days
// as the model's horizon. The calendar must reach that far. Codes mean what they meant in the fit.
func (m *Model) Forecast(ctx context.Context, p *Panel, which []int, end int) ([]Forecast, error) {
	stages, err := m.Stages(ctx, p, which, end, []int{m.Trees()})
	if err != nil {
		return nil, err
	}
	return stages[0], nil
}

// Stages is [Model.Forecast] by the first trees of the mean only, for each of several numbers of trees: how many are best is
// seen on later days.
func (m *Model) Stages(ctx context.Context, p *Panel, which []int, end int, trees []int) ([][]Forecast, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := p.reach(which, end, m.horizon); err != nil {
		return nil, err
	}
	r, err := fillAll(ctx, p, newGroups(p), which, runtime.GOMAXPROCS(0), func(i int) []question {
		out := make([]question, m.horizon)
		for h := range out {
			out[h] = question{end - p.Series[i].First, h + 1}
		}
		return out
	})
	if err != nil {
		return nil, err
	}
	spread, err := answer(m.spread, r.columns, r.spread)
	if err != nil {
		return nil, err
	}
	var out [][]Forecast
	for _, n := range trees {
		mean, err := answer(m.mean.Cut(n), r.columns, r.offset)
		if err != nil {
			return nil, err
		}
		fs := make([]Forecast, len(which))
		for k := range fs {
			lo, hi := k*m.horizon, (k+1)*m.horizon
			fs[k] = Forecast{mean[lo:hi:hi], spread[lo:hi:hi]}
		}
		out = append(out, fs)
	}
	return out, nil
}

func answer(g *gbdt.Model, columns []gbdt.Column, offset []float64) ([]float64, error) {
	b, err := g.Bins(columns)
	if err != nil {
		return nil, err
	}
	return g.PredictAll(b, offset, runtime.GOMAXPROCS(0))
}

// magic begins an encoded model; its last byte is the version of the form and of the features.
const magic = "catalogue\x02"

// Encode writes the model: the same model gives the same bytes.
func (m *Model) Encode() []byte {
	mean := m.mean.Encode()
	b := binary.AppendUvarint([]byte(magic), uint64(m.horizon))
	b = binary.AppendUvarint(b, uint64(len(mean)))
	return append(append(b, mean...), m.spread.Encode()...)
}

// Decode reads what [Model.Encode] wrote.
func Decode(b []byte) (*Model, error) {
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return nil, errors.New("these bytes are no model of a catalogue, or of another version")
	}
	b = b[len(magic):]
	var head [2]uint64
	for k := range head {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errors.New("the model ends early")
		}
		head[k], b = v, b[n:]
	}
	if head[0] < 1 || head[0] > 364 || head[1] > uint64(len(b)) {
		return nil, errors.New("the model is damaged: its horizon or length cannot be")
	}
	m := &Model{horizon: int(head[0])}
	var err error
	if m.mean, err = gbdt.Decode(b[:head[1]]); err != nil {
		return nil, err
	}
	if m.spread, err = gbdt.Decode(b[head[1]:]); err != nil {
		return nil, err
	}
	for _, g := range []*gbdt.Model{m.mean, m.spread} {
		if len(g.Columns()) != len(asked)+len(known) {
			return nil, errors.New("the model was made with other features")
		}
	}
	return m, nil
}
