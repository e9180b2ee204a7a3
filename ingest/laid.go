package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"almanac/fact"
	"almanac/ingest/layout"
)

// laid is what a converter knows of the platform whose export it reads.
type laid struct {
	*layout.Layout
	sums    map[string][]int  // field → columns that are added up
	others  map[string][]int  // field → further columns, for rows that leave the best one empty
	packed  []int             // columns that hold a packed line each
	places  map[string]int    // location → column of what is available there
	set     map[string]string // field → value that this row does not tell itself
	window  *window           // rows that are read together; nil where each is read alone
	assumed map[string]int64  // what had to be guessed, of how many orders
}

func newLaid(l *layout.Layout, m Mapping) *laid {
	d := &laid{Layout: l, sums: map[string][]int{}, others: map[string][]int{}, places: map[string]int{}, set: map[string]string{}, assumed: map[string]int64{}}
	for _, f := range l.Fields {
		switch at := f.In(m.Header); {
		case f.Sum && len(at) > 0:
			d.sums[f.Name] = at
		case len(at) > 1 && m.Columns[f.Name] == m.Header[at[0]]:
			d.others[f.Name] = at[1:]
		}
	}
	for i := slices.Index(m.Header, l.Wide) + 1; l.Wide != "" && i > 0 && i < len(m.Header); i++ {
		if m.Header[i] != "" {
			d.places[m.Header[i]] = i
		}
	}
	if o := l.Orders; o != nil && o.Packed != nil && o.Packed.Prefix != "" {
		for i, h := range m.Header {
			if n, ok := strings.CutPrefix(strings.ToLower(h), o.Packed.Prefix); ok && allDigits(n) {
				d.packed = append(d.packed, i)
			}
		}
	}
	return d
}

func (d *laid) grouped() bool { return d.Orders != nil && !d.Orders.Alone || d.Items != nil }

// back says how rows tell of what came back; nil where they tell orders.
func (d *laid) back() *layout.Back {
	if d.Orders == nil {
		return nil
	}
	return d.Orders.Back
}

// laidOut is the layout that a mapping names.
func (m Mapping) laidOut() *layout.Layout { return layout.Named(m.Layout) }

func layoutNames() (out []string) {
	for _, l := range layout.All() {
		out = append(out, l.Name())
	}
	return out
}

// layoutField tells whether any layout has a field of that name.
func layoutField(name string) bool {
	return slices.ContainsFunc(layout.All(), func(l *layout.Layout) bool { return len(l.Field(name).Columns) > 0 })
}

// fieldsOf lists what rows of a kind may tell: what the layout names, or else the ordinary fields of the kind.
func fieldsOf(kind string, l *layout.Layout) []field {
	if l == nil {
		return kinds[kind].fields
	}
	var out []field
	for _, f := range l.Fields {
		t := layout.TypeOf(f.Name)
		out = append(out, field{name: f.Name, label: layout.Label(f.Name), required: slices.Contains(l.Needed, f.Name),
			number: t == layout.Number || t == layout.Money, money: t == layout.Money, date: t == layout.Date})
	}
	return out
}

// lay finds the platform whose export this is.
func (s *survey) lay(m Mapping) {
	l := m.laidOut()
	if m.Layout == "" && s.kind != "facts" && s.kind != "events" {
		l = layout.Match(s.header)
	}
	if l == nil || m.Kind != "" && m.Kind != l.Kind {
		return
	}
	s.layout, s.kind, s.kindBy, s.columns = l, l.Kind, "columns", l.Columns(s.header)
	for _, name := range append([]string{"sku", "title"}, l.Needed...) { // a renamed column may have an ordinary name
		f, ok := kinds[l.Kind].field(name)
		if !ok || s.columns[name] != "" || len(l.Field(name).Columns) == 0 {
			continue
		}
		for _, h := range s.header {
			if slices.Contains(f.synonyms, plain(h)) && !s.used(h) && s.columns[name] == "" {
				s.columns[name] = h
			}
		}
	}
}

func (s *survey) used(column string) bool {
	for _, c := range s.columns {
		if c == column {
			return true
		}
	}
	return false
}

func (s *survey) layoutName() string {
	if s.layout == nil {
		return ""
	}
	return s.layout.Name()
}

// source is the name under which facts of the file are recorded.
func (s *survey) source() string {
	if s.layout == nil {
		return "file:" + s.kind
	}
	if s.layout.Source != "" {
		return s.layout.Source
	}
	return "file:" + s.layout.Platform
}

