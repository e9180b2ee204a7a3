package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encodings of text files.
const (
	UTF8        = "utf-8"
	UTF16       = "utf-16"
	Windows1252 = "windows-1252" // Latin-1 with its printable extras
)

func openText(f *os.File, in *bufio.Reader, info Info, o Options) (Reader, Info, error) {
	head, err := in.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, info, err
	}
	if len(head) == 0 {
		return nil, info, errEmpty
	}
	info.Encoding = o.Encoding
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		info.Encoding = UTF16
		dec := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		in = bufio.NewReaderSize(transform.NewReader(in, dec), 1<<18)
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0: // little endian without a mark
		info.Encoding = UTF16
		in = bufio.NewReaderSize(transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()), 1<<18)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, info, &Error{Code: "binary", Message: "this is a spreadsheet or ZIP archive", Remedy: "Save the sheet as CSV, or unpack the archive, and import that."}
	case bytes.IndexByte(head, 0) >= 0:
		return nil, info, &Error{Code: "binary", Message: "this is a binary file", Remedy: "Import CSV, JSON lines or Parquet, plain or gzipped."}
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		info.Encoding = UTF8
		if _, err := in.Discard(3); err != nil {
			return nil, info, err
		}
	case info.Encoding == "":
		info.Encoding = UTF8
	}
	if info.Encoding == Windows1252 {
		in = bufio.NewReaderSize(transform.NewReader(in, charmap.Windows1252.NewDecoder()), 1<<18)
	}
	lines := &lineReader{in: in}
	if first := firstByte(in); first == '{' {
		info.Format = JSONL
		r, err := newJSONLines(f, lines, o)
		return r, info, err
	} else if first == '[' {
		return nil, info, &Error{Code: "json_array", Message: "this is one JSON array", Remedy: "Write one JSON object a line (JSON lines), without the enclosing brackets."}
	}
	info.Format = CSV
	r, err := newCSV(f, lines, o)
	if err != nil {
		return nil, info, err
	}
	info.Delimiter = string(r.delimiter)
	return r, info, nil
}

func firstByte(in *bufio.Reader) byte {
	head, _ := in.Peek(1 << 12) // a short file gives what there is
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 {
		return 0
	}
	return head[0]
}

// lineReader reads lines of bounded length and counts them.
type lineReader struct {
	in     *bufio.Reader
	line   int64
	buf    []byte
	queued []string // lines put back, last first
}

// next returns a line without its end. tooLong tells that the line was longer than MaxLine and is given
// only in its beginning.
func (l *lineReader) next() (text string, tooLong bool, err error) {
	if n := len(l.queued); n > 0 {
		text = l.queued[n-1]
		l.queued = l.queued[:n-1]
		l.line++
		return text, false, nil
	}
	l.buf = l.buf[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		if len(l.buf)+len(part) <= MaxLine {
			l.buf = append(l.buf, part...)
		} else {
			tooLong = true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", false, err
		}
		if len(l.buf) == 0 && !tooLong && errors.Is(err, io.EOF) {
			return "", false, io.EOF
		}
		break
	}
	l.line++
	b := bytes.TrimSuffix(l.buf, []byte("\n"))
	return string(bytes.TrimSuffix(b, []byte("\r"))), tooLong, nil
}

// back puts lines back, so that they are read again.
func (l *lineReader) back(lines []string) {
	for i := len(lines) - 1; i >= 0; i-- {
		l.queued = append(l.queued, lines[i])
	}
	l.line -= int64(len(lines))
}

func tooLongFault(line int64) *Error {
	return &Error{Code: "line_too_long", Line: line, Message: "the line is longer than 4 MB", Remedy: "A quotation mark may be missing, or the file is not a table. Correct the line and import the file again."}
}

// ParseRow reads the text of one row, as Row.Raw holds it, under the header of its file.
func ParseRow(raw string, header []string, delimiter string) Row {
	lines := &lineReader{in: bufio.NewReader(strings.NewReader(raw))}
	var r Reader
	if strings.HasPrefix(strings.TrimSpace(raw), "{") {
		j, err := newJSONLines(io.NopCloser(nil), lines, Options{Header: header})
		if err != nil {
			return Row{Raw: raw, Fault: &Error{Code: "bad_json", Message: err.Error()}}
		}
		r = j
	} else {
		d := byte(',')
		if delimiter != "" {
			d = delimiter[0]
		}
		r = &csvReader{f: io.NopCloser(nil), lines: lines, delimiter: d, header: header}
	}
	row, err := r.Next()
	if err != nil {
		return Row{Raw: raw, Fault: &Error{Code: "blank", Message: "the row is empty"}}
	}
	return row
}

func excerpt(s string) string {
	if len(s) > 4096 {
		return strings.ToValidUTF8(s[:4096], "�") + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// ValidUTF8 reports whether a row is proper UTF-8.
func ValidUTF8(r Row) bool { return utf8.ValidString(r.Raw) }
