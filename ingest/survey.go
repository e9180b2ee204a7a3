package ingest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"almanac/ingest/layout"
	"almanac/ingest/table"
)

// survey is what reading a whole file, and recording nothing, has shown.
type survey struct {
	info     table.Info
	header   []string
	kind     string
	layout   *layout.Layout // nil: an ordinary table, a row each
	kindBy   string         // how the kind was found: columns, or you
	columns  map[string]string
	by       map[string]string // field → name, user
	lines    int64
	invalid  int64               // lines that are not UTF-8
	samples  map[string][]string // column → values
	rows     [][]string
	dates    dateEvidence
	numbers  numberEvidence
	floatIDs bool // every customer id looks like "17850.0"
	country  map[string]int64
	faults   int64
	first    *Error
}

const sampleRows = 5

// dateEvidence is what the dates of a file say about the order of day and month.
type dateEvidence struct {
	seen, settled, first12, second12 int64 // dates; with the year first or a named month; first number > 12; second > 12
	example                          string
}

// order is what the dates prove: ymd, dmy, mdy, or "" where they cannot tell.
func (e dateEvidence) order() string {
	switch {
	case e.seen == 0 || e.settled == e.seen:
		return "ymd"
	case e.first12 > e.second12:
		return "dmy"
	case e.second12 > e.first12:
		return "mdy"
	}
	return ""
}

func (e *dateEvidence) look(s string) {
	p, ok := scanDate(s)
	if !ok {
		return
	}
	e.seen++
	switch {
	case p.yearFirst || p.monthNamed:
		e.settled++
	case p.n[0] > 12:
		e.first12++
	case p.n[1] > 12:
		e.second12++
	}
	if e.example == "" && !p.yearFirst {
		e.example = s
	}
}

// numberEvidence is what the numbers of a file say about the decimal mark.
type numberEvidence struct {
	point, comma, either int64 // numbers that prove one; numbers such as 1,000 that fit both
}

func (e numberEvidence) mark() string {
	switch {
	case e.comma > e.point:
		return ","
	case e.either > 0 && e.point == 0:
		return ""
	}
	return "."
}

func (e *numberEvidence) look(s string) {
	c, d := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case c < 0 && d < 0:
	case c >= 0 && d >= 0:
		if c > d {
			e.comma++
		} else {
			e.point++
		}
	default:
		at, vote := d, &e.point
		if c >= 0 {
			at, vote = c, &e.comma
		}
		rest := s[at+1:]
		grouped := len(rest) == 3 && allDigits(rest) && strings.TrimLeft(s[:at], "-+ 0") != ""
		if grouped && strings.Count(s, string(s[at])) > 1 { // 1.000.000 proves the other mark
			if c >= 0 {
				e.point++
			} else {
				e.comma++
			}
		} else if !grouped {
			*vote++
		} else if c >= 0 {
			e.either++
		}
	}
}

// surveyFile reads the whole file. An error names what makes it unreadable.
func surveyFile(ctx context.Context, path string, m Mapping, progress func(done, total int64)) (*survey, error) {
	s := &survey{samples: map[string][]string{}, country: map[string]int64{}, by: map[string]string{}, floatIDs: true}
	r, info, err := table.Open(path, table.Options{Encoding: m.Encoding, Delimiter: m.Delimiter, Header: m.Header, Progress: progress})
	s.info = info
	if err != nil {
		return s, err
	}
	defer func() { _ = r.Close() }()
	s.header = r.Header()
	s.settleKind(m)
	watch := s.watchers(m)
	whole := wholeLines(s.kind) && s.layout == nil && len(s.columns) == 0 // its first rows say all that fields can say
	split := func(*table.Row) {}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		if s.lines++; s.lines&0xfff == 0 {
			if err := ctx.Err(); err != nil {
				return s, err
			}
		}
		if s.info.Encoding == table.UTF8 && !table.ValidUTF8(row) {
			if split(&row); !table.ValidUTF8(row) { // what is no row at all says nothing of the encoding
				s.invalid++
			}
		}
		if row.Fault != nil {
			s.fault(row.Fault)
			continue
		}
		for _, w := range watch {
			if w.at < len(row.Fields) && row.Fields[w.at] != "" {
				w.look(row.Fields[w.at])
			}
		}
		if len(s.rows) < sampleRows && len(row.Fields) > 0 {
			s.rows = append(s.rows, slices.Clone(row.Fields))
			if whole && len(s.rows) == sampleRows {
				split = table.Whole(r)
			}
		}
	}
	return s, s.judge()
}

func (s *survey) fault(e *Error) {
	s.faults++
	if s.first == nil {
		s.first = e
	}
}

// judge refuses files of which nothing can be read.
func (s *survey) judge() error {
	switch {
	case s.lines == 0:
		return &Error{Code: "no_rows", Message: "the file has a header and no rows", Remedy: "Export it again with the rows that you want to import."}
	case s.faults == s.lines:
		return s.first
	}
	return nil
}

func (s *survey) settleKind(m Mapping) {
	var complete bool
	s.kind, s.columns, complete = recognise(s.header)
	s.kindBy = "columns"
	if !complete {
		s.kindBy = ""
	}
	s.lay(m)
	if m.Kind != "" && m.Kind != s.kind {
		s.kind, s.columns = m.Kind, columnsFor(kinds[m.Kind], s.header)
	}
	if m.Kind != "" {
		s.kindBy = "you"
	}
	if s.columns == nil {
		s.columns = map[string]string{}
	}
	for f := range s.columns {
		s.by[f] = "name"
	}
	for f, c := range m.Columns {
		delete(s.columns, f)
		if c == "-" || c == "" {
			continue
		}
		for other, used := range s.columns { // a person's choice frees the column from a guess
			if used == c && m.Columns[other] == "" {
				delete(s.columns, other)
			}
		}
		s.columns[f], s.by[f] = c, "user"
	}
}

type watcher struct {
	at   int
	look func(string)
}

// watchers look at the columns that matter: dates, numbers, ids, countries.
func (s *survey) watchers(Mapping) (out []watcher) {
	for i, h := range s.header {
		samples := s.samples
		out = append(out, watcher{i, func(v string) {
			if have := samples[h]; len(have) < 3 {
				samples[h] = append(have, v)
			}
		}})
	}
	for _, f := range fieldsOf(s.kind, s.layout) {
		at := slices.Index(s.header, s.columns[f.name])
		if at < 0 {
			continue
		}
		last := "" // runs of equal dates are looked at once
		switch {
		case f.date:
			out = append(out, watcher{at, func(v string) {
				if v != last {
					last = v
					s.dates.look(v)
				}
			}})
		case f.number:
			out = append(out, watcher{at, s.numbers.look})
		case f.name == "customer":
			out = append(out, watcher{at, func(v string) {
				if s.floatIDs && !floatID(v) {
					s.floatIDs = false
				}
			}})
		case f.name == "country":
			out = append(out, watcher{at, func(v string) {
				if len(s.country) < 500 {
					s.country[strings.TrimSpace(v)]++
				}
			}})
		}
	}
	return out
}

// floatID recognises an account number that a spreadsheet turned into "17850.0".
func floatID(s string) bool {
	n := len(s) - 2
	return n > 0 && s[n:] == ".0" && allDigits(s[:n])
}
