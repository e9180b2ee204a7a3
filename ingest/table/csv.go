package table

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// csvReader reads delimited text as RFC 4180 has it, with the liberties that exports take: a quotation mark
// inside an unquoted field is an ordinary character, and line ends may be LF. A row that cannot be read is
// reported as a fault, and reading goes on with the next line.
type csvReader struct {
	f         io.Closer
	lines     *lineReader
	delimiter byte
	header    []string
	fields    []string
}

func newCSV(f io.Closer, lines *lineReader, o Options) (*csvReader, error) {
	r := &csvReader{f: f, lines: lines}
	var text string
	for strings.TrimSpace(text) == "" {
		t, tooLong, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil, errEmpty
		}
		if err != nil {
			return nil, err
		}
		if tooLong {
			return nil, tooLongFault(lines.line)
		}
		if d, ok := separatorLine(t); ok { // Excel's own: it says how the rest is delimited
			r.delimiter = d
			continue
		}
		text = t
	}
	lines.back([]string{text})
	if r.delimiter == 0 {
		r.delimiter = guessDelimiter(text)
	}
	if o.Delimiter != "" {
		r.delimiter = o.Delimiter[0]
	}
	row, err := r.record()
	if err != nil {
		return nil, err
	}
	if row.Fault != nil {
		return nil, row.Fault
	}
	r.header = make([]string, len(row.Fields))
	for i, h := range row.Fields {
		r.header[i] = strings.TrimSpace(h)
	}
	return r, nil
}

// separatorLine reads the line "sep=;" that spreadsheets put above the header.
func separatorLine(line string) (byte, bool) {
	s := strings.Trim(line, `"`)
	if len(s) != 5 || !strings.EqualFold(s[:4], "sep=") || strings.IndexByte(",;\t|", s[4]) < 0 {
		return 0, false
	}
	return s[4], true
}

// guessDelimiter takes the candidate that occurs most in the header outside quotes.
func guessDelimiter(header string) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for i := range len(header) {
			if header[i] == '"' {
				quoted = !quoted
			} else if header[i] == d && !quoted {
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

func (r *csvReader) Header() []string { return r.header }
func (r *csvReader) Close() error     { return r.f.Close() }

func (r *csvReader) Next() (Row, error) {
	row, err := r.record()
	if err != nil || row.Fault != nil || len(row.Fields) == len(r.header) || strings.TrimSpace(row.Raw) == "" {
		return row, err
	}
	if n := len(r.header); len(row.Fields) > n && strings.TrimSpace(strings.Join(row.Fields[n:], "")) == "" {
		row.Fields = row.Fields[:n] // spreadsheets pad rows with empty cells
		return row, nil
	}
	return Row{Line: row.Line, Raw: excerpt(row.Raw), Fault: &Error{Code: "wrong_columns", Line: row.Line,
		Message: fmt.Sprintf("the row has %d fields, the header has %d", len(row.Fields), len(r.header)),
		Remedy:  "Quote fields that contain the delimiter, or correct the row."}}, nil
}

// spanLines bounds a quoted field: a quotation mark that is not closed within so many lines is taken for a
// fault of its line alone.
const spanLines = 200

func (r *csvReader) record() (Row, error) {
	text, tooLong, err := r.lines.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: r.lines.line, Raw: text}
	if tooLong {
		row.Raw = excerpt(text)
		row.Fault = tooLongFault(row.Line)
		return row, nil
	}
	if strings.IndexByte(text, '"') < 0 {
		r.fields = r.fields[:0]
		for {
			i := strings.IndexByte(text, r.delimiter)
			if i < 0 {
				break
			}
			r.fields = append(r.fields, text[:i])
			text = text[i+1:]
		}
		r.fields = append(r.fields, text)
		row.Fields = r.fields
		return row, nil
	}
	var more []string
	for {
		closed := r.split(row.Raw)
		if closed {
			row.Fields = r.fields
			return row, nil
		}
		next, tooLong, err := r.lines.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return Row{}, err
		}
		if err == nil {
			more = append(more, next)
		}
		if err != nil || tooLong || len(more) > spanLines || len(row.Raw)+len(next) > MaxLine {
			r.lines.back(more)
			raw, _, _ := strings.Cut(row.Raw, "\n")
			return Row{Line: row.Line, Raw: excerpt(raw), Fault: &Error{Code: "bad_quoting", Line: row.Line,
				Message: "a quotation mark is opened and not closed", Remedy: "Close the quotation mark, or write it twice where it is part of the text."}}, nil
		}
		row.Raw += "\n" + next
	}
}

// split cuts a record with quotation marks into fields; false where a quoted field is not closed.
func (r *csvReader) split(s string) bool {
	r.fields = r.fields[:0]
	for {
		if !strings.HasPrefix(s, `"`) {
			i := strings.IndexByte(s, r.delimiter)
			if i < 0 {
				r.fields = append(r.fields, s)
				return true
			}
			r.fields = append(r.fields, s[:i])
			s = s[i+1:]
			continue
		}
		s = s[1:]
		var b strings.Builder
		for {
			i := strings.IndexByte(s, '"')
			if i < 0 {
				return false
			}
			b.WriteString(s[:i])
			s = s[i+1:]
			if strings.HasPrefix(s, `"`) {
				b.WriteByte('"')
				s = s[1:]
				continue
			}
			break
		}
		i := strings.IndexByte(s, r.delimiter) // anything between the closing mark and the delimiter is kept
		if i < 0 {
			b.WriteString(s)
			r.fields = append(r.fields, b.String())
			return true
		}
		b.WriteString(s[:i])
		r.fields = append(r.fields, b.String())
		s = s[i+1:]
	}
}
