package history_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, db *sqldb.DB) *history.Store {
	t.Helper()
	s, err := history.Open(context.Background(), db, segments(t), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func viewed(id, sku string) fact.Fact {
	return fact.Fact{Shop: "a", Source: "segment:web", ID: id, Kind: fact.ProductViewed, OccurredAt: noon.Add(-time.Hour),
		Body: &fact.ProductEvent{Actor: fact.Actor{Visitor: "v"}, SKU: sku}}
}

func all(t testing.TB, s *history.Store) (out []history.Record) {
	t.Helper()
	for after := int64(0); ; {
		last, err := s.Read(context.Background(), after, 1000, func(r history.Record) error {
			out = append(out, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			return out
		}
		after = last
	}
}

func TestEveryFactIsJudged(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		first, err := s.Append(t.Context(), []fact.Fact{viewed("1", "mug"), viewed("1", "mug"), viewed("2", "cup"), viewed("2", "bowl")})
		if err != nil {
			t.Fatal(err)
		}
		if want := []history.Outcome{history.Accepted, history.Duplicate, history.Accepted, history.Conflict}; !slices.Equal(first.Outcomes, want) {
			t.Errorf("%v, want %v", first.Outcomes, want)
		}
		// New, known, contradicting and repeated ones in one call.
		second, err := s.Append(t.Context(), []fact.Fact{viewed("1", "mug"), viewed("3", "jug"), viewed("1", "pot"), viewed("3", "jug"), viewed("2", "cup")})
		if err != nil {
			t.Fatal(err)
		}
		if want := []history.Outcome{history.Duplicate, history.Accepted, history.Conflict, history.Duplicate, history.Duplicate}; !slices.Equal(second.Outcomes, want) {
			t.Errorf("%v, want %v", second.Outcomes, want)
		}
		if n := len(all(t, s)); n != 3 {
			t.Errorf("%d records", n)
		}
		kept, err := s.Quarantined(t.Context(), "a", history.QuarantineFilter{Reason: "conflict", Status: "open"}, 0, 10)
		if err != nil || len(kept) != 2 {
			t.Errorf("%d conflicts are kept, %v", len(kept), err)
		}
		stats, err := s.Sources(t.Context(), "a")
		if err != nil || len(stats) != 1 || stats[0].Facts != 3 || stats[0].Duplicates != 4 || stats[0].Conflicts != 2 {
			t.Errorf("%+v %v", stats, err)
		}
	})
}

func TestARetryWithACorrectedClockIsTheSameFact(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	a, b := viewed("1", "mug"), viewed("1", "mug")
	b.OccurredAt = b.OccurredAt.Add(3 * time.Millisecond)
	for i, f := range []fact.Fact{a, b} {
		r, err := s.Append(t.Context(), []fact.Fact{f})
		if err != nil || (i == 1) != (r.Duplicates == 1) {
			t.Errorf("sending %d: %+v %v", i+1, r, err)
		}
	}
}

func TestOffsetsHaveNoGapsUnderConcurrentAppends(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		wake, stop := s.Follow()
		defer stop()
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 25 {
					if _, err := s.Append(context.Background(), []fact.Fact{viewed(fmt.Sprint(w, "-", i), "mug"), viewed(fmt.Sprint("shared-", i), "cup")}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		<-wake
		recs := all(t, s)
		if len(recs) != 8*25+25 {
			t.Errorf("%d records, want %d", len(recs), 8*25+25)
		}
		for i, r := range recs {
			if r.Offset != int64(i+1) {
				t.Fatalf("record %d has offset %d", i+1, r.Offset)
			}
		}
		head, err := s.Head(t.Context())
		if err != nil || head != int64(len(recs)) {
			t.Errorf("head %d, %v", head, err)
		}
	})
}

// What is read from memory just after writing equals what a new process reads from the tail.
func TestWhatIsAtHandEqualsWhatIsOnDisk(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		db := openDB()
		s := open(t, db)
		f := viewed("1", "mug")
		f.OccurredAt = f.OccurredAt.Add(1234567 * time.Nanosecond)
		f.Ext = []byte(`{"x":1}`)
		if _, err := s.Append(t.Context(), []fact.Fact{f, viewed("2", "cup")}); err != nil {
			t.Fatal(err)
		}
		warm, cold := all(t, s), all(t, open(t, db))
		if len(warm) != 2 || len(cold) != 2 {
			t.Fatalf("%d and %d records", len(warm), len(cold))
		}
		for i := range warm {
			a, errA := warm[i].MarshalJSON()
			b, errB := cold[i].MarshalJSON()
			if errA != nil || errB != nil || string(a) != string(b) {
				t.Errorf("%s\n%s", a, b)
			}
		}
	})
}

