package identity

import (
	"context"
	"errors"

	"almanac/sqldb"
)

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Link is one reason why two nodes of a person belong together.
type Link struct {
	A, B   Node
	At     int64  // µs since 1970
	Source string // empty for what was seen in passing
	ID     string // of the fact that says it
	Cut    bool   // says that they do not belong together
}

// Person is everything that is known to be one person.
type Person struct {
	Canonical Node
	Members   []Member
	Links     []Link
}

// Canonical is the name of the person that a node belongs to: the node itself where nothing joins it.
func (v *View) Canonical(ctx context.Context, shop string, n Node) (Node, error) {
	var p Node
	err := v.db.QueryRow(ctx, "SELECT person FROM identity_member WHERE shop = ? AND node = ?", []any{shop, string(n)}, &p)
	if errors.Is(err, sqldb.ErrNoRows) {
		return n, nil
	}
	return p, err
}

// Person lists what belongs to the person of a node, and why.
func (v *View) Person(ctx context.Context, shop string, n Node) (Person, error) {
	var out Person
	err := v.db.Read(ctx, func(t *sqldb.Tx) error {
		out = Person{Canonical: n}
		err := t.Query(ctx, `SELECT m.node, m.person, m.first_us, m.shared FROM identity_member o CROSS JOIN identity_member m
			WHERE o.shop = ? AND o.node = ? AND m.shop = o.shop AND m.person = o.person ORDER BY m.first_us, m.node`, []any{shop, string(n)}, func(r sqldb.Row) error {
			var m Member
			var shared int64
			err := r.Scan(&m.Node, &m.Person, &m.First, &shared)
			m.Shared = shared == 1
			out.Canonical = m.Person
			out.Members = append(out.Members, m)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range out.Members {
			if err := links(ctx, t, shop, m.Node, &out.Links); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// links adds the links of which n is the lesser node, so that every link comes once.
func links(ctx context.Context, t *sqldb.Tx, shop string, n Node, out *[]Link) error {
	return t.Query(ctx, `SELECT a, b, first_us, '', '', 0 FROM identity_seen WHERE shop = ? AND a = ?
		UNION ALL SELECT a, b, at_us, source, id, cut FROM identity_said WHERE shop = ? AND a = ? ORDER BY 1, 2, 3, 4, 5`,
		[]any{shop, string(n), shop, string(n)}, func(r sqldb.Row) error {
			var l Link
			var cut int64
			err := r.Scan(&l.A, &l.B, &l.At, &l.Source, &l.ID, &cut)
			l.Cut = cut == 1
			*out = append(*out, l)
			return err
		})
}

// SharedNodes lists identifiers that belong to too many customers, most edges first.
func (v *View) SharedNodes(ctx context.Context, shop string, limit int) (out []Node, err error) {
	err = v.db.Query(ctx, "SELECT node FROM identity_member WHERE shop = ? AND shared = 1 ORDER BY node LIMIT ?", []any{shop, limit}, func(r sqldb.Row) error {
		var n Node
		err := r.Scan(&n)
		out = append(out, n)
		return err
	})
	return out, err
}
