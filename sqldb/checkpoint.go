package sqldb

import (
	"context"
	"database/sql"
	"time"
)

// SQLite writes to a log beside the database, and now and then copies the log's pages into it. Left to itself
// it does so inside a commit, which then waits for all of it. Here most of the copying happens beside the
// writers, on a connection of its own; only what they wrote meanwhile is copied while they wait, so that the
// log is empty for an instant and begins again instead of growing.

// checkpointEvery is how often the log is copied while there are writes.
const checkpointEvery = time.Second

// pagesOnce is how long the log is, in pages, when a commit copies it after all: the program is too busy
// for its own housekeeping, or does nothing else.
const pagesOnce = 64_000

type checkpointer struct {
	quit, ended chan struct{}
}

func (db *DB) startCheckpoints(pool *sql.DB) {
	c := &checkpointer{quit: make(chan struct{}), ended: make(chan struct{})}
	db.copies = c
	go func() {
		defer close(c.ended)
		tick := time.NewTicker(checkpointEvery)
		defer tick.Stop()
		for {
			select {
			case <-c.quit:
				return
			case <-tick.C:
				if db.dirty.Swap(false) {
					db.checkpoint(pool)
				}
			}
		}
	}()
}

// checkpoint leaves what fails to the next time: the log holds everything, and closing the store copies it too.
func (db *DB) checkpoint(pool *sql.DB) {
	ctx := context.Background()
	if _, err := pool.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	_, _ = db.write.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)") // the next time, see above
}

func (c *checkpointer) stop() {
	close(c.quit)
	<-c.ended
}
