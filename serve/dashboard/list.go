package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// List says which part of a list is wanted.
type List struct {
	Text          string // rows that contain every word of it
	Sort          string // field, or -field for the greatest first
	Limit, Offset int
}

// ErrSort says that a list cannot be sorted by the field asked for.
type ErrSort struct {
	Field string
	Known []string
}

// Error names the field.
func (e *ErrSort) Error() string { return fmt.Sprintf("the list cannot be sorted by %q", e.Field) }

// Remedy names the fields that work.
func (e *ErrSort) Remedy() string {
	return "Sort by one of " + strings.Join(e.Known, ", ") + "; put - before it for the greatest first."
}

// order compares two rows by one field; absent values are told apart by known, and always come last.
type order[T any] struct {
	compare func(a, b *T) int
	known   func(*T) bool
}

func by[T any, V cmp.Ordered](get func(*T) V) order[T] {
	return order[T]{compare: func(a, b *T) int { return cmp.Compare(get(a), get(b)) }}
}

// ifKnown compares by a field that may be absent.
func ifKnown[T any, V cmp.Ordered](get func(*T) *V) order[T] {
	return order[T]{
		compare: func(a, b *T) int { return cmp.Compare(*get(a), *get(b)) },
		known:   func(v *T) bool { return get(v) != nil },
	}
}

// sorted gives the rows in order; ties keep theirs.
func sorted[T any](rows []*T, fields map[string]order[T], by string) error {
	field, down := strings.CutPrefix(by, "-")
	o, ok := fields[field]
	if !ok {
		e := &ErrSort{Field: field}
		for f := range fields {
			e.Known = append(e.Known, f)
		}
		slices.Sort(e.Known)
		return e
	}
	slices.SortStableFunc(rows, func(a, b *T) int {
		if o.known != nil {
			if ka, kb := o.known(a), o.known(b); !ka || !kb {
				switch {
				case ka:
					return -1
				case kb:
					return 1
				}
				return 0
			}
		}
		if down {
			return o.compare(b, a)
		}
		return o.compare(a, b)
	})
	return nil
}

// listed is the page of the rows that is asked for, in the order asked for, else in the usual one, and how many rows there are.
func listed[T any](rows []*T, fields map[string]order[T], usual string, l List) (items []T, total int64, err error) {
	if err := sorted(rows, fields, cmp.Or(l.Sort, usual)); err != nil {
		return nil, 0, err
	}
	return cut(rows, l.Offset, l.Limit), int64(len(rows)), nil
}

// cut is the part of the rows that one page shows.
func cut[T any](rows []*T, offset, limit int) []T {
	offset = min(max(offset, 0), len(rows))
	rows = rows[offset:min(len(rows), offset+max(limit, 0))]
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = *r
	}
	return out
}

// contains tells whether a text, in lower case, holds every word.
func contains(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func words(s string) []string { return strings.Fields(strings.ToLower(s)) }
