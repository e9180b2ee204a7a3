package ingest

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"almanac/fact"
	"almanac/ingest/table"
)

// A window holds so many groups and rows; when there are more, the group that was not added to for longest is
// read. Exports write the rows of one order one below the other; a file that somebody sorted may have them apart.
const (
	windowGroups = 2048
	windowRows   = 8192
	groupRows    = 4096 // of one group; nobody orders more lines than that
)

// window gathers rows that belong together. Its memory is bounded: rows of a group that was read already are
// recognised, however far apart they stand, and refused.
type window struct {
	open   map[string]*list.Element // of *group
	age    *list.List               // the one that was not added to for longest first
	rows   int
	last   string       // group of the row before
	begins int64        // groups that a row of its own began
	begun  *occurrences // groups that were ever begun
	groups int          // most groups held at once
}

type group struct {
	key  string
	rows []held
}

// held is a row that waits for the others of its group.
type held struct {
	line   int64
	fields []string
	raw    string
}

// outcome is what became of a row.
type outcome struct {
	line  int64
	raw   string
	facts []fact.Fact
	err   error // a *fault, a *filtered, or what stops the import
}

func newWindow() *window {
	return &window{open: map[string]*list.Element{}, age: list.New(), begun: newOccurrences(1 << 18), groups: windowGroups}
}

// gather takes a row in, and tells what became of the rows that need not wait longer.
func (c *converter) gather(r table.Row) (out []outcome) {
	w := c.laid.window
	one := func(err error) []outcome { return append(out, outcome{line: r.Line, raw: r.Raw, err: err}) }
	if r.Fault != nil {
		return one(&fault{r.Fault.Code, r.Fault.Message, r.Fault.Remedy})
	}
	if strings.TrimSpace(strings.Join(r.Fields, "")) == "" {
		return one(&filtered{"blank"})
	}
	c.row = r.Fields
	clear(c.laid.set)
	if c.laid.back() != nil { // what else such a report tells of the order may stand far away
		if reason := c.skipped(); reason != "" {
			return one(&filtered{reason})
		}
	}
	key := c.groupKey()
	if key == "" {
		key = w.last // exports leave repeated cells empty
	}
	if key == "" {
		return one(&fault{"no_order", c.m.Columns[c.groupField()] + " is empty", "Fill it in."})
	}
	w.last = strings.Clone(key)
	e := w.open[key]
	if e == nil {
		h := sha256.Sum256([]byte(key))
		if w.begun.count([16]byte(h[:16])) > 1 {
			return one(&fault{"order_apart", "other rows of " + key + " stand too far above this one", "Sort the file by " + c.m.Columns[c.groupField()] + " and import it again."})
		}
		e = w.age.PushBack(&group{key: w.last})
		w.open[w.last] = e
	} else {
		w.age.MoveToBack(e)
	}
	g, _ := e.Value.(*group)
	if len(g.rows) >= groupRows {
		return one(&fault{"order_too_long", key + " has more rows than can be read together", "Check that the column " + c.m.Columns[c.groupField()] + " is right."})
	}
	g.rows = append(g.rows, held{r.Line, slices.Clone(r.Fields), r.Raw})
	w.rows++
	for w.rows > windowRows || len(w.open) > w.groups {
		out = append(out, c.oldest()...)
	}
	return out
}

// oldest reads the group that was not added to for longest.
func (c *converter) oldest() []outcome {
	w := c.laid.window
	g, _ := w.age.Remove(w.age.Front()).(*group)
	delete(w.open, g.key)
	w.rows -= len(g.rows)
	return c.together(g.rows)
}

// rest reads what still waits.
func (c *converter) rest() (out []outcome) {
	for c.laid.window.age.Len() > 0 {
		out = append(out, c.oldest()...)
	}
	return out
}

func (c *converter) groupField() string {
	if c.laid.Items != nil {
		return "group"
	}
	return "order"
}

func (c *converter) groupKey() string {
	i := c.laid.Items
	switch {
	case c.laid.back() != nil:
		return c.backDocument()
	case i == nil || i.Begins == "":
		return c.id(c.groupField())
	case strings.EqualFold(c.get("type"), i.Begins):
		c.laid.window.begins++
		return fmt.Sprint("group ", c.laid.window.begins)
	}
	return ""
}

// together reads the rows of one group. Where one of them cannot be read, the others are kept with it: what was
// ordered, refunded or paid for a whole order cannot be shared among some of its lines.
func (c *converter) together(rows []held) []outcome {
	out := make([]outcome, len(rows))
	for i, r := range rows {
		out[i] = outcome{line: r.line, raw: r.raw}
	}
	var at int
	var err error
	switch {
	case c.laid.Items != nil:
		at, err = c.products(rows, out)
	case c.laid.back() != nil:
		at, err = c.broughtBack(rows, out)
	default:
		at, err = c.wholeOrder(rows, out)
	}
	for i := range out {
		if err != nil {
			break
		}
		at, err = i, valid(out[i].facts)
	}
	if err != nil {
		failTogether(out, at, err)
	}
	return out
}
