package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Tx is one transaction. Its methods take statements with ? parameters.
type Tx struct {
	db    *DB
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
}

// Dialect tells which database this is.
func (t *Tx) Dialect() Dialect { return t.db.Dialect }

func (t *Tx) bind(q string) string {
	if v, ok := t.db.rebound.Load(q); ok {
		return v.(string)
	}
	r := t.db.Dialect.rebind(q)
	t.db.rebound.Store(q, r)
	return r
}

// Exec runs a statement and returns the number of rows that it changed.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(ctx, t.bind(q), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", head(q), err)
	}
	n, err := r.RowsAffected()
	return n, err
}

// Query hands every row of the answer to scan.
func (t *Tx) Query(ctx context.Context, q string, args []any, scan func(Row) error) error {
	rows, err := t.tx.QueryContext(ctx, t.bind(q), args...)
	if err != nil {
		return fmt.Errorf("%s: %w", head(q), err)
	}
	return each(rows, q, scan)
}

// QueryRow reads one row into dest; ErrNoRows where there is none.
func (t *Tx) QueryRow(ctx context.Context, q string, args []any, dest ...any) error {
	err := t.tx.QueryRowContext(ctx, t.bind(q), args...).Scan(dest...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", head(q), err)
	}
	return err
}

// ErrNoRows is what QueryRow returns when no row matches.
var ErrNoRows = sql.ErrNoRows

// Row is what a scan function reads from.
type Row interface{ Scan(dest ...any) error }

func each(rows *sql.Rows, q string, scan func(Row) error) error {
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("%s: %w", head(q), err)
	}
	return nil
}

// Query reads outside any transaction of the caller's.
func (db *DB) Query(ctx context.Context, q string, args []any, scan func(Row) error) error {
	t := Tx{db: db}
	rows, err := db.read.QueryContext(ctx, t.bind(q), args...)
	if err != nil {
		return fmt.Errorf("%s: %w", head(q), err)
	}
	return each(rows, q, scan)
}

// QueryRow reads one row outside any transaction of the caller's; ErrNoRows where there is none.
func (db *DB) QueryRow(ctx context.Context, q string, args []any, dest ...any) error {
	t := Tx{db: db}
	err := db.read.QueryRowContext(ctx, t.bind(q), args...).Scan(dest...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", head(q), err)
	}
	return err
}

// Querier is a database or a transaction of it.
type Querier interface {
	Query(ctx context.Context, q string, args []any, scan func(Row) error) error
}

// Totals reads rows of a name and a whole number, such as "SELECT reason, COUNT(*) … GROUP BY reason"; an empty map where
// there is none.
func Totals(ctx context.Context, from Querier, q string, args ...any) (map[string]int64, error) {
	out := map[string]int64{}
	err := from.Query(ctx, q, args, func(r Row) error {
		var name string
		var n int64
		err := r.Scan(&name, &n)
		out[name] = n
		return err
	})
	return out, err
}

// Exec runs one statement in a transaction of its own.
func (db *DB) Exec(ctx context.Context, q string, args ...any) (n int64, err error) {
	err = db.Write(ctx, func(t *Tx) error {
		n, err = t.Exec(ctx, q, args...)
		return err
	})
	return n, err
}

// Insert adds many rows with few statements. into is "table (a, b)", suffix what follows the values, such
// as "ON CONFLICT DO NOTHING". args holds the rows' values one after the other, width of them a row. It
// returns the number of rows changed.
func (t *Tx) Insert(ctx context.Context, into, suffix string, width int, args []any) (int64, error) {
	if width <= 0 || len(args)%width != 0 {
		return 0, fmt.Errorf("insert into %s: %d values are not rows of %d", into, len(args), width)
	}
	per := t.db.Dialect.rows(width) * width
	if t.db.Dialect == SQLite && len(args) > per && width <= maxRowWidth {
		return t.insertLent(ctx, into, suffix, width, args)
	}
	var total int64
	for len(args) > 0 {
		n := min(per, len(args))
		st, err := t.prepare(ctx, insertText(into, suffix, width, n/width))
		if err != nil {
			return total, err
		}
		r, err := st.ExecContext(ctx, args[:n]...)
		if err != nil {
			return total, fmt.Errorf("insert into %s: %w", into, err)
		}
		c, err := r.RowsAffected()
		if err != nil {
			return total, err
		}
		total += c
		args = args[n:]
	}
	return total, nil
}

// insertLent inserts all rows with one statement that reads them from memory.
func (t *Tx) insertLent(ctx context.Context, into, suffix string, width int, args []any) (int64, error) {
	if _, err := t.tx.ExecContext(ctx, createRows); err != nil {
		return 0, err
	}
	handle, err := lend(args, width)
	if err != nil {
		return 0, fmt.Errorf("insert into %s: %w", into, err)
	}
	defer giveBack(handle)
	r, err := t.tx.ExecContext(ctx, fromRows(into, suffix, width), handle)
	if err != nil {
		return 0, fmt.Errorf("insert into %s: %w", into, err)
	}
	return r.RowsAffected()
}

// InsertReturning is Insert with a RETURNING clause in its suffix; every returned row goes to scan.
func (t *Tx) InsertReturning(ctx context.Context, into, suffix string, width int, args []any, scan func(Row) error) error {
	per := t.db.Dialect.rows(width) * width
	for len(args) > 0 {
		n := min(per, len(args))
		st, err := t.prepare(ctx, insertText(into, suffix, width, n/width))
		if err != nil {
			return err
		}
		rows, err := st.QueryContext(ctx, args[:n]...)
		if err != nil {
			return fmt.Errorf("insert into %s: %w", into, err)
		}
		if err := each(rows, into, scan); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

func (t *Tx) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if st := t.stmts[q]; st != nil {
		return st, nil
	}
	st, err := t.tx.PrepareContext(ctx, t.bind(q))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", head(q), err)
	}
	if t.stmts == nil {
		t.stmts = map[string]*sql.Stmt{}
	}
	t.stmts[q] = st
	return st, nil
}

func insertText(into, suffix string, width, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO ")
	b.WriteString(into)
	b.WriteString(" VALUES ")
	row := "(" + strings.Repeat("?,", width-1) + "?)"
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(row)
	}
	b.WriteByte(' ')
	b.WriteString(suffix)
	return b.String()
}

// Analyze refreshes what the planner knows of the tables, from samples. Without it SQLite takes the first
// column of every key, the shop, for a selective one.
func (t *Tx) Analyze(ctx context.Context) error {
	if t.db.Dialect == SQLite {
		if _, err := t.tx.ExecContext(ctx, "PRAGMA analysis_limit = 1000"); err != nil {
			return err
		}
	}
	_, err := t.tx.ExecContext(ctx, "ANALYZE")
	return err
}

// In writes "(?,?,…)" for n values, for use behind IN.
func In(n int) string {
	if n == 0 {
		return "(NULL)"
	}
	return "(" + strings.Repeat("?,", n-1) + "?)"
}

// head shortens a statement for an error message; values are never part of it.
func head(q string) string {
	q = strings.Join(strings.Fields(q), " ")
	if len(q) > 80 {
		q = q[:80] + "…"
	}
	return q
}
