// Package data opens the files that models are measured on.
package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Open opens a file and unpacks it where it is gzip, whatever its name. An error names the file.
func Open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := Unpacked(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, errors.Join(err, f.Close()))
	}
	return opened{r, f}, nil
}

// Unpacked reads what r holds, unpacked where that is gzip.
func Unpacked(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("it is not whole gzip: %w; fetch it again", err)
	}
	return z, nil
}

type opened struct {
	io.Reader
	io.Closer
}
