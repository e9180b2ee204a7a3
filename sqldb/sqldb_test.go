package sqldb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"almanac/sqldb"
	"almanac/sqldb/sqltest"

	"github.com/google/go-cmp/cmp"
)

var steps = []sqldb.Migration{{Name: "one", SQL: []string{`CREATE TABLE thing (id {text} NOT NULL PRIMARY KEY, n {int} NOT NULL, b {blob}) {clustered}`}}}

func migrated(t *testing.T, open func() *sqldb.DB) *sqldb.DB {
	t.Helper()
	db := open()
	if err := db.Migrate(t.Context(), "test", steps); err != nil {
		t.Fatal(err)
	}
	return db
}

func count(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM thing", nil, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrationsRunOnceAndNewerStoresAreRefused(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		more := append(slices.Clone(steps), sqldb.Migration{Name: "two", SQL: []string{"INSERT INTO thing (id, n) VALUES ('a', 1)"}})
		for range 2 {
			if err := db.Migrate(t.Context(), "test", more); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, db); n != 1 {
			t.Errorf("the second step ran %d times", n)
		}
		if err := db.Migrate(t.Context(), "test", steps); err == nil {
			t.Error("an older program opened a newer store")
		}
	})
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		bad := []sqldb.Migration{{Name: "bad", SQL: []string{steps[0].SQL[0], "INSERT INTO nowhere VALUES (1)"}}}
		if err := db.Migrate(t.Context(), "test", bad); err == nil {
			t.Fatal("no error")
		}
		if err := db.Migrate(t.Context(), "test", steps); err != nil {
			t.Errorf("the table of the failed step is still there: %v", err)
		}
	})
}

func TestAWriteIsAllOrNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		stop := errors.New("stop")
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES (?, ?)", "a", 1); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) || count(t, db) != 0 {
			t.Errorf("%v, %d rows", err, count(t, db))
		}
	})
}

func TestBulkInsertKeepsWhatIsThere(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		insert := func(from, to int) (n int64) {
			var args []any
			for i := from; i < to; i++ {
				args = append(args, fmt.Sprintf("k%05d", i), i, []byte{byte(i)})
			}
			err := db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
				n, err = tx.Insert(t.Context(), "thing (id, n, b)", "ON CONFLICT (id) DO NOTHING", 3, args)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := insert(0, 1000); n != 1000 {
			t.Errorf("%d of 1000 inserted", n)
		}
		if n := insert(900, 1300); n != 300 {
			t.Errorf("%d new of 300", n)
		}
		if n := count(t, db); n != 1300 {
			t.Errorf("%d rows", n)
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Insert(t.Context(), "thing (id, n, b)", "", 3, []any{"x", 1})
			return err
		})
		if err == nil {
			t.Error("two values were taken for a row of three")
		}
	})
}

func TestABulkInsertThatBreaksAConstraintLeavesNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		args := make([]any, 0, 4000)
		for i := range 2000 {
			args = append(args, fmt.Sprintf("k%05d", i%1999), i) // the last is the first again
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES (?, ?)", "before", 1); err != nil {
				return err
			}
			_, err := tx.Insert(t.Context(), "thing (id, n)", "", 2, args)
			return err
		})
		if err == nil || count(t, db) != 0 {
			t.Errorf("%v, %d rows", err, count(t, db))
		}
		if _, err := db.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES (?, ?)", "after", 1); err != nil || count(t, db) != 1 {
			t.Errorf("afterwards: %v, %d rows", err, count(t, db))
		}
	})
}