func TestAsOfKnowsWhatWasKnown(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		early, late := viewed("early", "mug"), viewed("late", "mug")
		early.ReceivedAt, late.ReceivedAt = noon.Add(-30*time.Minute), noon.Add(time.Hour)
		if _, err := s.Append(t.Context(), []fact.Fact{early, late}); err != nil {
			t.Fatal(err)
		}
		var ids []string
		if err := s.AsOf(t.Context(), "a", noon, noon, func(r history.Record) error {
			ids = append(ids, r.ID)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(ids, []string{"early"}) {
			t.Errorf("known by noon: %v", ids)
		}
	})
}

// However facts are grouped, ordered and repeated, the record holds each once.
func TestTheRecordHoldsEachFactOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, err := sqldb.Open(context.Background(), t.TempDir()+"/r.db", sqldb.Options{Derived: true})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		s, err := history.Open(context.Background(), db, segments(t), func() time.Time { return noon })
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		ids := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 40).Draw(rt, "ids")
		want := map[int]bool{}
		accepted := 0
		for len(ids) > 0 {
			n := rapid.IntRange(1, len(ids)).Draw(rt, "batch")
			var batch []fact.Fact
			for _, id := range ids[:n] {
				want[id] = true
				batch = append(batch, viewed(fmt.Sprint(id), "mug"))
			}
			r, err := s.Append(context.Background(), batch)
			if err != nil {
				rt.Fatal(err)
			}
			accepted += r.Accepted
			if r.Accepted+r.Duplicates != n || r.Conflicts != 0 {
				rt.Fatalf("%+v of %d", r, n)
			}
			ids = ids[n:]
		}
		if accepted != len(want) || len(all(t, s)) != len(want) {
			rt.Fatalf("%d accepted, %d recorded, %d distinct", accepted, len(all(t, s)), len(want))
		}
	})
}

func TestAClosedRecordSaysSo(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	s.Close()
	if _, err := s.Append(t.Context(), []fact.Fact{viewed("1", "mug")}); err == nil {
		t.Error("a closed record took a fact")
	}
}

func TestQuarantineBelongsToItsShop(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		rows := []history.Quarantined{{Shop: "a", Reason: "bad_date", Raw: "x"}, {Shop: "b", Reason: "bad_date", Raw: "y"}}
		if err := s.Quarantine(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		ofB, err := s.Quarantined(t.Context(), "b", history.QuarantineFilter{}, 0, 10)
		if err != nil || len(ofB) != 1 || ofB[0].Raw != "y" {
			t.Fatalf("%+v %v", ofB, err)
		}
		if n, err := s.MarkQuarantined(t.Context(), "a", "dismissed", []int64{ofB[0].ID}); err != nil || n != 0 {
			t.Errorf("shop a changed %d rows of shop b (%v)", n, err)
		}
		counts, err := s.QuarantineCounts(t.Context(), "a", history.QuarantineFilter{Status: "open"})
		if err != nil || counts["bad_date"] != 1 {
			t.Errorf("%v %v", counts, err)
		}
	})
}

func TestAnAccountOfAnImportIsKept(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		run := history.ImportRun{ID: "imp_1", Shop: "a", Status: "running", StartedAt: noon, ByReason: map[string]int64{}}
		for _, status := range []string{"running", "done"} {
			run.Status = status
			if err := s.SaveImport(t.Context(), run); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Import(t.Context(), "a", "imp_1")
		if err != nil || got.Status != "done" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.Import(t.Context(), "b", "imp_1"); err == nil {
			t.Error("another shop read the account")
		}
	})
}

func TestQuarantineIsFilteredAndPaged(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		var rows []history.Quarantined
		for i := range 10 {
			rows = append(rows, history.Quarantined{Shop: "a", Import: fmt.Sprint("imp_", i%2), Source: "file:x", Line: int64(i + 2), Reason: []string{"bad_date", "no_sku"}[i%2], Raw: fmt.Sprint("row ", i)})
		}
		if err := s.Quarantine(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		var lines []int64
		for after := int64(0); ; {
			page, err := s.Quarantined(t.Context(), "a", history.QuarantineFilter{Reason: "bad_date", Import: "imp_0"}, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, q := range page {
				if !q.At.Equal(noon) || q.Status != "open" {
					t.Errorf("%+v", q)
				}
				lines, after = append(lines, q.Line), q.ID
			}
		}
		if !slices.Equal(lines, []int64{2, 4, 6, 8, 10}) {
			t.Errorf("lines %v", lines)
		}
		first, err := s.Quarantined(t.Context(), "a", history.QuarantineFilter{}, 0, 3)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.MarkQuarantined(t.Context(), "a", "replayed", []int64{first[0].ID, first[1].ID, 999_999}); err != nil || n != 2 {
			t.Errorf("%d marked, %v", n, err)
		}
		left, err := s.QuarantineCounts(t.Context(), "a", history.QuarantineFilter{Status: "open"})
		if err != nil || left["bad_date"] != 4 || left["no_sku"] != 4 {
			t.Errorf("%v %v", left, err)
		}
	})
}

