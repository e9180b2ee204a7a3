package sqldb

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Full tells that the store had no room for a write. Nothing of its transaction was kept; there is no other
// harm, and the store goes on when there is room again.
func Full(err error) bool {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqlite3.SQLITE_FULL
	case errors.As(err, &pg):
		return pg.Code == "53100" // disk_full
	}
	return false
}

// Failed tells that the disk could not keep what was given to it: a write or a flush failed. After a flush
// that failed a kernel may count the pages as written though they are not, and a second flush succeeds
// without them (Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020). So whoever
// sees it stops writing, until the file was read again from the disk.
func Failed(err error) bool {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &lite):
		switch lite.Code() {
		case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE:
			return true
		}
	case errors.As(err, &pg):
		return pg.Code == "58030" // io_error
	}
	return false
}
