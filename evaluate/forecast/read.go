// Package forecast measures the forecasters of model/forecast on files of known series, as the M competitions did.
//
// In goes a CSV file (gzip or plain) with the columns series, period, type, frequency, split, start, values: two rows a
// series, train and test, the values separated by spaces. Only the training part is shown to a method; out come its errors on
// the test part, for each method and for the automatic choice.
//
// Sources: Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition: 100,000 time series and 61 forecasting
// methods", International Journal of Forecasting 36(1), for sMAPE, MASE, OWA and MSIS; Hyndman and Koehler (2006), same
// journal 22(4), for MASE.
package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"almanac/evaluate/data"
)

// Series is one series with its held-out continuation.
type Series struct {
	ID        string
	Group     string // the column period, such as MONTHLY
	Frequency int    // steps per season, 1 where the competition names none
	Train     []float64
	Test      []float64
}

// ReadFile reads a file of series, in the file's order. Errors name the line.
func ReadFile(path string) ([]Series, error) { return data.Read(path, Read) }

// Read reads series from CSV, plain or gzip. A series needs both rows; empty values and "NA" are gaps (NaN).
func Read(r io.Reader) (out []Series, err error) {
	t, err := data.NewTable(r, "series", "period", "frequency", "split", "values")
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	err = t.Each(func() error {
		key := t.Get("period") + "\x00" + t.Get("series")
		frequency, err := strconv.Atoi(t.Get("frequency"))
		if err != nil || frequency < 1 || frequency > 100_000 {
			return fmt.Errorf("frequency %q is not a whole number of steps from 1 to 100000", t.Get("frequency"))
		}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Series{ID: strings.Clone(t.Get("series")), Group: strings.Clone(t.Get("period")), Frequency: frequency})
		}
		values, err := parseValues(t.Get("values"))
		if err != nil {
			return fmt.Errorf("series %s: %w", t.Get("series"), err)
		}
		if len(values) == 0 {
			return fmt.Errorf("series %s: there are no values; they stand in one cell, with spaces between them", t.Get("series"))
		}
		part := &out[i].Train
		switch split := t.Get("split"); split {
		case "train":
			out[i].Frequency = frequency // that of the training row counts, in whichever order they come
		case "test":
			part = &out[i].Test
		default:
			return fmt.Errorf("split is %q; it must be train or test", split)
		}
		if *part != nil {
			return fmt.Errorf("series %s has two rows of split %s: keep one, or name the series apart", t.Get("series"), t.Get("split"))
		}
		*part = values
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range out {
		if len(s.Train) == 0 || len(s.Test) == 0 {
			return nil, fmt.Errorf("series %s lacks its row of split train or test: each series needs both", s.ID)
		}
	}
	return out, nil
}

// Reference holds forecasts made elsewhere: by method, by series.
type Reference map[string]map[string][]float64

// ReadReference reads forecasts of other programs: columns method, series, values.
func ReadReference(path string) (Reference, error) { return data.Read(path, readReference) }

func readReference(r io.Reader) (Reference, error) {
	t, err := data.NewTable(r, "method", "series", "values")
	if err != nil {
		return nil, err
	}
	out := Reference{}
	return out, t.Each(func() error {
		values, err := parseValues(t.Get("values"))
		if err != nil {
			return err
		}
		method := strings.Clone(t.Get("method"))
		if out[method] == nil {
			out[method] = map[string][]float64{}
		}
		out[method][strings.Clone(t.Get("series"))] = values
		return nil
	})
}

func parseValues(s string) ([]float64, error) {
	fields := strings.Fields(s)
	out := make([]float64, len(fields))
	for i, f := range fields {
		if f == "NA" || f == "NaN" {
			out[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsInf(v, 0) {
			return nil, fmt.Errorf("value %d is %q, not a number", i+1, f)
		}
		out[i] = v
	}
	return out, nil
}
