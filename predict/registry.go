package predict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"almanac/blob"
	"almanac/sqldb"
)

// ErrNone says that a question has no artefact yet for a shop: nothing was trained, or there was nothing to train on.
var ErrNone = errors.New("nothing has been trained yet: import orders and run `almanac train`")

// ErrDamaged says that the bytes of an artefact are not those that were registered.
var ErrDamaged = errors.New("the artefact is damaged: its bytes do not match its hash; run `almanac train` to make a new one")

// Version is one registered artefact.
type Version struct {
	Hash     string `json:"hash"`
	Size     int64  `json:"size"`
	Champion bool   `json:"champion"` // it is the one that answers
	Card     Card   `json:"card"`
}

func (v Version) blobName() string { return blobName(v.Card.Shop, v.Card.Question, v.Hash) }

func blobName(shop string, q Question, hash string) string {
	return "artefact/" + shop + "/" + string(q) + "/" + hash + ".json.gz"
}

// Registry keeps artefacts: bytes in the blob store, cards and the choice of champion in SQL. Safe for concurrent use,
// also by several processes.
type Registry struct {
	db    *sqldb.DB
	blobs blob.Store
	now   func() time.Time
}

// NewRegistry prepares the tables.
func NewRegistry(ctx context.Context, db *sqldb.DB, blobs blob.Store, now func() time.Time) (*Registry, error) {
	if err := db.Migrate(ctx, "predict", migrations()); err != nil {
		return nil, err
	}
	return &Registry{db: db, blobs: blobs, now: now}, nil
}

func migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "artefacts", SQL: []string{
		`CREATE TABLE predict_artefact (
			shop {text} NOT NULL, question {text} NOT NULL, hash {text} NOT NULL, size {int} NOT NULL, card {text} NOT NULL,
			trained_at {int} NOT NULL, PRIMARY KEY (shop, question, hash))`,
		`CREATE TABLE predict_champion (
			shop {text} NOT NULL, question {text} NOT NULL, hash {text} NOT NULL, since {int} NOT NULL,
			PRIMARY KEY (shop, question))`,
	}}}
}

// Keep encodes what a version of the program trained, and registers it.
func (r *Registry) Keep(ctx context.Context, card Card, code string, model any) (Version, error) {
	card.CodeVersion = code
	data, err := Encode(card, model)
	if err != nil {
		return Version{}, err
	}
	return r.Register(ctx, card, data)
}

// Register stores an artefact made by [Encode] and makes it the champion. Registering bytes that are already known
// changes nothing, so that a rollback outlives a training on unchanged data. The blob is written first: a row without
// its blob could not be served, a blob without its row is only forgotten.
func (r *Registry) Register(ctx context.Context, card Card, data []byte) (Version, error) {
	hash := Hash(data)
	name := blobName(card.Shop, card.Question, hash)
	if err := r.blobs.Put(ctx, name, data); err != nil {
		return Version{}, fmt.Errorf("store the artefact of %s for shop %s: %w", card.Question, card.Shop, err)
	}
	now := sqldb.Micros(r.now())
	card.TrainedAt = time.Time{}
	text, err := json.Marshal(card)
	if err != nil {
		return Version{}, fmt.Errorf("encode the card of %s for shop %s: %w", card.Question, card.Shop, err)
	}
	err = r.db.Write(ctx, func(t *sqldb.Tx) error {
		added, err := t.Exec(ctx, `INSERT INTO predict_artefact (shop, question, hash, size, card, trained_at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (shop, question, hash) DO NOTHING`,
			card.Shop, string(card.Question), hash, len(data), string(text), now)
		if err != nil || added == 0 {
			return err
		}
		return promote(ctx, t, card.Shop, card.Question, hash, now)
	})
	if err != nil {
		return Version{}, fmt.Errorf("register the artefact of %s for shop %s: %w", card.Question, card.Shop, err)
	}
	return r.Version(ctx, card.Shop, card.Question, hash)
}

func promote(ctx context.Context, t *sqldb.Tx, shop string, q Question, hash string, now int64) error {
	_, err := t.Exec(ctx, `INSERT INTO predict_champion (shop, question, hash, since) VALUES (?, ?, ?, ?)
		ON CONFLICT (shop, question) DO UPDATE SET hash = excluded.hash, since = excluded.since`,
		shop, string(q), hash, now)
	return err
}

const selectVersion = `SELECT a.shop, a.question, a.hash, a.size, a.card, a.trained_at, CASE WHEN c.hash IS NULL THEN 0 ELSE 1 END
	FROM predict_artefact a LEFT JOIN predict_champion c ON c.shop = a.shop AND c.question = a.question AND c.hash = a.hash `

func scanVersion(row sqldb.Row) (Version, error) {
	var v Version
	var shop, question, text string
	var at, champion int64
	if err := row.Scan(&shop, &question, &v.Hash, &v.Size, &text, &at, &champion); err != nil {
		return v, err
	}
	if err := json.Unmarshal([]byte(text), &v.Card); err != nil {
		return v, fmt.Errorf("card of artefact %s: %w", v.Hash, err)
	}
	v.Card.Shop, v.Card.Question = shop, Question(question)
	v.Card.TrainedAt = sqldb.Time(at)
	v.Champion = champion == 1
	return v, nil
}

