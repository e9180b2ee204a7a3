// Package layout describes the export files of shop platforms as data: by which columns a file is recognised,
// which column tells what, which rows belong together, and what is done with special rows. A header goes in, the
// layout that fits comes out. Nothing is read here: package ingest does, by what a layout says.
//
// A platform is one file of this folder, made from the columns that its help pages and its importers document. To
// add one, write its layouts and name them in All.
package layout

import (
	"slices"
	"strings"
	"unicode"

	"almanac/fact"
)

// Type is what values of a field are.
type Type int

// Types of fields.
const (
	Text Type = iota
	Number
	Money
	Date
)

// Field is something that a layout's rows tell, and the columns that may tell it, the best first, spelled as the
// platform does. Case, spaces, accents and signs do not matter.
type Field struct {
	Name    string
	Columns []string
	Sum     bool // what all of the columns tell is added up
}

// Layout is the form of one kind of file of one platform.
type Layout struct {
	Platform string // shopify, woocommerce, …
	Form     string // tells files of a platform apart: orders, inventory, analytics orders, …
	Kind     string // orders, products, stock, customers
	Source   string // name of the source where the platform's own will not do: of two that tell of an order, the first by name is believed

	// Signature are columns that such a file has and others have not; "a|b" is either. A file is one of this layout
	// when it has Least of them (0: all).
	Signature []string
	Least     int
	Never     []string // columns that prove another file
	Needed    []string // fields without which nothing can be read; a column that was renamed is looked for, or asked for
	Fields    []Field

	Location string   // of rows that name none
	Skip     []Skip   // rows that are left out
	Wide     string   // columns behind this one are locations, their values what is available there
	Clock    string   // pattern of the file's name whose first group is the moment of the export, in milliseconds since 1970
	Orders   *Orders  // how rows become orders
	Items    *Items   // how rows become products
	Assumed  []string // what the file does not say and is taken for granted
}

// Skip leaves out rows whose field has one of the values; "" is an empty field, "x*" all that begins with x.
type Skip struct {
	Field  string
	Values []string
	Reason string
	Unless bool // rows are left out whose field has none of the values
}

// TaxMode says whether prices contain the tax.
type TaxMode int

// Tax modes.
const (
	TaxByTotal    TaxMode = iota // as the order's total adds up
	TaxAdded                     // never
	TaxIncluded                  // always
	TaxByMarket                  // included but in the markets that Orders.Added names
	TaxBySubtotal                // included where the lines add up to the subtotal with tax
)

// Orders says how rows of orders are read.
type Orders struct {
	Tax   TaxMode
	Added []string // values of the field channel in whose market tax is added to prices
	Alone bool     // every row tells all of its line: rows of one order may be anywhere in the file
	// Before: the subtotal is that before discounts; otherwise it is what is left after them.
	Before bool
	// ByDifference: a discount is what the total is below all that adds up to it.
	ByDifference bool
	NoLines      bool // the file tells no lines: an order is one of its own

	Cancelled []string // values of status that take the whole order back before it left
	Refunded  []string // values of status that give back all that was paid
	Tests     []string // values of the field test

	// Credits: rows whose field "movement" has one of these values, or whose quantity is negative, take goods back.
	Credits []string
	// Back: the rows tell what came back of orders that other files tell.
	Back *Back

	Extras []Extra // amounts of an order beside its lines and its postage
	Packed *Packed // lines are packed into one field of the order's row
}

// Extra is an amount that becomes a line of its own.
type Extra struct {
	Field, Tax string // Tax names the field of its tax; "" where there is none
	Item       fact.ItemType
}

// Back says how rows tell of what came back.
type Back struct {
	Paid     bool     // rows of one document add up to what was paid back; otherwise a row is goods that came back
	Sellable []string // values of the field disposition that goods have that may be sold again
}

