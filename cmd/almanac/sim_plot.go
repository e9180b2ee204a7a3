package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"almanac/blob"
)

// plots draws how often a value is exceeded, on logarithmic axes, for the simulated and the real book side by side.
func plots(dir string, books map[string]*book) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, of := range map[string]func(*book) []float64{
		"lines-of-an-order":   (*book).sizes,
		"days-between-orders": (*book).between,
		"units-of-a-product":  (*book).popularity,
	} {
		var lines []string
		for i, who := range []string{"simulated", "real"} {
			if k := books[who]; k != nil {
				lines = append(lines, curve(of(k), []string{"#2f6fde", "#d9722b"}[i], who, i))
			}
		}
		title := strings.ReplaceAll(name, "-", " ")
		svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 300" font-family="sans-serif" font-size="12" role="img" aria-label="%[1]s, simulated and real"><rect width="420" height="300" fill="white"/><text x="40" y="20">%[1]s: share that exceeds a value</text>`, title) + axes() + strings.Join(lines, "") + "</svg>\n"
		if err := blob.WriteFile(filepath.Join(dir, name+".svg"), []byte(svg)); err != nil {
			return err
		}
	}
	return nil
}

// The plot runs from 1 to 10,000 and from 1 down to 0.0001, a decade being 85 and 60 points.
func axes() string {
	var b strings.Builder
	for i := range 5 {
		x, y := 50+85*i, 35+60*i
		fmt.Fprintf(&b, `<path d="M%d 35V275M50 %dH390" stroke="#ddd" fill="none"/><text x="%d" y="292" text-anchor="middle">%s</text><text x="45" y="%d" text-anchor="end">%s</text>`,
			x, y, x, []string{"1", "10", "100", "1,000", "10,000"}[i], y+4, []string{"1", ".1", ".01", ".001", ".0001"}[i])
	}
	return b.String()
}

func curve(v []float64, color, name string, i int) string {
	slices.Sort(v)
	var b strings.Builder
	last := -10.
	for j, x := range v {
		share := float64(len(v)-j) / float64(len(v))
		px, py := 50+85*math.Log10(max(1, x)), 35-60*math.Log10(max(1e-4, share))
		if px-last < 2 && j > 0 && j < len(v)-1 {
			continue
		}
		last = px
		verb := "L"
		if b.Len() == 0 {
			verb = "M"
		}
		fmt.Fprintf(&b, "%s%.0f %.0f", verb, min(390, px), py)
	}
	return fmt.Sprintf(`<path d="%s" stroke="%s" stroke-width="2" fill="none"/><text x="300" y="%d" fill="%s">%s</text>`, b.String(), color, 50+16*i, color, name)
}
