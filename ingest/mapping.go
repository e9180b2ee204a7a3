// Package ingest is the door for files: it finds out what a file holds, says how it would read it, and
// reads it into the record with an account of every line.
//
// A file is read twice. The survey reads all of it and records nothing: it finds broken files, the
// encoding, the order of day and month, the decimal mark, and what only a person can answer. Then the
// import turns rows into facts. A row that cannot become a fact goes to quarantine with its reason; the
// others are not held up by it. Reading a file again adds nothing, because the ids of facts come from what
// the rows say.
package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"almanac/ingest/table"
)

// Mapping says how a file is to be read. Empty fields are found out by the survey. As YAML it is the
// mapping file of `almanac import --mapping`.
type Mapping struct {
	Kind      string            `yaml:"kind,omitempty"`       // orders, products, stock, costs, supply, purchases, customers, events, facts
	Layout    string            `yaml:"layout,omitempty"`     // form of a platform's export, e.g. "shopify orders"; "-" for none
	Columns   map[string]string `yaml:"columns,omitempty"`    // field → column; "-" leaves a field out
	DateOrder string            `yaml:"date_order,omitempty"` // ymd, dmy, mdy
	Decimal   string            `yaml:"decimal,omitempty"`    // "." or ","
	Encoding  string            `yaml:"encoding,omitempty"`
	Delimiter string            `yaml:"delimiter,omitempty"`
	Currency  string            `yaml:"currency,omitempty"`
	TimeZone  string            `yaml:"time_zone,omitempty"`
	AsOf      string            `yaml:"as_of,omitempty"` // of rows without a date: YYYY-MM-DD, or an instant
	Source    string            `yaml:"source,omitempty"`
	Synthetic bool              `yaml:"synthetic,omitempty"`
	Header    []string          `yaml:"header,omitempty"` // what the survey found; a replay needs it
}

// LoadMapping reads a mapping file. Unknown keys are refused, because a misspelt one would be ignored.
func LoadMapping(path string) (Mapping, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Mapping{}, &Error{Code: "mapping", Message: "the mapping file cannot be read: " + err.Error(), Remedy: "Check its name."}
	}
	return ParseMapping(b)
}

// ParseMapping reads a mapping from YAML.
func ParseMapping(b []byte) (m Mapping, err error) {
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return m, &Error{Code: "mapping", Message: "the mapping file is not right: " + err.Error(), Remedy: "Correct the named line. The guide to connecting files lists the keys."}
	}
	return m, m.check()
}

// YAML writes the mapping as a mapping file.
func (m Mapping) YAML() string {
	b, err := yaml.Marshal(m)
	if err != nil {
		return "" // plain strings and maps of them always marshal
	}
	return string(b)
}

func (m Mapping) check() error {
	bad := func(key, value, allowed string) error {
		return &Error{Code: "mapping", Message: fmt.Sprintf("%s %q is not known", key, value), Remedy: "Use " + allowed + "."}
	}
	if _, ok := kinds[m.Kind]; m.Kind != "" && !ok {
		return bad("kind", m.Kind, strings.Join(kindNames, ", "))
	}
	for _, c := range [...]struct{ key, value, allowed string }{
		{"date_order", m.DateOrder, "ymd, dmy, mdy"}, {"decimal", m.Decimal, "., ,"},
		{"encoding", m.Encoding, table.UTF8 + ", " + table.Windows1252 + ", " + table.UTF16}, {"delimiter", m.Delimiter, ",, ;, \t, |"},
	} {
		if c.value != "" && !contains(strings.Split(c.allowed, ", "), c.value) {
			return bad(c.key, c.value, c.allowed)
		}
	}
	l := m.laidOut()
	if m.Layout != "" && m.Layout != "-" && l == nil {
		return bad("layout", m.Layout, strings.Join(layoutNames(), ", ")+", or - for none")
	}
	if m.Kind != "" {
		known := fieldsOf(m.Kind, l)
		for name := range m.Columns {
			if !slices.ContainsFunc(known, func(f field) bool { return f.name == name }) && (l != nil || !layoutField(name)) {
				return bad("field", name, strings.Join(kinds[m.Kind].names(), ", "))
			}
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// with lays another mapping over this one: what the other says wins.
func (m Mapping) with(o Mapping) Mapping {
	for _, f := range [...]struct {
		to   *string
		from string
	}{{&m.Kind, o.Kind}, {&m.Layout, o.Layout}, {&m.DateOrder, o.DateOrder}, {&m.Decimal, o.Decimal}, {&m.Encoding, o.Encoding}, {&m.Delimiter, o.Delimiter},
		{&m.Currency, o.Currency}, {&m.TimeZone, o.TimeZone}, {&m.AsOf, o.AsOf}, {&m.Source, o.Source}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	columns := map[string]string{}
	for k, v := range m.Columns {
		columns[k] = v
	}
	for k, v := range o.Columns {
		columns[k] = v
	}
	m.Columns = columns
	m.Synthetic = m.Synthetic || o.Synthetic
	return m
}

// Error is what is wrong with a file or a line, and what to do about it.
type Error = table.Error
