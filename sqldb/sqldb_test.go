package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"almanac/sqldb"
	"almanac/sqldb/sqltest"
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