// Packed says how a field holds several lines.
type Packed struct {
	Field       string
	Prefix      string            // columns of such names hold a line each; empty: one column holds all
	Line, Pair  string            // what separates lines, and the parts of a line
	Is          string            // what separates name and value of a part
	Names       map[string]string // name of a part → field, or "" for what is not needed
	CountPrefix bool              // lines are "2× Name"
}

// Items says how rows of products are read.
type Items struct {
	// Parents: rows whose field "type" has one of these values describe what their variants share, and are not sold
	// themselves. Where a group has no other row, they are.
	Parents []string
	Apart   bool     // variants do not stand below their parent: parents are never sold
	Begins  string   // value of the field "type" with which a group begins; empty: the field "group" tells
	Carry   []string // fields that hold for all rows of a group when only one row tells them
	Hidden  []string // values of the field status that hide a product
	Several string   // what separates categories; empty: there is one

	NameTellsAll bool // names of variants tell their options
}

// Name is platform and form: "shopify orders".
func (l *Layout) Name() string { return l.Platform + " " + l.Form }

// All lists the layouts, the most particular first.
func All() []*Layout {
	return slices.Concat(shopify, woocommerce, amazon, adobe, bigcommerce, tills, accounting)
}

// Named finds a layout by its name; nil where there is none.
func Named(name string) *Layout {
	for _, l := range All() {
		if l.Name() == name {
			return l
		}
	}
	return nil
}

// Match finds the layout of a header: the one of which most columns of the signature, and of what is needed, are
// there; nil where none fits.
func Match(header []string) *Layout {
	has := map[string]bool{}
	for _, h := range header {
		has[Plain(h)] = true
	}
	var best *Layout
	most := 0
	for _, l := range All() {
		if n := l.fits(has); n > most {
			best, most = l, n
		}
	}
	return best
}

func (l *Layout) fits(has map[string]bool) (n int) {
	for _, c := range l.Never {
		if has[Plain(c)] {
			return 0
		}
	}
	for _, alternatives := range l.Signature {
		for c := range strings.SplitSeq(alternatives, "|") {
			if has[Plain(c)] {
				n++
				break
			}
		}
	}
	least := l.Least
	if least == 0 {
		least = len(l.Signature)
	}
	if n < least {
		return 0
	}
	n *= 2
	for _, f := range l.Needed {
		if !slices.ContainsFunc(l.Field(f).Columns, func(c string) bool { return has[Plain(c)] }) {
			n-- // somebody may have renamed it
		}
	}
	return n
}

// Field finds a field by its name; one without columns where the layout does not have it.
func (l *Layout) Field(name string) Field {
	for _, f := range l.Fields {
		if f.Name == name {
			return f
		}
	}
	return Field{Name: name}
}

// Columns finds for each field the column of a header that tells it best.
func (l *Layout) Columns(header []string) map[string]string {
	out := map[string]string{}
	for _, f := range l.Fields {
		if at := f.In(header); len(at) > 0 {
			out[f.Name] = header[at[0]]
		}
	}
	return out
}

// In lists where in a header the columns of the field are, the best first.
func (f Field) In(header []string) (at []int) {
	for _, c := range f.Columns {
		if i := slices.IndexFunc(header, func(h string) bool { return Plain(h) == Plain(c) }); i >= 0 {
			at = append(at, i)
		}
	}
	return at
}

// Plain reduces a column name to its letters and digits, without case and accents.
func Plain(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		if r, ok := unaccent[c]; ok {
			c = r
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(c)
		}
	}
	return b.String()
}

var unaccent = map[rune]rune{'ä': 'a', 'ö': 'o', 'ü': 'u', 'á': 'a', 'à': 'a', 'â': 'a', 'é': 'e', 'è': 'e', 'ê': 'e', 'ë': 'e', 'í': 'i', 'î': 'i', 'ó': 'o', 'ô': 'o', 'ú': 'u', 'û': 'u', 'ñ': 'n', 'ç': 'c'}
