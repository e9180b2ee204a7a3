// Package sqldb opens the SQL store, SQLite by default and PostgreSQL for more than one machine, behind
// one small interface: a transaction for writing, a transaction for reading, bulk insertion, migrations
// and leases.
//
// Every statement is written once, with ? for parameters, in the SQL that both understand. The few words
// that differ in table definitions are spelled in braces and filled in by the Dialect.
//
// Times are stored as microseconds since 1970 (UTC), money as minor units, JSON as text, so that nothing
// depends on a driver's idea of a type.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	_ "modernc.org/sqlite"             // driver "sqlite"
)

// DB is one store. It is safe for concurrent use. On SQLite there is one writer and many readers.
type DB struct {
	Dialect Dialect
	write   *sql.DB
	read    *sql.DB
	mu      sync.Mutex // SQLite: one writing transaction at a time, waiting in Go instead of in busy loops
	rebound sync.Map   // statement with ? → statement of the dialect
	schema  string
	aside   *sql.DB       // SQLite: the connection of the checkpointer
	copies  *checkpointer // SQLite
	dirty   atomic.Bool   // something was written since the last checkpoint
}

// Options says how to open a store.
type Options struct {
	// Schema is the PostgreSQL schema that holds the tables. It is created where missing. SQLite has a
	// file per store instead and ignores it.
	Schema string
	// Derived marks a store that can be rebuilt from the record: a commit then need not wait for the
	// disk. What is committed is still consistent after a crash, only perhaps older.
	Derived bool
}

// Open opens "postgres://…" or a SQLite file path. The caller closes it.
func Open(ctx context.Context, where string, o Options) (*DB, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(ctx, where, o)
	}
	return openSQLite(ctx, where, o)
}

func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	if err := registerRows(); err != nil {
		return nil, fmt.Errorf("prepare bulk inserts: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create the folder of database %s: %w", path, err)
	}
	// Statements of several rows keep a journal of their own, and big sorts spill: in memory where rows come
	// in small and often, in files where large tables are derived.
	sync, temp := "FULL", "temp_store(2)"
	if o.Derived {
		sync, temp = "NORMAL", "temp_store(0)"
	}
	// The order matters: the busy time-out first, so that switching to WAL waits for another process.
	pragma := func(extra ...string) string {
		v := url.Values{}
		for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + sync + ")",
			"foreign_keys(1)", temp, fmt.Sprintf("wal_autocheckpoint(%d)", pagesOnce), "journal_size_limit(67108864)"}, extra...) {
			v.Add("_pragma", p)
		}
		return v.Encode()
	}
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?"
	db := &DB{Dialect: SQLite}
	var err error
	if db.write, err = sql.Open("sqlite", name+"_txlock=immediate&"+pragma("cache_size(-16384)")); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	db.write.SetMaxOpenConns(1)
	if err := db.write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("restrict database %s to its owner: %w", path, err), db.Close())
	}
	if db.read, err = sql.Open("sqlite", name+pragma("query_only(1)", "cache_size(-8192)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	db.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	db.read.SetMaxIdleConns(4)
	db.read.SetConnMaxIdleTime(time.Minute)
	if db.aside, err = sql.Open("sqlite", name+pragma("cache_size(-64)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	db.aside.SetMaxOpenConns(1)
	db.startCheckpoints(db.aside)
	return db, nil
}

func openPostgres(ctx context.Context, where string, o Options) (*DB, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, errors.New("the database address is not a postgres:// URL")
	}
	db := &DB{Dialect: Postgres, schema: o.Schema}
	if o.Schema != "" {
		if !ident(o.Schema) {
			return nil, fmt.Errorf("schema name %q may hold only a–z, 0–9 and _", o.Schema)
		}
		q := u.Query()
		q.Set("search_path", o.Schema)
		u.RawQuery = q.Encode()
	}
	if db.write, err = sql.Open("pgx", u.String()); err != nil {
		return nil, fmt.Errorf("open PostgreSQL at %s: %w", u.Host, err)
	}
	db.write.SetMaxOpenConns(16)
	db.write.SetMaxIdleConns(8)
	db.read = db.write
	if o.Schema != "" {
		if _, err := db.write.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+o.Schema); err != nil && !isDuplicateSchema(err) {
			return nil, errors.Join(fmt.Errorf("create schema %s in PostgreSQL at %s: %w", o.Schema, u.Host, err), db.Close())
		}
	} else if err := db.write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL at %s: %w", u.Host, err), db.Close())
	}
	return db, nil
}

// isDuplicateSchema recognises two processes creating one schema at the same instant.
func isDuplicateSchema(err error) bool {
	return strings.Contains(err.Error(), "pg_namespace_nspname_index")
}

func ident(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != ""
}

// Close closes the store.
func (db *DB) Close() error {
	var errs []error
	if db.copies != nil {
		db.copies.stop()
		errs = append(errs, db.aside.Close())
	}
	if db.write != nil {
		errs = append(errs, db.write.Close())
	}
	if db.read != nil && db.read != db.write {
		errs = append(errs, db.read.Close())
	}
	return errors.Join(errs...)
}

// Write runs fn in one writing transaction: all of it or nothing.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if db.Dialect == SQLite {
		db.mu.Lock()
		defer db.mu.Unlock()
		defer db.dirty.Store(true)
	}
	return db.run(ctx, db.write, nil, fn)
}

// Read runs fn in one reading transaction: everything in it sees the same instant.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return db.run(ctx, db.read, &sql.TxOptions{ReadOnly: true, Isolation: db.Dialect.snapshot()}, fn)
}

func (db *DB) run(ctx context.Context, pool *sql.DB, o *sql.TxOptions, fn func(*Tx) error) error {
	t, err := pool.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done {
			_ = t.Rollback()
		}
	}()
	if err := fn(&Tx{db: db, tx: t}); err != nil {
		return err
	}
	done = true
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Snapshot writes the store as it is at this instant to a new SQLite file, while others go on reading and
// writing. PostgreSQL has its own tools for that.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if db.Dialect != SQLite {
		return errors.New("a PostgreSQL store is backed up with pg_dump")
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("snapshot: %s exists already", path)
	}
	c, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "VACUUM INTO ?", path)
	if err = errors.Join(err, c.Close()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// Drop removes a PostgreSQL schema with everything in it; SQLite stores are files and are removed as such.
func (db *DB) Drop(ctx context.Context) error {
	if db.Dialect != Postgres || db.schema == "" {
		return nil
	}
	_, err := db.write.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+db.schema+" CASCADE")
	return err
}

// Micros turns a time into the form that is stored; Time turns it back.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time is the instant of a stored time, in UTC.
func Time(us int64) time.Time { return time.UnixMicro(us).UTC() }
