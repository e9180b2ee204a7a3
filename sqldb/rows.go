package sqldb

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite/vtab"
)

// A bulk insert into SQLite reads its rows from Go memory through a virtual table, temp.go_rows, in one
// statement: binding every value as a parameter and running one statement a row or two costs twice the time.

// maxRowWidth is how many columns temp.go_rows has.
const maxRowWidth = 32

// lent holds the rows that running statements read, by the handle they name.
var lent = struct {
	rows sync.Map // int64 → lentRows
	next atomic.Int64
}{}

type lentRows struct {
	values []any
	width  int
}

// lend makes rows readable under a handle until giveBack.
func lend(values []any, width int) (handle int64, err error) {
	for i, v := range values {
		switch v.(type) {
		case nil, int64, string, []byte, float64:
		default:
			if values[i], err = driver.DefaultParameterConverter.ConvertValue(v); err != nil {
				return 0, fmt.Errorf("value %d: %w", i, err)
			}
		}
	}
	handle = lent.next.Add(1)
	lent.rows.Store(handle, lentRows{values, width})
	return handle, nil
}

func giveBack(handle int64) { lent.rows.Delete(handle) }

// registerRows makes the module known to connections that are opened later.
var registerRows = sync.OnceValue(func() error { return vtab.RegisterModule(nil, "go_rows", rowsModule{}) })

const createRows = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.go_rows USING go_rows"

// fromRows is the text of a bulk insert whose only parameter is the handle. A row that breaks a constraint undoes the whole
// transaction, as it does on PostgreSQL: for undoing the statement alone SQLite would first copy every page that it changes.
func fromRows(into, suffix string, width int) string {
	cols := make([]string, width)
	for i := range cols {
		cols[i] = fmt.Sprintf("c%d", i)
	}
	return "INSERT OR ROLLBACK INTO " + into + " SELECT " + strings.Join(cols, ", ") + " FROM temp.go_rows WHERE handle = ? " + suffix
}

type rowsModule struct{}

func (m rowsModule) Create(c vtab.Context, args []string) (vtab.Table, error) {
	return m.Connect(c, args)
}

func (rowsModule) Connect(c vtab.Context, _ []string) (vtab.Table, error) {
	var b strings.Builder
	b.WriteString("CREATE TABLE x (handle HIDDEN")
	for i := range maxRowWidth {
		fmt.Fprintf(&b, ", c%d", i)
	}
	return rowsTable{}, c.Declare(b.String() + ")")
}

type rowsTable struct{}

var errNoHandle = errors.New("temp.go_rows is read by handle only")

func (rowsTable) BestIndex(info *vtab.IndexInfo) error {
	for i := range info.Constraints {
		if c := &info.Constraints[i]; c.Column == 0 && c.Op == vtab.OpEQ && c.Usable {
			c.ArgIndex, c.Omit = 0, true
			return nil
		}
	}
	return errNoHandle
}

func (rowsTable) Open() (vtab.Cursor, error) { return &rowsCursor{}, nil }
func (rowsTable) Disconnect() error          { return nil }
func (rowsTable) Destroy() error             { return nil }

type rowsCursor struct {
	lentRows
	at int // index of the row's first value
}

func (c *rowsCursor) Filter(_ int, _ string, args []vtab.Value) error {
	if len(args) == 1 {
		if r, ok := lent.rows.Load(args[0]); ok {
			c.lentRows, c.at = r.(lentRows), 0
			return nil
		}
	}
	return errNoHandle
}

func (c *rowsCursor) Next() error { c.at += c.width; return nil }
func (c *rowsCursor) Eof() bool   { return c.at >= len(c.values) }

func (c *rowsCursor) Column(col int) (vtab.Value, error) {
	if col < 1 || col > c.width {
		return nil, nil
	}
	return c.values[c.at+col-1], nil
}

func (c *rowsCursor) Rowid() (int64, error) { return int64(c.at), nil }
func (c *rowsCursor) Close() error          { return nil }
