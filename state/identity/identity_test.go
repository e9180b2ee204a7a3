package identity

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue && !testing.Short() {
		_ = f.Value.Set("10000") // graphs are small and cost little
	}
	os.Exit(m.Run())
}

var small = Limits{Customers: 2, Size: 5, Edges: 6}

func node(t *rapid.T) Node {
	return Node(rapid.SampledFrom([]string{"customer:", "visitor:", "email:"}).Draw(t, "kind") + fmt.Sprint("x", rapid.IntRange(1, 4).Draw(t, "value")))
}

var edge = rapid.Custom(func(t *rapid.T) Edge {
	return Edge{node(t), node(t), rapid.Int64Range(0, 5).Draw(t, "at")}
})

type answer struct {
	Members []Member
	Refused []Refused
}

func resolved(edges []Edge) answer {
	m, r := Resolve(edges, small, nil)
	return answer{m, r}
}

func TestPersonsDoNotDependOnTheOrderOfLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges := rapid.SliceOfN(edge, 0, 14).Draw(t, "edges")
		want := resolved(edges)
		again := append(slices.Clone(edges), edges[:rapid.IntRange(0, len(edges)).Draw(t, "repeated")]...)
		for i := range again { // a pair has no direction
			if rapid.Bool().Draw(t, "turned") {
				again[i].A, again[i].B = again[i].B, again[i].A
			}
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if d := cmp.Diff(want, resolved(again)); d != "" {
			t.Fatalf("in another order (- in order, + shuffled):\n%s", d)
		}
	})
}

func TestAPersonIsNamedByWhatWasSeenFirstAndIsNotTooBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := resolved(rapid.SliceOfN(edge, 0, 20).Draw(t, "edges"))
		by := map[Node][]Member{}
		for _, m := range a.Members {
			by[m.Person] = append(by[m.Person], m)
		}
		for p, ms := range by {
			if len(ms) > small.Size {
				t.Fatalf("person %s has %d nodes", p, len(ms))
			}
			for _, m := range ms {
				i := slices.IndexFunc(ms, func(o Member) bool { return o.Node == p })
				if i < 0 || ms[i].First > m.First || ms[i].First == m.First && ms[i].Node > m.Node {
					t.Fatalf("person %s is named after another than the first of %v", p, ms)
				}
				if m.Shared && len(ms) > 1 {
					t.Fatalf("%s belongs to too many and joins %v", m.Node, ms)
				}
			}
		}
	})
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// linkFacts draws facts that link identifiers: stated, revised, cut and decided, or seen in passing.
var linkFacts = rapid.Custom(func(t *rapid.T) []history.Record {
	n := rapid.IntRange(0, 10).Draw(t, "facts")
	var out []history.Record
	seen := map[string]bool{}
	for range n {
		at := start.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "at")) * time.Hour)
		r := history.Record{Fact: fact.Fact{Shop: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "shop"), Source: "segment:web", OccurredAt: at}}
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			r.ID = fmt.Sprint("seen", rapid.IntRange(0, 99).Draw(t, "id"))
			r.Body = &fact.PageView{Actor: fact.Actor{Customer: fmt.Sprint("x", rapid.IntRange(1, 4).Draw(t, "c")), Visitor: fmt.Sprint("x", rapid.IntRange(1, 4).Draw(t, "v"))}}
		case 1:
			r.ID = fmt.Sprint("described", rapid.IntRange(0, 99).Draw(t, "id"))
			r.Body = &fact.Customer{Customer: fmt.Sprint("x", rapid.IntRange(1, 4).Draw(t, "c")), Email: rapid.SampledFrom([]string{"A@x.com ", "a@x.com", "b@x.com", "null", ""}).Draw(t, "email")}
		default:
			r.ID, r.Rev = fmt.Sprint("said", rapid.IntRange(0, 3).Draw(t, "id")), rapid.Int64Range(0, 2).Draw(t, "rev")
			r.Body = &fact.Link{A: string(node(t)), B: string(node(t)), Cut: rapid.IntRange(0, 3).Draw(t, "cut") == 0,
				Reason: rapid.SampledFrom([]string{"identify", Decided}).Draw(t, "reason")}
		}
		r.Kind = r.Body.Kind()
		if k := fmt.Sprint(r.Shop, r.ID, r.Rev); !seen[k] {
			seen[k] = true
			out = append(out, r)
		}
	}
	return out
})

