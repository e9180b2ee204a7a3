package track

import (
	"encoding/json"
	"slices"
	"time"
)

// ext is what an event says beyond what its facts have a place for. It becomes the Ext of the first of
// them: {"properties":{…},"campaign":{…},"claimed":"time"}, each only where there is something.
type ext struct {
	properties []byte // members with their commas, without the braces
	campaign   []byte
	capped     time.Time // what an event of the future claimed as its time
}

func (x *ext) keep(name, value []byte) {
	if len(value) == 0 || value[0] == 'n' {
		return
	}
	if len(x.properties) > 0 {
		x.properties = append(x.properties, ',')
	}
	x.properties = appendName(x.properties, name)
	x.properties = append(x.properties, value...)
}

// text keeps a property by what it says.
func (x *ext) text(name, value string) {
	q, err := json.Marshal(value)
	if err == nil { // strings always marshal
		x.keep([]byte(name), q)
	}
}

// drop takes properties out again.
func (x *ext) drop(names ...string) {
	all := append(append([]byte{'{'}, x.properties...), '}')
	x.properties = x.properties[:0:0]
	_ = each(all, func(name, v []byte) error { // written by keep: it cannot fail
		if !slices.Contains(names, string(name)) {
			x.keep(name, v)
		}
		return nil
	})
}

func appendName(b, name []byte) []byte {
	for _, c := range name {
		if c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
			q, err := json.Marshal(string(name))
			if err != nil { // strings always marshal
				return b
			}
			return append(append(b, q...), ':')
		}
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func (x *ext) encode() json.RawMessage {
	if len(x.properties) == 0 && len(x.campaign) == 0 && x.capped.IsZero() {
		return nil
	}
	b := make([]byte, 0, 32+len(x.properties)+len(x.campaign))
	b = append(b, '{')
	part := func(name string) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, '"', ':')
	}
	if len(x.properties) > 0 {
		part("properties")
		b = append(b, '{')
		b = append(b, x.properties...)
		b = append(b, '}')
	}
	if len(x.campaign) > 0 {
		part("campaign")
		b = append(b, x.campaign...)
	}
	if !x.capped.IsZero() {
		part("claimed")
		b = append(b, '"')
		b = x.capped.AppendFormat(b, time.RFC3339)
		b = append(b, '"')
	}
	return append(b, '}')
}
