package ingest

import (
	"strings"

	"almanac/ingest/layout"
)

// unpack takes apart several lines that an export writes into one field: "name:Mug|sku:m-1|quantity:2; name:…".
func unpack(p *layout.Packed, text string) (out []map[string]string, err error) {
	parts := []string{text}
	if p.Line != "" {
		parts = strings.Split(text, p.Line)
	}
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if p.CountPrefix {
			n, name, ok := strings.Cut(part, "×")
			n = strings.TrimSpace(n)
			switch {
			case ok && n != "" && allDigits(n):
				out = append(out, map[string]string{"quantity": n, "title": strings.TrimSpace(name)})
			case len(out) > 0: // what separates lines was within a name
				out[len(out)-1]["title"] += p.Line + part
			default:
				out = append(out, map[string]string{"quantity": "1", "title": part})
			}
			continue
		}
		l := map[string]string{}
		last := ""
		for pair := range strings.SplitSeq(part, p.Pair) {
			name, value, ok := strings.Cut(pair, p.Is)
			f, known := p.Names[layout.Plain(name)]
			switch {
			case ok && known:
				last = f
				if f != "" {
					l[f] = strings.TrimSpace(value)
				}
			case last != "": // what separates parts was within a value
				l[last] += p.Pair + pair
			}
		}
		if l["quantity"] == "" {
			return nil, &fault{"bad_lines", "the packed lines cannot be taken apart: " + part, "Export the orders with one row for each line."}
		}
		out = append(out, l)
	}
	return out, nil
}
