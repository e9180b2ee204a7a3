package track

import (
	"bytes"
	"encoding/json"
	"testing"
)

func depth(b []byte) (most int) {
	d := 0
	for _, c := range b {
		switch c {
		case '{', '[':
			d++
			most = max(most, d)
		case '}', ']':
			d--
		}
	}
	return most
}

// What the one-pass reader accepts is what encoding/json accepts.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,"x\u00e9\n",true,false,null,{}]}`, `[01]`, `"\ud800"`, "\"\x01\"", `{"a":}`, `{"a":1,}`, `nul`, "\"\xff\"", ` {} `, `1 2`, `[1,]`, `-`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := scan{b: b}
		v, err := s.value()
		if err == nil {
			err = s.end()
		}
		if ok := json.Valid(b); ok != (err == nil) && depth(b) <= maxDepth {
			t.Fatalf("encoding/json says %v, we say %v", ok, err)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(v, bytes.TrimSpace(b)) && !bytes.ContainsAny(b, "\v\f\u0085\u00a0") {
			t.Fatalf("%q is not the value of %q", v, b)
		}
		if v[0] == '"' {
			var want string
			if err := json.Unmarshal(b, &want); err != nil || want != string(unquote(v)) {
				t.Fatalf("%q says %q, %v", b, unquote(v), err)
			}
		}
	})
}