// missing names the fields without which the file cannot be read and that have no column.
func (s *survey) missing() (out []field) {
	if s.layout == nil {
		return kinds[s.kind].missing(s.columns)
	}
	for _, f := range fieldsOf(s.kind, s.layout) {
		if f.required && s.columns[f.name] == "" {
			out = append(out, f)
		}
	}
	return out
}

// asOf is when the rows without a date hold: as the mapping or the file's name says.
func (s *survey) asOf(m Mapping, name string) string {
	if s.layout != nil && s.layout.Clock != "" && m.AsOf == "" {
		if g := regexp.MustCompile(s.layout.Clock).FindStringSubmatch(name); len(g) > 1 {
			if ms, err := strconv.ParseInt(g[1], 10, 64); err == nil {
				return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05Z")
			}
		}
	}
	return asOf(m, name)
}

// lay prepares a row that is read alone: what it leaves out on purpose, and what it does not tell itself.
func (c *converter) lay() error {
	d := c.laid
	clear(d.set)
	if reason := c.skipped(); reason != "" {
		return &filtered{reason}
	}
	if c.get("location") == "" && d.Location != "" {
		d.set["location"] = d.Location
	}
	for name, at := range d.sums {
		if err := c.sum(name, at); err != nil {
			return err
		}
	}
	switch d.Kind {
	case "customers":
		d.set["customer"] = strings.ToLower(c.get("customer"))
		if d.set["customer"] == "" {
			d.set["customer"] = c.id("customer_id")
		}
	case "stock":
		if c.id("sku") == "" {
			d.set["sku"] = c.variantName(c.get("title"))
		}
	}
	return nil
}

// told is what a row tells of a field, in the best of its columns that is filled in.
func (c *converter) told(field string, row []string) string {
	i, ok := c.at[field]
	if !ok {
		return ""
	}
	s := ""
	if i < len(row) {
		s = strings.TrimSpace(row[i])
	}
	for _, i := range c.laid.others[field] {
		if s == "" && i < len(row) {
			s = strings.TrimSpace(row[i])
		}
	}
	return s
}

// skipped is the reason for leaving a row out, or empty.
func (c *converter) skipped() string {
	for _, s := range c.laid.Skip {
		if _, ok := c.at[s.Field]; !ok {
			continue
		}
		have := strings.ToLower(c.get(s.Field))
		if s.Unless != slices.ContainsFunc(s.Values, func(v string) bool {
			begin, any := strings.CutSuffix(strings.ToLower(v), "*")
			return have == begin && !any || any && have != "" && strings.HasPrefix(have, begin)
		}) {
			return s.Reason
		}
	}
	return ""
}

// sum adds up the columns of a field.
func (c *converter) sum(name string, at []int) error {
	var total int64
	told := false
	for _, i := range at {
		if i >= len(c.row) || strings.TrimSpace(c.row[i]) == "" {
			continue
		}
		d, err := number(strings.TrimSpace(c.row[i]), c.mark)
		n, ok := d.Int()
		if err != nil || !ok {
			return &fault{"quantity_not_whole", c.m.Header[i] + " " + c.row[i] + " is not a whole number", "Correct the number."}
		}
		total, told = total+n, true
	}
	c.laid.set[name] = ""
	if told {
		c.laid.set[name] = strconv.FormatInt(total, 10)
	}
	return nil
}

// variantName is the code of a product that has none: its name with the values of its options, as platforms write
// it on order lines.
func (c *converter) variantName(title string) string {
	if c.laid.Items != nil && c.laid.Items.NameTellsAll && title != "" {
		return title
	}
	var options []string
	for _, f := range [...]string{"option_1", "option_2", "option_3"} {
		if v := c.get(f); v != "" && v != "Default Title" {
			options = append(options, v)
		}
	}
	if len(options) > 0 && title != "" {
		title += " - "
	}
	return title + strings.Join(options, " / ")
}

// wide reads stock whose locations are columns.
func (c *converter) wide() ([]fact.Fact, error) {
	var facts []fact.Fact
	for place, i := range c.laid.places {
		v := ""
		if i < len(c.row) {
			v = strings.TrimSpace(c.row[i])
		}
		if v == "" || strings.EqualFold(v, "not stocked") {
			continue
		}
		c.laid.set["location"], c.laid.set["available"] = place, v
		f, err := c.stock()
		if err != nil {
			return nil, err
		}
		facts = append(facts, f...)
	}
	if len(facts) == 0 {
		return nil, &filtered{"not_stocked"}
	}
	slices.SortFunc(facts, func(a, b fact.Fact) int { return strings.Compare(a.ID, b.ID) })
	return facts, nil
}
