// Package table reads files of rows: CSV, JSON lines and Parquet, plain or gzipped, told apart by their
// content. A file goes in; its header and rows of text come out, one at a time, with line numbers. Memory
// does not grow with the file.
package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

// Formats of files.
const (
	CSV     = "csv"
	JSONL   = "jsonl"
	Parquet = "parquet"
)

// MaxLine bounds one line (or one quoted record) of a text file, in bytes.
const MaxLine = 4 << 20

// Error says what is wrong with a file or one of its lines, and what to do about it.
type Error struct {
	Code, Message, Remedy string
	Line                  int64 // 1 is the first line of the file; 0 where the fault has no line
	Column                string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return e.Message
}

// Row is one row of a table.
type Row struct {
	Line   int64    // of the file, where the row begins
	Fields []string // in the order of the header; valid until the next call
	Raw    string   // the text as it stands in the file
	Fault  *Error   // the row could not be read; Fields are empty, the next row can be read
}

// Reader hands out the rows of a file.
type Reader interface {
	Header() []string
	// Next returns the next row, or io.EOF. Any other error ends the reading.
	Next() (Row, error)
	Close() error
}

// Options tell how to read; empty fields are found out.
type Options struct {
	Encoding  string   // utf-8, windows-1252, utf-16
	Delimiter string   // one of , ; tab |
	Header    []string // of JSON lines, whose keys are only known after reading all of them
	Progress  func(done, total int64)
}

// Info is what was found out about a file.
type Info struct {
	Format, Compression, Encoding, Delimiter string
	Bytes                                    int64
}

// Open looks at a file's content and opens the reader that fits.
func Open(path string, o Options) (Reader, Info, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Info{}, &Error{Code: "unreadable", Message: "the file cannot be opened: " + err.Error(), Remedy: "Check its name and that you may read it."}
	}
	r, info, err := open(f, o)
	if err != nil {
		return nil, info, errors.Join(err, f.Close())
	}
	return r, info, nil
}

func open(f *os.File, o Options) (Reader, Info, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, Info{}, err
	}
	info := Info{Bytes: st.Size()}
	if st.IsDir() {
		return nil, info, &Error{Code: "unreadable", Message: "this is a folder, not a file", Remedy: "Name a file in it."}
	}
	if info.Bytes == 0 {
		return nil, info, errEmpty
	}
	counted := &counter{r: f, total: info.Bytes, progress: o.Progress}
	in := bufio.NewReaderSize(counted, 1<<18)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, info, err
	}
	if bytes.Equal(head, []byte("PAR1")) {
		info.Format = Parquet
		r, err := openParquet(f, info.Bytes, o)
		return r, info, err
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		info.Compression = "gzip"
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, info, gzipError(err)
		}
		in = bufio.NewReaderSize(unzipper{z}, 1<<18)
	}
	return openText(f, in, info, o)
}

var errEmpty = &Error{Code: "empty_file", Message: "the file is empty", Remedy: "Export it again; it should have a header line and at least one row."}

func gzipError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{Code: "truncated", Message: "the compressed file ends too early", Remedy: "It was cut off while it was copied. Fetch or export it again."}
	}
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return &Error{Code: "damaged", Message: "the compressed file is damaged (" + err.Error() + ")", Remedy: "Fetch or export it again."}
	}
	return &Error{Code: "damaged", Message: "the compressed file cannot be read: " + err.Error(), Remedy: "Fetch or export it again."}
}

// unzipper names the faults of a compressed file.
type unzipper struct{ z *gzip.Reader }

func (u unzipper) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = gzipError(err)
	}
	return n, err
}

// counter tells how much of the file was read.
type counter struct {
	r           io.Reader
	done, total int64
	progress    func(done, total int64)
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.done += int64(n)
	if c.progress != nil {
		c.progress(c.done, c.total)
	}
	return n, err
}
