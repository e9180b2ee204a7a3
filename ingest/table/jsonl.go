package table

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

// jsonReader reads JSON lines: one object a line. Nested keys are joined with dots: {"a":{"b":1}} has the
// column a.b. Arrays are kept as JSON text.
type jsonReader struct {
	f      io.Closer
	lines  *lineReader
	header []string
	at     map[string]int
	fields []string
	whole  bool // lines are handed out unsplit
}

// headerRows is how many rows are looked at for the header where none is given.
const headerRows = 200

func newJSONLines(f io.Closer, lines *lineReader, o Options) (*jsonReader, error) {
	r := &jsonReader{f: f, lines: lines, header: o.Header, at: map[string]int{}}
	if r.header == nil {
		var seen []string
		keys := map[string]bool{}
		for range headerRows {
			text, tooLong, err := lines.next()
			if err != nil {
				break // the end, or a fault that the reading proper will meet again
			}
			seen = append(seen, text)
			if tooLong {
				continue
			}
			for k := range flatten(text) {
				if !keys[k] {
					keys[k] = true
					r.header = append(r.header, k)
				}
			}
		}
		lines.back(seen)
		sort.Strings(r.header)
	}
	for i, h := range r.header {
		r.at[h] = i
	}
	r.fields = make([]string, len(r.header))
	return r, nil
}

func (r *jsonReader) Header() []string { return r.header }
func (r *jsonReader) Close() error     { return r.f.Close() }

func (r *jsonReader) Next() (Row, error) {
	text, tooLong, err := r.lines.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: r.lines.line, Raw: text}
	if tooLong {
		row.Raw, row.Fault = excerpt(text), tooLongFault(row.Line)
		return row, nil
	}
	if !r.whole {
		r.split(&row)
	}
	return row, nil
}

// split fills in a row's fields, or its fault.
func (r *jsonReader) split(row *Row) {
	if row.Fault != nil || strings.TrimSpace(row.Raw) == "" {
		return
	}
	flat := flatten(row.Raw)
	if flat == nil {
		row.Raw, row.Fault = excerpt(row.Raw), &Error{Code: "bad_json", Line: row.Line, Message: "the line is not a JSON object", Remedy: "Write one complete JSON object on every line."}
		return
	}
	clear(r.fields)
	for k, v := range flat {
		if i, ok := r.at[k]; ok {
			r.fields[i] = v
		}
	}
	row.Fields = r.fields
}

// Whole lets a reader of JSON lines hand out its lines unsplit from now on, for those who read Raw: Fields are empty, and
// nobody has looked whether a line is JSON. split does both for one row after all. Other readers go on as they did.
func Whole(r Reader) (split func(*Row)) {
	j, ok := r.(*jsonReader)
	if !ok {
		return func(*Row) {}
	}
	j.whole = true
	return j.split
}

// flatten reads one object; nil where it is none.
func flatten(text string) map[string]string {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v map[string]any
	if d.Decode(&v) != nil || d.More() || v == nil {
		return nil
	}
	out := map[string]string{}
	spread("", v, out)
	return out
}

func spread(prefix string, v map[string]any, out map[string]string) {
	for k, x := range v {
		switch x := x.(type) {
		case nil:
		case map[string]any:
			spread(prefix+k+".", x, out)
		case string:
			out[prefix+k] = x
		case json.Number, bool:
			out[prefix+k] = fmt.Sprint(x)
		default:
			if b, err := json.Marshal(x); err == nil {
				out[prefix+k] = string(b)
			}
		}
	}
}
