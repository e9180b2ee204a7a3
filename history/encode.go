package history

import (
	"bytes"
	"encoding/json"

	"almanac/fact"
)

// encode writes a fact's body as the record keeps it. Text that not every database can hold (the character
// NUL, broken UTF-8) becomes U+FFFD, also in the fact itself, so that whoever follows closely sees what a
// later reader will see. Invalid extra data is kept as text.
func encode(f *fact.Fact) ([]byte, error) {
	if len(f.Ext) > 0 && !json.Valid(f.Ext) {
		ext, err := json.Marshal(string(f.Ext))
		if err != nil {
			return nil, err
		}
		f.Ext = ext
	}
	body, err := f.EncodeBody()
	if err != nil || !replaceNUL(body) && !bytes.Contains(body, []byte(`\ufffd`)) {
		return body, err
	}
	f.Body, err = fact.DecodeBody(f.Kind, body)
	return body, err
}

// replaceNUL overwrites the escape \u0000 in JSON and reports whether there was one.
func replaceNUL(body []byte) (found bool) {
	for i := bytes.IndexByte(body, '\\'); i >= 0 && i+1 < len(body); {
		if bytes.HasPrefix(body[i:], []byte(`\u0000`)) {
			copy(body[i:], `\ufffd`)
			found = true
		}
		i += 2 // past the escape, so that the second of two backslashes begins none
		next := bytes.IndexByte(body[i:], '\\')
		if next < 0 {
			break
		}
		i += next
	}
	return found
}