// folded applies records in groups to an empty view and shows its tables.
func folded(t interface{ Fatal(...any) }, db *sqldb.DB, f *Fold, recs []history.Record, group int) string {
	ctx := context.Background()
	var out string
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, tb := range f.Tables() {
			if _, err := tx.Exec(ctx, "DELETE FROM "+tb.Name); err != nil {
				return err
			}
		}
		for part := range slices.Chunk(recs, group) {
			if err := f.Apply(ctx, tx, part); err != nil {
				return err
			}
			if err := f.Settle(ctx, tx); err != nil {
				return err
			}
		}
		for _, q := range []string{"SELECT " + memberColumns + " FROM identity_member ORDER BY shop, node", "SELECT shop, a, b, why, 0 FROM identity_refused ORDER BY shop, a, b"} {
			err := tx.Query(ctx, q, nil, func(r sqldb.Row) error {
				var v [5]any
				err := r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4])
				out += fmt.Sprintln(v[:]...)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func fold(t testing.TB, db *sqldb.DB, bulk int) *Fold {
	t.Helper()
	f := NewFold()
	f.Limits, f.Bulk = small, bulk
	if err := db.Migrate(t.Context(), "state/identity", f.Migrations()); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnyOrderAnyGroupingAndBothWaysOfSettlingGiveTheSamePersons(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		whole, around := fold(t, db, 0), fold(t, db, 1000)
		rapid.Check(t, func(t *rapid.T) {
			if db.Dialect == sqldb.Postgres && rapid.IntRange(0, 49).Draw(t, "some") > 0 {
				return // the same statements at the cost of a round trip each
			}
			recs := linkFacts.Draw(t, "facts")
			want := folded(t, db, whole, recs, len(recs)+1)
			again := append(slices.Clone(recs), recs[:rapid.IntRange(0, len(recs)).Draw(t, "repeated")]...)
			rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
			rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
			if d := cmp.Diff(want, folded(t, db, around, again, rapid.IntRange(1, 4).Draw(t, "group"))); d != "" {
				t.Fatalf("(- at once, + in groups and another order):\n%s", d)
			}
		})
	})
}

func TestACutGivesBackWhatWasBeforeTheLink(t *testing.T) {
	db := sqltest.SQLite(t)
	f := fold(t, db, 1000)
	rapid.Check(t, func(t *rapid.T) {
		recs := linkFacts.Draw(t, "facts")
		a, b := node(t), node(t)
		p := pairOf(a, b)
		if a == b || slices.ContainsFunc(recs, func(r history.Record) bool { return names(r, p) }) {
			return // they belong together, or apart, for another reason, too
		}
		before := folded(t, db, f, recs, 3)
		link := func(id string, at time.Duration, cut bool) history.Record {
			return history.Record{Fact: fact.Fact{Shop: "a", Source: "almanac:people", ID: id, Kind: fact.IdentityLinked, OccurredAt: start.Add(at),
				Body: &fact.Link{A: string(a), B: string(b), Cut: cut, Reason: Decided}}}
		}
		after := folded(t, db, f, append(slices.Clone(recs), link("merge", 7*time.Hour, false), link("split", 8*time.Hour, true)), 1)
		if d := cmp.Diff(before, after); d != "" {
			t.Fatalf("after a merge of %s and %s and its undoing (- before, + after):\n%s", a, b, d)
		}
	})
}

// names tells whether a record speaks of a pair.
func names(r history.Record, p pair) bool {
	b := &batch{seen: map[shopPair]int64{}}
	switch v := r.Body.(type) {
	case *fact.Link:
		return pairOf(Node(v.A), Node(v.B)) == p
	case *fact.Customer:
		c, okC := nodeOf("customer", v.Customer)
		e, okE := nodeOf("email", v.Email)
		b.see("", 0, c, e, okC, okE)
	case *fact.PageView:
		b.actor("", 0, v.Customer, v.Visitor)
	}
	_, ok := b.seen[shopPair{"", p}]
	return ok
}

func TestJunkNamesNobody(t *testing.T) {
	for _, c := range []struct{ kind, value string }{{"customer", ""}, {"customer", " null"}, {"customer", "undefined"}, {"customer", "0"}, {"visitor", "[object Object]"},
		{"email", "no at sign"}, {"email", "NOREPLY@shop.example"}, {"email", "test@test.com"}, {"phone", "12345"}, {"phone", "000 0000 000"}} {
		if n, ok := nodeOf(c.kind, c.value); ok {
			t.Errorf("%s %q names %s", c.kind, c.value, n)
		}
	}
	for _, c := range []struct{ kind, value, want string }{{"email", " Ann@Shop.Example ", "email:ann@shop.example"}, {"phone", "+49 (30) 123-456", "phone:4930123456"},
		{"phone", "0049 30 123456", "phone:4930123456"}, {"customer", "17850", "customer:17850"}} {
		if n, ok := nodeOf(c.kind, c.value); !ok || string(n) != c.want {
			t.Errorf("%s %q names %q %v, not %s", c.kind, c.value, n, ok, c.want)
		}
	}
}

func TestAPersonIsShownWithReasons(t *testing.T) {
	db := sqltest.SQLite(t)
	f := fold(t, db, 1000)
	recs := []history.Record{
		{Fact: fact.Fact{Shop: "a", Source: "shopify:main", ID: "1", OccurredAt: start.Add(time.Hour), Body: &fact.Customer{Customer: "7", Email: "ann@x.com"}}},
		{Fact: fact.Fact{Shop: "a", Source: "segment:web", ID: "2", OccurredAt: start, Body: &fact.Link{A: "visitor:v", B: "customer:7", Reason: "identify"}}},
	}
	folded(t, db, f, recs, 2)
	v := Open(db)
	p, err := v.Person(t.Context(), "a", "email:ann@x.com")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if p.Canonical != "customer:7" || len(p.Members) != 3 || len(p.Links) != 2 || p.Links[1].Source != "segment:web" {
		t.Errorf("%s", got)
	}
	for n, want := range map[Node]Node{"visitor:v": "customer:7", "customer:8": "customer:8"} {
		if c, err := v.Canonical(t.Context(), "a", n); err != nil || c != want {
			t.Errorf("%s is %s, %v", n, c, err)
		}
	}
	if c, err := v.Canonical(t.Context(), "b", "visitor:v"); err != nil || c != "visitor:v" {
		t.Errorf("another shop sees %s, %v", c, err)
	}
}
