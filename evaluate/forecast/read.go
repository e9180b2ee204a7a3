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
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
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
func ReadFile(path string) (out []Series, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read series: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err = Read(f)
	if err != nil {
		return nil, fmt.Errorf("read series from %s: %w", path, err)
	}
	return out, nil
}

// Read reads series from CSV, plain or gzip. A series needs both rows; empty values and "NA" are gaps (NaN).
func Read(r io.Reader) ([]Series, error) {
	table, err := readTable(r, "series", "period", "frequency", "split", "values")
	if err != nil {
		return nil, err
	}
	var out []Series
	at := map[string]int{}
	for table.next() {
		id, group := table.get("series"), table.get("period")
		key := group + "\x00" + id
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			frequency, err := strconv.Atoi(table.get("frequency"))
			if err != nil || frequency < 1 || frequency > 100_000 {
				return nil, fmt.Errorf("line %d: frequency %q is not a whole number of steps from 1 to 100000", table.line, table.get("frequency"))
			}
			out = append(out, Series{ID: id, Group: group, Frequency: frequency})
		}
		values, err := parseValues(table.get("values"))
		if err != nil {
			return nil, fmt.Errorf("line %d, series %s: %w", table.line, id, err)
		}
		switch split := table.get("split"); split {
		case "train":
			out[i].Train = values
		case "test":
			out[i].Test = values
		default:
			return nil, fmt.Errorf("line %d: split is %q; it must be train or test", table.line, split)
		}
	}
	if table.err != nil {
		return nil, table.err
	}
	for _, s := range out {
		if len(s.Train) == 0 || len(s.Test) == 0 {
			return nil, fmt.Errorf("series %s lacks its row of split train or test", s.ID)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the file holds no series")
	}
	return out, nil
}

// Reference holds forecasts made elsewhere: by method, by series.
type Reference map[string]map[string][]float64

// ReadReference reads forecasts of other programs: columns method, series, values.
func ReadReference(path string) (out Reference, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read reference forecasts: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	table, err := readTable(f, "method", "series", "values")
	if err != nil {
		return nil, fmt.Errorf("read reference forecasts from %s: %w", path, err)
	}
	out = Reference{}
	for table.next() {
		values, err := parseValues(table.get("values"))
		if err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, table.line, err)
		}
		method := table.get("method")
		if out[method] == nil {
			out[method] = map[string][]float64{}
		}
		out[method][table.get("series")] = values
	}
	return out, table.err
}

// csvTable steps through a CSV by column name.
type csvTable struct {
	r      *csv.Reader
	column map[string]int
	row    []string
	line   int
	err    error
}

func readTable(r io.Reader, columns ...string) (*csvTable, error) {
	in, err := data.Unpacked(r)
	if err != nil {
		return nil, err
	}
	t := &csvTable{r: csv.NewReader(in), column: map[string]int{}}
	t.r.ReuseRecord = true
	header, err := t.r.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for i, name := range header {
		t.column[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
	}
	for _, name := range columns {
		if _, ok := t.column[name]; !ok {
			return nil, fmt.Errorf("column %q is missing: the file needs %s", name, strings.Join(columns, ", "))
		}
	}
	return t, nil
}

func (t *csvTable) next() bool {
	row, err := t.r.Read()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			t.err = err
		}
		return false
	}
	t.row = row
	t.line, _ = t.r.FieldPos(0)
	return true
}

func (t *csvTable) get(name string) string { return t.row[t.column[name]] }

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
