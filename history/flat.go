package history

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A body is kept in a segment as columns for the fields that many kinds share, and the rest as JSON. Columns
// of equal values take next to no room, and whoever scans a segment reads only those that it needs.

// split hands every field of a JSON object that has a column to its column, and returns the object without
// them. Text and whole numbers go to columns; what is empty or zero is left out, as the fields of bodies
// read the same without it. Objects come from our own encoder: without spaces.
func split(body []byte, r *row) (rest []byte) {
	texts, numbers := r.texts(), r.numbers()
	rest = append(rest, '{')
	for at := 1; at < len(body) && body[at] == '"'; {
		key, value, next := member(body, at)
		if value == nil {
			return body // not the form that we write: all of it stays JSON
		}
		if !toColumn(key, value, texts, numbers) {
			if len(rest) > 1 {
				rest = append(rest, ',')
			}
			rest = append(rest, body[at:next]...)
		}
		if at = next; at < len(body) && body[at] == ',' {
			at++
		}
	}
	if len(rest) == 1 {
		return nil
	}
	return append(rest, '}')
}

func toColumn(key, value []byte, texts []textColumn, numbers []numberColumn) bool {
	if value[0] == '"' {
		for _, c := range texts {
			if string(key) != c.name {
				continue
			}
			if text := value[1 : len(value)-1]; bytes.IndexByte(text, '\\') < 0 {
				*c.to = string(text)
				return true
			}
			return json.Unmarshal(value, c.to) == nil
		}
		return false
	}
	for _, c := range numbers {
		if string(key) == c.name {
			n, err := strconv.ParseInt(string(value), 10, 64)
			if err == nil {
				*c.to = n
			}
			return err == nil
		}
	}
	return false
}

// join puts the body together again.
func join(r *row) []byte {
	b := append(make([]byte, 0, 64+len(r.Rest)), '{')
	for _, c := range r.texts() {
		if *c.to != "" {
			b = append(append(append(b, '"'), c.name...), '"', ':')
			b = append(appendText(b, *c.to), ',')
		}
	}
	for _, c := range r.numbers() {
		if *c.to != 0 {
			b = append(append(append(b, '"'), c.name...), '"', ':')
			b = append(strconv.AppendInt(b, *c.to, 10), ',')
		}
	}
	if len(r.Rest) > 2 {
		return append(b, r.Rest[1:]...)
	}
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, '}')
}

// appendText writes text as JSON.
func appendText(b []byte, s string) []byte {
	if !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == '"' || c == '\\' || c == utf8.RuneError }) {
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		return append(b, `""`...) // text always marshals
	}
	return append(b, quoted...)
}

// member finds the key and value that begin at the quote b[at], and where the next member begins; value is
// nil where that is not so.
func member(b []byte, at int) (key, value []byte, next int) {
	end := quoted(b, at)
	if end < 0 || end >= len(b) || b[end] != ':' {
		return nil, nil, 0
	}
	key = b[at+1 : end-1]
	next = valueEnd(b, end+1)
	if next <= end+1 {
		return nil, nil, 0
	}
	return key, b[end+1 : next], next
}

// quoted is the index behind the text that begins at the quote b[at], or -1.
func quoted(b []byte, at int) int {
	for i := at + 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// valueEnd is the index behind the value that begins at b[at], or -1.
func valueEnd(b []byte, at int) int {
	if at >= len(b) {
		return -1
	}
	if b[at] == '"' {
		return quoted(b, at)
	}
	depth := 0
	for i := at; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = quoted(b, i) - 1; i < 0 {
				return -1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}
