package decide

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"almanac/sqldb"
)

// Entry is one link of a shop's audit trail.
type Entry struct {
	Shop       string
	Seq        int64 // 1, 2, 3 …
	At         time.Time
	Actor      string
	Event      string
	DecisionID string
	Detail     string
	PrevHash   string // of the entry before; empty for the first
	Hash       string // SHA-256 over all of the above
}

func (e Entry) hash() string {
	b, err := json.Marshal([]any{e.Shop, e.Seq, sqldb.Micros(e.At), e.Actor, e.Event, e.DecisionID, e.Detail, e.PrevHash})
	if err != nil {
		return "" // strings and numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// log adds an entry in the transaction of what it tells of, which is one of write's.
func (s *Store) log(ctx context.Context, t *sqldb.Tx, shop, actor, event, decision, detail string) error {
	e := Entry{Shop: shop, Seq: 1, At: s.now().UTC(), Actor: storable(actor), Event: event, DecisionID: decision, Detail: storable(detail)}
	err := t.QueryRow(ctx, "SELECT seq + 1, hash FROM audit WHERE shop = ? ORDER BY seq DESC LIMIT 1", []any{shop}, &e.Seq, &e.PrevHash)
	if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
		return err
	}
	_, err = t.Exec(ctx, "INSERT INTO audit (shop, seq, at_us, actor, event, decision_id, detail, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e.Shop, e.Seq, sqldb.Micros(e.At), e.Actor, e.Event, e.DecisionID, e.Detail, e.PrevHash, e.hash())
	return err
}

// storable takes out what PostgreSQL does not store as text, so that no note can keep a change from being made.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Record adds an entry for what is not a decision: settings, users, keys, imports.
func (s *Store) Record(ctx context.Context, shop, actor, event, detail string) error {
	return s.write(ctx, func(t *sqldb.Tx) error { return s.log(ctx, t, shop, actor, event, "", detail) })
}

const auditColumns = "seq, at_us, actor, event, decision_id, detail, prev_hash, hash"

func scanEntry(shop string, r sqldb.Row) (Entry, error) {
	e := Entry{Shop: shop}
	var at int64
	err := r.Scan(&e.Seq, &at, &e.Actor, &e.Event, &e.DecisionID, &e.Detail, &e.PrevHash, &e.Hash)
	e.At = sqldb.Time(at)
	return e, err
}

// Audit lists entries that contain the text, newest first, and how many there are.
func (s *Store) Audit(ctx context.Context, shop, text string, limit, offset int) (out []Entry, total int64, err error) {
	where, args := "shop = ?", []any{shop}
	if text != "" {
		where += " AND (LOWER(actor) LIKE ? ESCAPE '!' OR LOWER(event) LIKE ? ESCAPE '!' OR LOWER(detail) LIKE ? ESCAPE '!' OR decision_id = ?)"
		like := contains(text)
		args = append(args, like, like, like, text)
	}
	if err := s.db.QueryRow(ctx, "SELECT COUNT(*) FROM audit WHERE "+where, args, &total); err != nil {
		return nil, 0, err
	}
	err = s.db.Query(ctx, "SELECT "+auditColumns+" FROM audit WHERE "+where+" ORDER BY seq DESC LIMIT ? OFFSET ?", append(args, limit, offset), func(r sqldb.Row) error {
		e, err := scanEntry(shop, r)
		out = append(out, e)
		return err
	})
	return out, total, err
}

// AuditOf lists the life of one decision, oldest first.
func (s *Store) AuditOf(ctx context.Context, shop, id string) (out []Entry, err error) {
	err = s.db.Query(ctx, "SELECT "+auditColumns+" FROM audit WHERE shop = ? AND decision_id = ? ORDER BY seq", []any{shop, id}, func(r sqldb.Row) error {
		e, err := scanEntry(shop, r)
		out = append(out, e)
		return err
	})
	return out, err
}

// ErrBroken says that the audit trail was altered after it was written.
var ErrBroken = errors.New("the audit trail is broken")

// VerifyChain checks that every entry of a shop follows from the one before, and returns how many there are.
// Entries cut off at the end leave a chain that holds: whoever fears that keeps the newest hash elsewhere.
func (s *Store) VerifyChain(ctx context.Context, shop string) (n int64, err error) {
	prev := ""
	err = s.db.Query(ctx, "SELECT "+auditColumns+" FROM audit WHERE shop = ? ORDER BY seq", []any{shop}, func(r sqldb.Row) error {
		e, err := scanEntry(shop, r)
		if err != nil {
			return err
		}
		n++
		if e.Seq != n || e.PrevHash != prev || e.Hash != e.hash() {
			return fmt.Errorf("%w at entry %d of shop %s", ErrBroken, n, shop)
		}
		prev = e.Hash
		return nil
	})
	return n, err
}
