package identity

import (
	"cmp"
	"context"
	"slices"

	"almanac/sqldb"
)

// Settle finds the persons anew of which something was said since the last time.
func (f *Fold) Settle(ctx context.Context, t *sqldb.Tx) error {
	dirty := map[string][]Node{}
	err := t.Query(ctx, "SELECT shop, node FROM identity_dirty ORDER BY shop, node", nil, func(r sqldb.Row) error {
		var k shopNode
		err := r.Scan(&k.shop, &k.node)
		dirty[k.shop] = append(dirty[k.shop], k.node)
		return err
	})
	if err != nil || len(dirty) == 0 {
		return err
	}
	for shop, nodes := range dirty {
		s := &scope{t: t, shop: shop, limits: f.Limits, affected: map[Node]bool{}, shared: map[Node]bool{}, edges: map[pair]int64{}}
		if len(nodes) > f.Bulk {
			err = s.everything(ctx)
		} else {
			err = s.around(ctx, nodes)
		}
		if err != nil {
			return err
		}
	}
	_, err = t.Exec(ctx, "DELETE FROM identity_dirty")
	return err
}

// scope is the part of a shop's identifiers that is looked at anew.
type scope struct {
	t        *sqldb.Tx
	shop     string
	limits   Limits
	affected map[Node]bool
	shared   map[Node]bool // reached, and known to belong to too many: not gone through
	edges    map[pair]int64
}

func (s *scope) everything(ctx context.Context) error {
	if err := s.load(ctx, "", nil); err != nil {
		return err
	}
	for _, table := range [...]string{"identity_member", "identity_refused"} {
		if _, err := s.t.Exec(ctx, "DELETE FROM "+table+" WHERE shop = ?", s.shop); err != nil {
			return err
		}
	}
	return s.write(ctx)
}

// around reaches from the nodes to all that they are or were joined with.
func (s *scope) around(ctx context.Context, nodes []Node) error {
	front := nodes
	dirty := map[Node]bool{}
	for _, n := range nodes {
		dirty[n] = true
	}
	for len(front) > 0 {
		var next []Node
		for part := range slices.Chunk(front, 200) {
			found, err := s.reach(ctx, part, dirty)
			if err != nil {
				return err
			}
			next = append(next, found...)
		}
		front = next
	}
	all := make([]Node, 0, len(s.affected))
	for n := range s.affected {
		all = append(all, n)
	}
	slices.Sort(all)
	for part := range slices.Chunk(all, 200) {
		in, args := sqldb.In(len(part)), s.args(part)
		for _, q := range [...]string{"DELETE FROM identity_member WHERE shop = ? AND node IN " + in, "DELETE FROM identity_refused WHERE shop = ? AND a IN " + in,
			"DELETE FROM identity_refused WHERE shop = ? AND b IN " + in} {
			if _, err := s.t.Exec(ctx, q, args...); err != nil {
				return err
			}
		}
	}
	return s.write(ctx)
}

func (s *scope) args(nodes []Node) []any {
	args := []any{s.shop}
	for _, n := range nodes {
		args = append(args, string(n))
	}
	return args
}

