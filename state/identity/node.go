package identity

import "strings"

// junk are values that senders write where they know nobody.
var junk = map[string]bool{"": true, "null": true, "undefined": true, "none": true, "nil": true, "nan": true, "0": true, "-1": true, "n/a": true, "na": true,
	"unknown": true, "anonymous": true, "guest": true, "test": true, "false": true, "true": true, "[object object]": true, "customer": true, "user": true,
	"00000000-0000-0000-0000-000000000000": true,
	"test@test.com":                        true, "test@example.com": true, "noreply@example.com": true, "none@none.com": true, "no@email.com": true, "a@a.com": true}

// nodeOf makes a node of a value; false where the value names nobody.
func nodeOf(kind, value string) (Node, bool) {
	v := strings.TrimSpace(value)
	if junk[strings.ToLower(v)] {
		return "", false
	}
	switch kind {
	case "email":
		v = strings.ToLower(v)
		at := strings.LastIndexByte(v, '@')
		if at < 1 || at == len(v)-1 || strings.HasPrefix(v, "noreply@") || strings.HasPrefix(v, "no-reply@") {
			return "", false
		}
	case "phone":
		if v = digits(v); len(v) < 6 || strings.Trim(v, v[:1]) == "" { // all one digit
			return "", false
		}
	}
	return Node(kind + ":" + v), true
}

// digits keeps the digits of a phone number, and 00 in front as what it means.
func digits(s string) string {
	d := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
	return strings.TrimPrefix(d, "00")
}

// parse reads a node as facts write it, "kind:value".
func parse(s string) (Node, bool) {
	kind, value, ok := strings.Cut(s, ":")
	if !ok {
		return "", false
	}
	return nodeOf(kind, value)
}

// Known tells whether a text is a node of a kind that is known and a value that names somebody.
func Known(s string) bool {
	kind, _, _ := strings.Cut(s, ":")
	_, ok := parse(s)
	return ok && (kind == "customer" || kind == "visitor" || kind == "email" || kind == "phone")
}
