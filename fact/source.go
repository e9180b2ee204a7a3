package fact

import "strings"

// Synthetic reports whether a source's name says that its data is made up ("file:synthetic-stock").
// Whatever is derived from such a source is labelled.
func Synthetic(source string) bool { return strings.Contains(source, "synthetic") }

// Precedence ranks the sources that may tell of the same thing; the lowest rank is believed. Systems of
// record come first, then files exported from them, then tills, then what a browser said.
func Precedence(source string) int {
	system, _, _ := strings.Cut(source, ":")
	switch system {
	case "segment", "pixel", "web":
		return 90
	case "till", "pos":
		return 60
	case "file":
		return 50
	default:
		return 10
	}
}