func TestBulkInsertCarriesValuesOfEveryType(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		err := db.Migrate(t.Context(), "values", []sqldb.Migration{{Name: "one", SQL: []string{
			"CREATE TABLE val (i {int} NOT NULL PRIMARY KEY, s {text}, b {blob}, f {float})"}}})
		if err != nil {
			t.Fatal(err)
		}
		type val struct {
			i int64
			s *string
			b []byte
			f *float64
		}
		text, empty, long, half := "größe", "", strings.Repeat("ß", 40_000), -0.5
		want := []val{{math.MinInt64, &text, []byte{0, 1, 255}, &half}, {0, &empty, nil, nil}, {1, nil, []byte("x"), &half}, {math.MaxInt64, &long, bytes.Repeat([]byte{7}, 70_000), nil}}
		for i := range int64(100) { // enough for the way that many rows take
			want = append(want, val{i + 2, &text, []byte{byte(i)}, &half})
		}
		var args []any
		for _, v := range want {
			args = append(args, v.i, v.s, v.b, v.f)
		}
		insert := func(args []any) error {
			return db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Insert(t.Context(), "val (i, s, b, f)", "", 4, args)
				return err
			})
		}
		if err := insert(args); err != nil {
			t.Fatal(err)
		}
		got := map[int64]val{}
		err = db.Query(t.Context(), "SELECT i, s, b, f FROM val", nil, func(r sqldb.Row) error {
			var v val
			err := r.Scan(&v.i, &v.s, &v.b, &v.f)
			got[v.i] = v
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if d := cmp.Diff(w, got[w.i], cmp.AllowUnexported(val{})); d != "" {
				t.Fatalf("row %d (- wanted, + read):\n%s", w.i, d)
			}
		}

		// A row that breaks a rule takes all rows of the statement with it.
		args = nil
		for i := range int64(100) {
			args = append(args, 1000+i%99, nil, nil, nil)
		}
		if err := insert(args); err == nil {
			t.Error("a key was inserted twice")
		}
		var rows int64
		if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM val WHERE i >= 1000 AND i < 2000", nil, &rows); err != nil || rows != 0 {
			t.Errorf("%d rows of a failed insert stayed, error %v", rows, err)
		}
	})
}

func TestTextSortsByBytes(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		want := []string{"A", "Z", "a", "z", "ä"}
		for i, s := range []string{"z", "ä", "A", "a", "Z"} {
			if _, err := db.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES (?, ?)", s, i); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := db.Query(t.Context(), "SELECT id FROM thing ORDER BY id", nil, func(r sqldb.Row) error {
			var s string
			err := r.Scan(&s)
			got = append(got, s)
			return err
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestAReaderSeesOneInstant(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			look := func() (n int) {
				if err := tx.QueryRow(t.Context(), "SELECT COUNT(*) FROM thing", nil, &n); err != nil {
					t.Error(err)
				}
				return n
			}
			before := look()
			if _, err := db.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES ('new', 1)"); err != nil {
				return err
			}
			if after := look(); after != before {
				t.Errorf("%d rows became %d within one reading", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if count(t, db) != 1 {
			t.Error("the write was lost")
		}
	})
}

func TestQuestionMarksInTextStay(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		var s string
		if err := db.QueryRow(t.Context(), "SELECT '?' || ?", []any{"x"}, &s); err != nil || s != "?x" {
			t.Errorf("%q %v", s, err)
		}
	})
}

func TestALeaseHasOneHolderAndRisingFences(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		l, err := sqldb.NewLeases(t.Context(), db, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		won := make(chan string, 8)
		for i := range 8 {
			wg.Go(func() {
				who := fmt.Sprint("node", i)
				if _, err := l.Acquire(context.Background(), "train", who, time.Minute); err == nil {
					won <- who
				} else if !errors.Is(err, sqldb.ErrHeld) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		holder := <-won
		if other, more := <-won; more {
			t.Fatalf("%s and %s both hold the lease", holder, other)
		}
		again, err := l.Acquire(t.Context(), "train", holder, time.Minute)
		if err != nil || again != 1 {
			t.Errorf("prolonging gave fence %d, %v", again, err)
		}
		now = now.Add(2 * time.Minute)
		next, err := l.Acquire(t.Context(), "train", "late", time.Minute)
		if err != nil || next != 2 {
			t.Errorf("the next holder got fence %d, %v", next, err)
		}
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error { return l.Check(t.Context(), tx, "train", 1) })
		if !errors.Is(err, sqldb.ErrHeld) {
			t.Errorf("a write under the old fence was let through: %v", err)
		}
	})
}
