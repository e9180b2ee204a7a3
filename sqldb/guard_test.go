package sqldb_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func TestInsertedRowsAreReturned(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		const rows = 700
		var args []any
		var want, got []string
		for i := range rows {
			id := fmt.Sprintf("k%04d", i)
			args = append(args, id, i)
			if i%3 != 0 {
				want = append(want, id)
			} else if _, err := db.Exec(t.Context(), "INSERT INTO thing (id, n) VALUES (?, ?)", id, -1); err != nil {
				t.Fatal(err)
			}
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.InsertReturning(t.Context(), "thing (id, n)", "ON CONFLICT (id) DO NOTHING RETURNING id", 2, args, func(r sqldb.Row) error {
				var id string
				err := r.Scan(&id)
				got = append(got, id)
				return err
			})
		})
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d rows of %d are new, %v", len(got), len(want), err)
		}
	})
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		at := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
		bytes := []byte{0, 1, 255}
		if _, err := db.Exec(t.Context(), "INSERT INTO thing (id, n, b) VALUES (?, ?, ?)", "Ä 'quoted' ?", sqldb.Micros(at), bytes); err != nil {
			t.Fatal(err)
		}
		var id string
		var us int64
		var b []byte
		if err := db.QueryRow(t.Context(), "SELECT id, n, b FROM thing", nil, &id, &us, &b); err != nil {
			t.Fatal(err)
		}
		if id != "Ä 'quoted' ?" || !sqldb.Time(us).Equal(at) || !slices.Equal(b, bytes) {
			t.Errorf("%q %v %v", id, sqldb.Time(us), b)
		}
		if err := db.QueryRow(t.Context(), "SELECT id FROM thing WHERE n = ?", []any{1}, &id); !errors.Is(err, sqldb.ErrNoRows) {
			t.Errorf("no row: %v", err)
		}
		var none int
		if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM thing WHERE id IN "+sqldb.In(0), nil, &none); err != nil || none != 0 {
			t.Errorf("among nothing: %d %v", none, err)
		}
	})
}

func TestOwnersMigrateIndependently(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := migrated(t, open)
		other := []sqldb.Migration{{Name: "one", SQL: []string{"CREATE TABLE other (id {identity}, n {float})"}}}
		if err := db.Migrate(t.Context(), "other", other); err != nil {
			t.Error(err)
		}
		if _, err := db.Exec(t.Context(), "INSERT INTO other (n) VALUES (?)", 0.1); err != nil {
			t.Error(err)
		}
	})
}

// A commit that the disk has no room for is refused whole, and the store goes on when there is room again.
func TestAFullDiskRefusesAWriteAndNothingElse(t *testing.T) {
	db := migrated(t, func() *sqldb.DB { return sqltest.SQLite(t) })
	limit := func(pages int) { // stands for the disk: SQLite reports the same error
		t.Helper()
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			var got int
			return tx.QueryRow(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages), nil, &got)
		}); err != nil {
			t.Fatal(err)
		}
	}
	fill := func() error {
		return db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for i := range 200 {
				if _, err := tx.Exec(t.Context(), "INSERT INTO thing (id, n, b) VALUES (?, 0, ?)", fmt.Sprint(i), make([]byte, 4000)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	limit(20)
	if err := fill(); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full disk: %v", err)
	}
	if n := count(t, db); n != 0 {
		t.Errorf("%d rows of a refused write", n)
	}
	limit(100_000)
	if err := fill(); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if n := count(t, db); n != 200 {
		t.Errorf("%d rows", n)
	}
}

func TestAStoreIsItsOwnersAlone(t *testing.T) {
	path := t.TempDir() + "/deep/er/a b?.db"
	db, err := sqldb.Open(t.Context(), path, sqldb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), "test", steps); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", info.Name(), info.Mode())
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestStoresThatCannotBeOpenedSayWhich(t *testing.T) {
	file := t.TempDir() + "/text.db"
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for where, o := range map[string]sqldb.Options{
		file: {},
		"postgres://nobody@127.0.0.1:1/none?connect_timeout=1": {Schema: "x"},
		"postgres://nobody@127.0.0.1:1/none":                   {Schema: "drop table; --"},
	} {
		db, err := sqldb.Open(t.Context(), where, o)
		if err == nil {
			t.Errorf("%s was opened", where)
			_ = db.Close()
			continue
		}
		if !strings.Contains(err.Error(), "text.db") && !strings.Contains(err.Error(), "127.0.0.1:1") && !strings.Contains(err.Error(), "drop table") {
			t.Errorf("%v does not say which store", err)
		}
	}
}

// Between the look at a fence and the commit that relies on it nobody takes the lease over. SQLite has one
// writer; PostgreSQL must make the taker wait.
func TestAFenceHoldsUntilTheCommit(t *testing.T) {
	if os.Getenv(sqltest.Variable) == "" {
		t.Skip("no PostgreSQL: set " + sqltest.Variable + " to run this test against it")
	}
	db := sqltest.Postgres(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	early, err := sqldb.NewLeases(t.Context(), db, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	late, err := sqldb.NewLeases(t.Context(), db, func() time.Time { return now.Add(time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	fence, err := early.Acquire(t.Context(), "train", "first", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		if err := early.Check(t.Context(), tx, "train", fence); err != nil {
			return err
		}
		go func() {
			_, err := late.Acquire(t.Context(), "train", "second", time.Minute)
			taken <- err
		}()
		for waiting := 0; waiting == 0; { // until the other stands behind this transaction
			select {
			case err := <-taken:
				taken <- err
				return errors.New("the lease was taken over before the commit")
			default:
			}
			if err := tx.QueryRow(t.Context(), "SELECT COUNT(*) FROM pg_locks l WHERE NOT l.granted AND pg_backend_pid() = ANY(pg_blocking_pids(l.pid))", nil, &waiting); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := <-taken; err != nil {
		t.Errorf("after the commit: %v", err)
	}
}

func TestAReleasedLeaseGoesToTheNextAtOnce(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		l, err := sqldb.NewLeases(t.Context(), open(), func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Acquire(t.Context(), "train", "a", time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := l.Release(t.Context(), "train", "b"); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Acquire(t.Context(), "train", "b", time.Hour); !errors.Is(err, sqldb.ErrHeld) {
			t.Errorf("somebody else released it: %v", err)
		}
		if err := l.Release(t.Context(), "train", "a"); err != nil {
			t.Fatal(err)
		}
		if fence, err := l.Acquire(t.Context(), "train", "b", time.Hour); err != nil || fence != 2 {
			t.Errorf("fence %d, %v", fence, err)
		}
	})
}
