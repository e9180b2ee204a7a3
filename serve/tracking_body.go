package serve

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"almanac/serve/problem"
)

// A busy door reads thousands of bodies a second; their buffers are used again.
var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	peeks   = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 4096) }}
	unzips  = sync.Pool{New: func() any { return new(gzip.Reader) }}
)

// bodyOf reads a body, plain or gzip, up to a limit that holds for what it unpacks to. A body that begins
// as gzip does is unpacked whatever its headers say: RudderStack's client for Node labels it as a form, and
// proxies lose labels. done gives the bytes back; nothing may point into them after it.
func bodyOf(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, done func(), err error) {
	peek, _ := peeks.Get().(*bufio.Reader)
	peek.Reset(http.MaxBytesReader(w, r.Body, limit))
	defer func() {
		peek.Reset(nil)
		peeks.Put(peek)
	}()
	in, release, err := unpacked(r, peek)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	_, err = buf.ReadFrom(io.LimitReader(in, limit+1))
	if err == nil && int64(buf.Len()) <= limit {
		return buf.Bytes(), func() { buffers.Put(buf) }, nil
	}
	buffers.Put(buf)
	return nil, nil, broken(err, limit)
}

func broken(err error, limit int64) error {
	var tooLarge *http.MaxBytesError
	if err == nil || errors.As(err, &tooLarge) {
		return problem.TooLarge(fmt.Sprintf("%d KB", limit>>10))
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusRequestTimeout, "too_slow", "The body came too slowly", "A tracking call must arrive within 10 seconds.", "Send it again, or less at a time.").Because(err)
	}
	return problem.BadRequest("bad_body", "The body breaks off.", "Send it again.").Because(err)
}

func unpacked(r *http.Request, peek *bufio.Reader) (in io.Reader, release func(), err error) {
	labelled := false
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip", "x-gzip":
		labelled = true
	default:
		return nil, nil, problem.New(http.StatusUnsupportedMediaType, "unsupported_encoding", "The body is packed in an unknown way", "Content-Encoding may be gzip.", "Pack the body with gzip, or not at all.")
	}
	start, _ := peek.Peek(2) // a shorter body is no gzip
	if !labelled && !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return peek, func() {}, nil
	}
	z, _ := unzips.Get().(*gzip.Reader)
	if err := z.Reset(peek); err != nil {
		unzips.Put(z)
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, nil, err
		}
		return nil, nil, problem.BadRequest("bad_gzip", "The body is not gzip, although its header says so.", "Pack it with gzip, or leave Content-Encoding out.").Because(err)
	}
	return z, func() { unzips.Put(z) }, nil
}