// reach adds nodes to the scope and returns those that are next. What belongs to too many was so before and
// stays so whatever joins it: it is reached but not gone through, unless something was said of it.
func (s *scope) reach(ctx context.Context, nodes []Node, dirty map[Node]bool) (next []Node, err error) {
	var through []Node
	known := map[Node]bool{}
	err = s.t.Query(ctx, "SELECT node, shared FROM identity_member WHERE shop = ? AND node IN "+sqldb.In(len(nodes)), s.args(nodes), func(r sqldb.Row) error {
		var n Node
		var shared int64
		err := r.Scan(&n, &shared)
		known[n] = shared == 1
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if s.affected[n] || s.shared[n] {
			continue
		}
		if known[n] && !dirty[n] {
			s.shared[n] = true
			continue
		}
		s.affected[n] = true
		through = append(through, n)
	}
	if len(through) == 0 {
		return nil, nil
	}
	in := sqldb.In(len(through))
	err = s.t.Query(ctx, "SELECT m.node FROM identity_member o CROSS JOIN identity_member m WHERE m.shop = o.shop AND m.person = o.person AND o.shop = ? AND o.node IN "+in,
		s.args(through), func(r sqldb.Row) error {
			var n Node
			err := r.Scan(&n)
			next = append(next, n)
			return err
		})
	if err != nil {
		return nil, err
	}
	before := len(s.edges)
	for _, side := range [...]string{"a", "b"} {
		if err := s.load(ctx, " AND "+side+" IN "+in, through); err != nil {
			return nil, err
		}
	}
	if len(s.edges) > before {
		at := map[Node]bool{}
		for _, n := range through {
			at[n] = true
		}
		for p := range s.edges {
			if at[p.a] {
				next = append(next, p.b)
			}
			if at[p.b] {
				next = append(next, p.a)
			}
		}
	}
	return slices.DeleteFunc(next, func(n Node) bool { return s.affected[n] || s.shared[n] }), nil
}

// statement is what was said of a pair.
type statement struct {
	pair
	at, rev      int64
	source, id   string
	decided, cut bool
}

// load adds the edges that hold: what was seen or said together, unless the newest decision on the pair cuts it.
func (s *scope) load(ctx context.Context, where string, nodes []Node) error {
	add := func(p pair, at int64) {
		if t, ok := s.edges[p]; !ok || at < t {
			s.edges[p] = at
		}
	}
	err := s.t.Query(ctx, "SELECT a, b, first_us FROM identity_seen WHERE shop = ?"+where, s.args(nodes), func(r sqldb.Row) error {
		var p pair
		var at int64
		err := r.Scan(&p.a, &p.b, &at)
		add(p, at)
		return err
	})
	if err != nil {
		return err
	}
	last := map[pair]statement{}
	err = s.t.Query(ctx, "SELECT a, b, at_us, rev, source, id, decided, cut FROM identity_said WHERE shop = ? AND a <> ''"+where, s.args(nodes), func(r sqldb.Row) error {
		var v statement
		var decided, cut int64
		if err := r.Scan(&v.a, &v.b, &v.at, &v.rev, &v.source, &v.id, &decided, &cut); err != nil {
			return err
		}
		v.decided, v.cut = decided == 1, cut == 1
		if !v.cut {
			add(v.pair, v.at)
		}
		if old, ok := last[v.pair]; v.decided && (!ok || old.before(v)) {
			last[v.pair] = v
		}
		return nil
	})
	for p, v := range last {
		if v.cut {
			delete(s.edges, p)
		}
	}
	return err
}

// before is the total order of decisions on a pair; of two at one time the cut holds.
func (v statement) before(o statement) bool {
	if v.at == o.at && v.cut != o.cut {
		return o.cut
	}
	return cmp.Or(cmp.Compare(v.at, o.at), cmp.Compare(v.rev, o.rev), cmp.Compare(v.source, o.source), cmp.Compare(v.id, o.id)) < 0
}

// write resolves the scope and writes its persons.
func (s *scope) write(ctx context.Context) error {
	edges := make([]Edge, 0, len(s.edges))
	for p, at := range s.edges {
		edges = append(edges, Edge{p.a, p.b, at})
	}
	members, refused := Resolve(edges, s.limits, s.shared)
	var rows []any
	for _, m := range members {
		if !s.shared[m.Node] { // its row stays as it is
			rows = append(rows, s.shop, string(m.Node), string(m.Person), m.First, bit(m.Shared))
		}
	}
	if _, err := s.t.Insert(ctx, "identity_member ("+memberColumns+")", "", 5, rows); err != nil {
		return err
	}
	rows = rows[:0]
	for _, e := range refused {
		rows = append(rows, s.shop, string(e.A), string(e.B), e.Why)
	}
	_, err := s.t.Insert(ctx, "identity_refused ("+refusedColumns+")", "", 4, rows)
	return err
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
