package sqldb

import (
	"database/sql"
	"strconv"
	"strings"
)

// Dialect holds what differs between the two databases.
type Dialect struct {
	Name string
	// bulkParams is how many parameters one statement of a bulk insert carries. The SQLite driver looks
	// every parameter up among all others, so that its cost grows with their square; PostgreSQL gains
	// from saving round trips.
	bulkParams int
	ddl        *strings.Replacer
}

// equality of dialects is by name: the replacers are shared pointers.

// SQLite is the default store: a file.
var SQLite = Dialect{"sqlite", 32, strings.NewReplacer(
	"{int}", "INTEGER", "{text}", "TEXT", "{blob}", "BLOB", "{float}", "REAL",
	"{identity}", "INTEGER PRIMARY KEY AUTOINCREMENT", "{clustered}", "WITHOUT ROWID")}

// Postgres is the store for several machines. Text sorts by bytes, as in SQLite.
var Postgres = Dialect{"postgres", 8192, strings.NewReplacer(
	"{int}", "BIGINT", "{text}", `TEXT COLLATE "C"`, "{blob}", "BYTEA", "{float}", "DOUBLE PRECISION",
	"{identity}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "{clustered}", "")}

// DDL fills the words in braces into a table definition: {int} {text} {blob} {float} {identity}, and
// {clustered} behind a table whose rows are to lie in the order of its primary key.
func (d Dialect) DDL(s string) string { return d.ddl.Replace(s) }

func (d Dialect) rows(width int) int { return max(1, d.bulkParams/width) }

func (d Dialect) snapshot() sql.IsolationLevel {
	if d == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// rebind turns ? into $1, $2, … for PostgreSQL. Question marks inside quoted text stay.
func (d Dialect) rebind(q string) string {
	if d != Postgres || !strings.Contains(q, "?") {
		return q
	}
	var b strings.Builder
	b.Grow(len(q) + 16)
	n, quoted := 0, false
	for i := range len(q) {
		c := q[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c == '?' && !quoted {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
