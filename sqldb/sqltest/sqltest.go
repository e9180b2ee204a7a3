// Package sqltest runs one test against every database that the product supports: SQLite always, and
// PostgreSQL where ALMANAC_TEST_POSTGRES holds the address of a server that tests may fill and empty.
package sqltest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"almanac/sqldb"
)

// Variable names the environment variable with the PostgreSQL address.
const Variable = "ALMANAC_TEST_POSTGRES"

// Each runs the test once per database, each time in an empty store. open may be called several times for
// several independent stores.
func Each(t *testing.T, test func(t *testing.T, open func() *sqldb.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, func() *sqldb.DB { return SQLite(t) }) })
	t.Run("postgres", func(t *testing.T) {
		if os.Getenv(Variable) == "" {
			t.Skip("no PostgreSQL: set " + Variable + " to run this test against it")
		}
		test(t, func() *sqldb.DB { return Postgres(t) })
	})
}

// SQLite opens an empty store in a temporary folder.
func SQLite(t testing.TB) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqldb.Options{Derived: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Postgres opens an empty schema of its own, dropped when the test ends.
func Postgres(t testing.TB) *sqldb.DB {
	t.Helper()
	name := make([]byte, 6)
	if _, err := rand.Read(name); err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.Open(t.Context(), os.Getenv(Variable), sqldb.Options{Schema: "test_" + hex.EncodeToString(name)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		if err := errors.Join(db.Drop(context.Background()), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return db
}