func TestImportsAreListedNewestFirst(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		for i, id := range []string{"imp_b", "imp_a", "imp_c"} {
			if err := s.SaveImport(t.Context(), history.ImportRun{ID: id, Shop: "a", StartedAt: noon.Add(time.Duration(i) * time.Minute)}); err != nil {
				t.Fatal(err)
			}
		}
		runs, err := s.Imports(t.Context(), "a", 2)
		if err != nil || len(runs) != 2 || runs[0].ID != "imp_c" || runs[1].ID != "imp_a" {
			t.Errorf("%+v %v", runs, err)
		}
		if _, err := s.Import(t.Context(), "a", "imp_x"); !errors.Is(err, history.ErrNoImport) {
			t.Errorf("an unknown import: %v", err)
		}
	})
}

// What was acknowledged is there for a process that opens the same file, and its offsets go on.
func TestTheRecordOutlivesItsProcess(t *testing.T) {
	path := t.TempDir() + "/record.db"
	for round := range 3 {
		db, err := sqldb.Open(t.Context(), path, sqldb.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := history.Open(t.Context(), db, segments(t), func() time.Time { return noon })
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Append(t.Context(), []fact.Fact{viewed("always", "mug"), viewed(fmt.Sprint("round-", round), "mug")})
		if err != nil || (r.Accepted == 2) != (round == 0) {
			t.Errorf("round %d: %+v %v", round, r, err)
		}
		if recs := all(t, s); len(recs) != round+2 || recs[round+1].Offset != int64(round+2) {
			t.Errorf("round %d: %d records", round, len(recs))
		}
		s.Close()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFollowersAreToldUntilTheyStop(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	wake, stop := s.Follow()
	gone, stopGone := s.Follow()
	stopGone()
	for i := range 3 { // values merge; nobody is waited for
		if _, err := s.Append(t.Context(), []fact.Fact{viewed(fmt.Sprint(i), "mug")}); err != nil {
			t.Fatal(err)
		}
	}
	if len(wake) != 1 || len(gone) != 0 {
		t.Errorf("%d values wait for the follower, %d for the one that stopped", len(wake), len(gone))
	}
	stop()
	if last, err := s.Read(t.Context(), 3, 10, func(history.Record) error { return nil }); err != nil || last != 3 {
		t.Errorf("behind the end: %d %v", last, err)
	}
}

func TestAReaderThatStopsGoesOnWhereItWas(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		db := openDB()
		s := open(t, db)
		if _, err := s.Append(t.Context(), []fact.Fact{viewed("1", "a"), viewed("2", "b"), viewed("3", "c")}); err != nil {
			t.Fatal(err)
		}
		stop := errors.New("stop")
		for name, reader := range map[string]*history.Store{"from memory": s, "from disk": open(t, db)} {
			last, err := reader.Read(t.Context(), 0, 10, func(r history.Record) error {
				if r.Offset == 3 {
					return stop
				}
				return nil
			})
			if !errors.Is(err, stop) {
				t.Errorf("%s: %v", name, err)
			}
			if last != 2 {
				t.Errorf("%s: stopped at the third record and is told that it has read %d", name, last)
			}
		}
	})
}

func TestSourcesTellOfAcceptedEvents(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		a, b, odd := viewed("1", "mug"), viewed("2", "mug"), viewed("1", "cup")
		b.OccurredAt = a.OccurredAt.Add(time.Minute)
		odd.OccurredAt = a.OccurredAt.Add(12 * time.Hour) // a conflict, and not an event of the shop
		for _, f := range []fact.Fact{b, a, odd} {
			if _, err := s.Append(t.Context(), []fact.Fact{f}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Sources(t.Context(), "a")
		if err != nil || len(got) != 1 || !got[0].First.Equal(a.OccurredAt) || !got[0].Last.Equal(b.OccurredAt) || got[0].Conflicts != 1 {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// segments is where sealed records go.
func segments(t testing.TB) blob.Store {
	t.Helper()
	b, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
