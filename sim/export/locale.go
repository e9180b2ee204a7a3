package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"almanac/fact"
)

// locale is how a spreadsheet of some country writes what it opened.
type locale struct {
	delimiter rune
	decimal   string
	stamp     string // layout of times; empty: as the platform writes them
	separator bool   // a line "sep=;" stands first
	encoding  encoding.Encoding
}

var locales = map[string]locale{
	"":      {delimiter: ',', decimal: "."},
	"de":    {delimiter: ';', decimal: ",", stamp: "02.01.2006 15:04:05", encoding: unicode.UTF8BOM},
	"fr":    {delimiter: '\t', decimal: ",", stamp: "02/01/2006 15:04", encoding: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	"us":    {delimiter: ',', decimal: ".", stamp: "1/2/2006 3:04:05 PM"},
	"excel": {delimiter: ';', decimal: ",", separator: true, encoding: charmap.Windows1252},
}

// Locales lists their names.
func Locales() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(locales)), func(s string) bool { return s == "" })
}

// write makes one file of the platform.
func (p *Platform) write(f form) (err error) {
	name := f.name
	if strings.Contains(name, "%s") {
		name = fmt.Sprintf(name, p.last.Format(time.DateOnly))
	}
	o, err := os.Create(filepath.Join(p.dir, name))
	if err != nil {
		return err
	}
	defer func() {
		if e := o.Close(); err == nil {
			err = e
		}
	}()
	var w io.Writer = o
	if p.locale.encoding != nil {
		w = encoding.ReplaceUnsupported(p.locale.encoding.NewEncoder()).Writer(o)
	}
	if c, ok := w.(io.Closer); ok && w != io.Writer(o) {
		defer func() {
			if e := c.Close(); err == nil {
				err = e
			}
		}()
	}
	if p.locale.separator {
		if _, err := fmt.Fprintf(w, "sep=%c\r\n", p.locale.delimiter); err != nil {
			return err
		}
	}
	rows := csv.NewWriter(w)
	rows.Comma = p.locale.delimiter
	if err := rows.Write(f.header); err != nil {
		return err
	}
	if err := f.rows(p, func(cells ...string) error {
		if len(cells) != len(f.header) {
			return fmt.Errorf("%s: %d cells under %d columns", name, len(cells), len(f.header))
		}
		return rows.Write(cells)
	}); err != nil {
		return err
	}
	rows.Flush()
	return rows.Error()
}

func (p *Platform) money(minor int64, currency string) string {
	return strings.Replace(money(minor, currency), ".", p.locale.decimal, 1)
}

// each is the price of one unit, with as many decimals as it takes for the product with the units to be right.
func (p *Platform) each(gross, units int64, currency string) string {
	if units <= 0 || gross%units == 0 {
		return p.money(gross/max(1, units), currency)
	}
	return strings.Replace(strconv.FormatFloat(float64(gross)/float64(units)/pow10(fact.Exponent(currency)), 'f', 8, 64), ".", p.locale.decimal, 1)
}

func pow10(n int) float64 {
	v := 1.
	for range n {
		v *= 10
	}
	return v
}

// time writes an instant as the locale does, or else as the platform.
func (p *Platform) time(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	if p.locale.stamp != "" {
		layout = p.locale.stamp
	}
	return t.UTC().Format(layout)
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