func (r *Registry) versions(ctx context.Context, where string, args ...any) ([]Version, error) {
	var out []Version
	err := r.db.Query(ctx, selectVersion+where, args, func(row sqldb.Row) error {
		v, err := scanVersion(row)
		out = append(out, v)
		return err
	})
	return out, err
}

func one(list []Version, err error) (Version, error) {
	switch {
	case err != nil:
		return Version{}, err
	case len(list) == 0:
		return Version{}, ErrNone
	}
	return list[0], nil
}

// Version finds one artefact by its hash; ErrNone where it is not known.
func (r *Registry) Version(ctx context.Context, shop string, q Question, hash string) (Version, error) {
	return one(r.versions(ctx, `WHERE a.shop = ? AND a.question = ? AND a.hash = ?`, shop, string(q), hash))
}

// Champion is the artefact that answers now; ErrNone where there is none.
func (r *Registry) Champion(ctx context.Context, shop string, q Question) (Version, error) {
	return one(r.versions(ctx, `WHERE a.shop = ? AND a.question = ? AND c.hash IS NOT NULL`, shop, string(q)))
}

// List gives a shop's artefacts, newest first; of all questions where q is empty.
func (r *Registry) List(ctx context.Context, shop string, q Question) ([]Version, error) {
	if q == "" {
		return r.versions(ctx, `WHERE a.shop = ? ORDER BY a.trained_at DESC, a.question, a.hash`, shop)
	}
	return r.versions(ctx, `WHERE a.shop = ? AND a.question = ? ORDER BY a.trained_at DESC, a.hash`, shop, string(q))
}

// Promote makes a registered artefact the champion: one row changes.
func (r *Registry) Promote(ctx context.Context, shop string, q Question, hash string) (Version, error) {
	if _, err := r.Version(ctx, shop, q, hash); err != nil {
		return Version{}, fmt.Errorf("promote artefact %s of %s: %w", hash, q, err)
	}
	err := r.db.Write(ctx, func(t *sqldb.Tx) error {
		return promote(ctx, t, shop, q, hash, sqldb.Micros(r.now()))
	})
	if err != nil {
		return Version{}, fmt.Errorf("promote artefact %s of %s: %w", hash, q, err)
	}
	return r.Version(ctx, shop, q, hash)
}

// Rollback makes the artefact trained before the present champion the champion. ErrNone where there is no older one.
func (r *Registry) Rollback(ctx context.Context, shop string, q Question) (Version, error) {
	now, err := r.Champion(ctx, shop, q)
	if err != nil {
		return Version{}, err
	}
	at := sqldb.Micros(now.Card.TrainedAt)
	before, err := one(r.versions(ctx, `WHERE a.shop = ? AND a.question = ? AND
		(a.trained_at < ? OR (a.trained_at = ? AND a.hash > ?)) ORDER BY a.trained_at DESC, a.hash LIMIT 1`,
		shop, string(q), at, at, now.Hash))
	if err != nil {
		return Version{}, fmt.Errorf("roll %s of shop %s back: no older artefact: %w", q, shop, err)
	}
	return r.Promote(ctx, shop, q, before.Hash)
}

// Bytes reads an artefact and verifies that it is what was registered; ErrDamaged where it is not.
func (r *Registry) Bytes(ctx context.Context, v Version) ([]byte, error) {
	data, err := r.blobs.Get(ctx, v.blobName())
	if err != nil {
		return nil, fmt.Errorf("read the artefact of %s for shop %s: %w", v.Card.Question, v.Card.Shop, err)
	}
	if Hash(data) != v.Hash {
		return nil, fmt.Errorf("artefact %s of %s for shop %s: %w", v.Hash, v.Card.Question, v.Card.Shop, ErrDamaged)
	}
	return data, nil
}

// Prune deletes all but the newest keep artefacts of a question; the champion always stays. It returns how many went.
func (r *Registry) Prune(ctx context.Context, shop string, q Question, keep int) (int, error) {
	all, err := r.List(ctx, shop, q)
	if err != nil {
		return 0, err
	}
	gone := 0
	for i, v := range all {
		if i < keep || v.Champion {
			continue
		}
		if err := r.delete(ctx, v); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}

// Forget deletes every artefact of a shop trained before t, the champion too: what an erasure asks for once new ones
// are trained. It returns how many went.
func (r *Registry) Forget(ctx context.Context, shop string, before time.Time) (int, error) {
	all, err := r.versions(ctx, `WHERE a.shop = ? AND a.trained_at < ?`, shop, sqldb.Micros(before))
	if err != nil {
		return 0, err
	}
	for i, v := range all {
		if err := r.delete(ctx, v); err != nil {
			return i, err
		}
	}
	return len(all), nil
}

// delete removes the rows first: a blob that nobody names is harmless, a row without a blob is not.
func (r *Registry) delete(ctx context.Context, v Version) error {
	err := r.db.Write(ctx, func(t *sqldb.Tx) error {
		for _, table := range []string{"predict_champion", "predict_artefact"} {
			if _, err := t.Exec(ctx, "DELETE FROM "+table+" WHERE shop = ? AND question = ? AND hash = ?",
				v.Card.Shop, string(v.Card.Question), v.Hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = r.blobs.Delete(ctx, v.blobName())
	}
	if err != nil {
		return fmt.Errorf("delete artefact %s of %s for shop %s: %w", v.Hash, v.Card.Question, v.Card.Shop, err)
	}
	return nil
}
