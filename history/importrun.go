package history

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"almanac/sqldb"
)

// ImportRun is the account of one file import. Read = Accepted + Duplicates + Filtered + Quarantined.
type ImportRun struct {
	ID          string           `json:"id"`
	Shop        string           `json:"shop"`
	Name        string           `json:"name"` // of the file
	Kind        string           `json:"kind"` // orders, products, stock, …
	Source      string           `json:"source"`
	Mapping     string           `json:"mapping"` // the mapping file that repeats this import
	Status      string           `json:"status"`  // running, done, failed, cancelled, taking_back, taken_back
	Error       string           `json:"error,omitempty"`
	Remedy      string           `json:"remedy,omitempty"`
	StartedAt   time.Time        `json:"started_at"`
	FinishedAt  *time.Time       `json:"finished_at,omitempty"`
	Read        int64            `json:"read"`
	Facts       int64            `json:"facts"` // new facts in the record
	Accepted    int64            `json:"accepted"`
	Duplicates  int64            `json:"duplicates"`
	Filtered    int64            `json:"filtered"`
	Quarantined int64            `json:"quarantined"`
	ByReason    map[string]int64 `json:"by_reason"`
	Seconds     float64          `json:"seconds"`
	TakenBackAt *time.Time       `json:"taken_back_at,omitempty"`
	Taken       int64            `json:"taken,omitempty"`       // facts that were taken back
	TakenLines  int64            `json:"taken_lines,omitempty"` // quarantined lines that were removed with them
}

// SaveImport keeps the account of an import, replacing an earlier state of it.
func (s *Store) SaveImport(ctx context.Context, run ImportRun) error {
	b, err := json.Marshal(run)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO import_run (id, shop, started_us, run) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET run = excluded.run`, run.ID, run.Shop, sqldb.Micros(run.StartedAt), string(b))
	return err
}

// Imports lists the newest imports of a shop.
func (s *Store) Imports(ctx context.Context, shop string, limit int) ([]ImportRun, error) {
	var out []ImportRun
	err := s.db.Query(ctx, "SELECT run FROM import_run WHERE shop = ? ORDER BY started_us DESC, id LIMIT ?", []any{shop, limit}, func(r sqldb.Row) error {
		var b string
		if err := r.Scan(&b); err != nil {
			return err
		}
		var run ImportRun
		err := json.Unmarshal([]byte(b), &run)
		out = append(out, run)
		return err
	})
	return out, err
}

// Import finds one import of a shop; ErrNoImport where there is none.
func (s *Store) Import(ctx context.Context, shop, id string) (ImportRun, error) {
	var run ImportRun
	var b string
	err := s.db.QueryRow(ctx, "SELECT run FROM import_run WHERE shop = ? AND id = ?", []any{shop, id}, &b)
	if errors.Is(err, sqldb.ErrNoRows) {
		return run, ErrNoImport
	}
	if err != nil {
		return run, err
	}
	return run, json.Unmarshal([]byte(b), &run)
}

// ErrNoImport says that a shop has no import with that id.
var ErrNoImport = errors.New("no such import")
