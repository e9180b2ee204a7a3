package track

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// scan reads JSON (RFC 8259) in one pass over the bytes of a request. Reading an event with encoding/json
// would go over every byte six times: the body, the batch, the event and its properties are each checked
// and then decoded. What it accepts is what encoding/json accepts, down to a depth of 64.
type scan struct {
	b     []byte
	i     int
	depth int
}

var errJSON = errors.New("it is not JSON")

const maxDepth = 64

func (s *scan) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// next skips space and tells which character stands there; 0 at the end.
func (s *scan) next() byte {
	s.space()
	if s.i >= len(s.b) {
		return 0
	}
	return s.b[s.i]
}

func (s *scan) expect(c byte) error {
	if s.next() != c {
		return errJSON
	}
	s.i++
	return nil
}

// end demands that nothing follows.
func (s *scan) end() error {
	if s.space(); s.i != len(s.b) {
		return errJSON
	}
	return nil
}

// object reads an object and calls field for every member, with the reader at its value, which field reads.
func (s *scan) object(field func(name []byte) error) error {
	return s.members('{', '}', func() error {
		name, err := s.text()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		s.space()
		return field(name)
	})
}

// array reads an array and calls item for every element, with the reader at it.
func (s *scan) array(item func() error) error { return s.members('[', ']', item) }

func (s *scan) members(open, shut byte, member func() error) error {
	if err := s.expect(open); err != nil {
		return err
	}
	if s.depth++; s.depth > maxDepth {
		return errors.New("it is nested deeper than 64 levels")
	}
	defer func() { s.depth-- }()
	if s.next() == shut {
		s.i++
		return nil
	}
	for {
		s.space()
		if err := member(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.i++
		case shut:
			s.i++
			return nil
		default:
			return errJSON
		}
	}
}

// value reads any value and returns its bytes, which are those of the body.
func (s *scan) value() ([]byte, error) {
	c := s.next()
	start := s.i
	var err error
	switch {
	case c == '{':
		err = s.object(func([]byte) error { _, err := s.value(); return err })
	case c == '[':
		err = s.array(func() error { _, err := s.value(); return err })
	case c == '"':
		_, err = s.quoted()
	case c == '-' || c >= '0' && c <= '9':
		err = s.number()
	default:
		err = s.word()
	}
	return s.b[start:s.i], err
}

func (s *scan) word() error {
	for _, w := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(s.b[s.i:], []byte(w)) {
			s.i += len(w)
			return nil
		}
	}
	return errJSON
}

func (s *scan) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

func (s *scan) at(c byte) bool { return s.i < len(s.b) && s.b[s.i] == c }

func (s *scan) number() error {
	if s.at('-') {
		s.i++
	}
	if s.at('0') {
		s.i++
	} else if !s.digits() {
		return errJSON
	}
	if s.at('.') {
		s.i++
		if !s.digits() {
			return errJSON
		}
	}
	if s.at('e') || s.at('E') {
		s.i++
		if s.at('+') || s.at('-') {
			s.i++
		}
		if !s.digits() {
			return errJSON
		}
	}
	return nil
}

// quoted reads a string and returns it with its quotes and escapes.
func (s *scan) quoted() ([]byte, error) {
	start := s.i
	if !s.at('"') {
		return nil, errJSON
	}
	for s.i++; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start:s.i], nil
		case c < 0x20:
			return nil, errJSON
		case c == '\\':
			s.i++
			if err := s.escape(); err != nil {
				return nil, err
			}
		}
	}
	return nil, errJSON
}

func (s *scan) escape() error {
	if s.i >= len(s.b) {
		return errJSON
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			s.i++
			if s.i >= len(s.b) || !hexDigit(s.b[s.i]) {
				return errJSON
			}
		}
		return nil
	}
	return errJSON
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// text reads a string and returns what it says. The bytes are those of the body where nothing is escaped.
func (s *scan) text() ([]byte, error) {
	q, err := s.quoted()
	if err != nil {
		return nil, err
	}
	return unquote(q), nil
}

// unquote returns what a string that quoted accepted says; broken UTF-8 becomes U+FFFD.
func unquote(q []byte) []byte {
	in := q[1 : len(q)-1]
	if bytes.IndexByte(in, '\\') < 0 && (ascii(in) || utf8.Valid(in)) {
		return in
	}
	var v string
	if json.Unmarshal(q, &v) != nil { // quoted has checked it
		return nil
	}
	return []byte(v)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// each calls field for every member of an object that scan accepted before; anything else has none.
func each(object []byte, field func(name, value []byte) error) error {
	s := scan{b: object}
	if s.next() != '{' {
		return nil
	}
	return s.object(func(name []byte) error {
		v, err := s.value()
		if err != nil {
			return err
		}
		return field(name, v)
	})
}

// items calls item for every element of an array that scan accepted before; anything else has none.
func items(array []byte, item func(value []byte) error) error {
	s := scan{b: array}
	if s.next() != '[' {
		return nil
	}
	return s.array(func() error {
		v, err := s.value()
		if err != nil {
			return err
		}
		return item(v)
	})
}

// scalar is what a value says as text: a string's content, a number as it is written. Not ok is every
// other value but null, which says nothing.
func scalar(v []byte) (text string, ok bool) {
	switch {
	case len(v) == 0 || v[0] == 'n':
		return "", true
	case v[0] == '"':
		return string(unquote(v)), true
	case v[0] == '-' || v[0] >= '0' && v[0] <= '9':
		return string(v), true
	}
	return "", false
}
