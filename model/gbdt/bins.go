package gbdt

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"almanac/model/parallel"
)

// Column is one feature of all rows.
type Column struct {
	Name        string
	Values      []float32 // NaN is missing
	Categorical bool      // values are codes: whole numbers from 0 to 2³¹−1; anything else is missing
}

// Bins is rows of features, each sorted into bins. Bin 0 is the missing one.
type Bins struct {
	columns *columns
	rows    int
	data    []uint8 // row by row
}

// columns is how the values of each feature become bins.
type columns []column

type column struct {
	name        string
	categorical bool
	cuts        []float32 // numeric: bin k holds cuts[k-2] < v ≤ cuts[k-1]
	codes       []int32   // categorical: ascending; bin k holds codes[k-1]
	most        int       // the highest bin
}

// look is how many values of a column are looked at to choose its cuts.
const look = 200_000

// NewBins finds bins of about equal numbers of rows, at most most (2 to 255) besides that of missing values, and sorts the
// columns into them. A category beyond the most frequent ones counts as missing. Columns must be equally long.
func NewBins(cols []Column, most int) (*Bins, error) {
	if len(cols) == 0 {
		return nil, errors.New("there are no columns")
	}
	if most < 2 || most > 255 {
		return nil, fmt.Errorf("%d bins: between 2 and 255 are possible", most)
	}
	c := make(columns, len(cols))
	parallel.On(4, len(cols), func(j int) {
		if cols[j].Categorical {
			c[j] = categories(cols[j], most)
		} else {
			c[j] = numbers(cols[j], most)
		}
	})
	return c.sort(cols)
}

// With sorts other rows into the same bins. Columns must be those of [NewBins], in their order.
func (b *Bins) With(cols []Column) (*Bins, error) { return b.columns.sort(cols) }

// Rows is the number of rows.
func (b *Bins) Rows() int { return b.rows }

func (b *Bins) row(i int) []uint8 {
	n := len(*b.columns)
	return b.data[i*n : i*n+n : i*n+n]
}

func (c *columns) sort(cols []Column) (*Bins, error) {
	if len(cols) != len(*c) {
		return nil, fmt.Errorf("%d columns, not %d", len(cols), len(*c))
	}
	n := len(cols[0].Values)
	for j, col := range cols {
		if len(col.Values) != n {
			return nil, fmt.Errorf("column %q has %d rows, %q has %d", col.Name, len(col.Values), cols[0].Name, n)
		}
		if col.Name != (*c)[j].name {
			return nil, fmt.Errorf("column %d is %q, not %q", j, col.Name, (*c)[j].name)
		}
	}
	b := &Bins{columns: c, rows: n, data: make([]uint8, n*len(cols))}
	parts(n, 4, func(lo, hi int) {
		for j := range cols {
			col := &(*c)[j]
			for i := lo; i < hi; i++ {
				b.data[i*len(cols)+j] = col.bin(cols[j].Values[i])
			}
		}
	})
	return b, nil
}

// sample is every so manieth value that is not missing.
func sample(values []float32) []float32 {
	step := max(1, len(values)/look)
	out := make([]float32, 0, len(values)/step+1)
	for i := 0; i < len(values); i += step {
		if v := values[i]; v == v {
			out = append(out, v)
		}
	}
	return out
}

func numbers(col Column, most int) column {
	s := sample(col.Values)
	slices.Sort(s)
	c := column{name: col.Name}
	left, bins := len(s), most
	for i := 0; i < len(s) && bins > 1; {
		// A bin takes its share of what is left, and all of its last value.
		end := min(i+max(1, left/bins), len(s))
		for end < len(s) && s[end] == s[end-1] {
			end++
		}
		if end == len(s) {
			break
		}
		c.cuts = append(c.cuts, between(s[end-1], s[end]))
		left -= end - i
		i = end
		bins--
	}
	c.most = len(c.cuts) + 1
	return c
}

// between is a cut that keeps a and b, with a < b, apart.
func between(a, b float32) float32 {
	if m := a + (b-a)/2; m >= a && m < b {
		return m
	}
	return a
}

func categories(col Column, most int) column {
	count := map[int32]int{}
	for _, v := range col.Values {
		if code, ok := code(v); ok {
			count[code]++
		}
	}
	c := column{name: col.Name, categorical: true}
	for k := range count {
		c.codes = append(c.codes, k)
	}
	slices.SortFunc(c.codes, func(a, b int32) int {
		if d := count[b] - count[a]; d != 0 {
			return d
		}
		return int(a) - int(b)
	})
	c.codes = c.codes[:min(most, len(c.codes))]
	slices.Sort(c.codes)
	c.most = len(c.codes)
	return c
}

func code(v float32) (int32, bool) {
	if !(v >= 0 && v < math.MaxInt32) || v != float32(int32(v)) {
		return 0, false
	}
	return int32(v), true
}

func (c *column) bin(v float32) uint8 {
	if v != v {
		return 0
	}
	if !c.categorical {
		lo, hi := 0, len(c.cuts)
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			if c.cuts[mid] < v {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return uint8(lo + 1)
	}
	k, ok := code(v)
	if !ok {
		return 0
	}
	at := sort.Search(len(c.codes), func(i int) bool { return c.codes[i] >= k })
	if at == len(c.codes) || c.codes[at] != k {
		return 0
	}
	return uint8(at + 1)
}
