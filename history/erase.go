package history

import (
	"context"
	"fmt"
	"strings"

	"almanac/fact"
	"almanac/sqldb"
)

// Identifier is one way in which a person is named: kind customer, visitor, email or phone, and its value.
type Identifier struct{ Kind, Value string }

// Erased counts what became of a person's facts.
type Erased struct {
	Gone        int64 `json:"gone"`        // facts about the person only
	Nameless    int64 `json:"nameless"`    // orders and reviews that are kept without the person
	Segments    int   `json:"segments"`    // written anew
	Quarantined int64 `json:"quarantined"` // rejected input that named the person
}

// tombstone is the kind of a record in the tail that was erased: its offset stays.
const tombstone = ""

// Erase takes a person out of the record of a shop: first the hashed suppression entries, so that nothing new
// comes in, then the segments, the tail and the quarantine. It may be stopped and called again. What was
// derived from the record has to be derived anew by the caller.
func (s *Store) Erase(ctx context.Context, shop string, who []Identifier, progress func(done, total int64)) (e Erased, err error) {
	if len(who) == 0 {
		return e, nil
	}
	s.moving.Lock()
	defer s.moving.Unlock()
	if err := s.suppress(ctx, shop, who); err != nil {
		return e, err
	}
	named := map[Identifier]bool{}
	for _, id := range who {
		named[id] = true
	}
	subject := fact.Subject(func(kind, value string) bool { return named[Identifier{kind, value}] })
	defer s.forgetCopies()
	segs, err := s.segments(ctx, "shop = ? ORDER BY batch, name", shop)
	if err != nil {
		return e, err
	}
	for i := range segs {
		if err := ctx.Err(); err != nil {
			return e, err
		}
		if err := s.eraseSegment(ctx, &segs[i], subject, &e); err != nil {
			return e, fmt.Errorf("erase from segment %s: %w", segs[i].name, err)
		}
		if progress != nil {
			progress(int64(i+1), int64(len(segs)+1))
		}
	}
	for range 2 { // once more for what was on its way in when the suppression began
		if err := s.eraseTail(ctx, shop, subject, &e); err != nil {
			return e, fmt.Errorf("erase from the tail: %w", err)
		}
	}
	e.Quarantined, err = s.eraseQuarantine(ctx, shop, who)
	return e, err
}

func (s *Store) suppress(ctx context.Context, shop string, who []Identifier) error {
	s.forgotten.mu.Lock()
	defer s.forgotten.mu.Unlock()
	var args []any
	for _, id := range who {
		h := s.forgotten.hash(shop, id.Kind, id.Value)
		args = append(args, shop, h[:], sqldb.Micros(s.now()))
		s.forgotten.put(shop, h)
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		_, err := t.Insert(ctx, "suppressed (shop, hash, at_us)", "ON CONFLICT DO NOTHING", 3, args)
		return err
	})
}

// forgetCopies drops what is kept in memory of records that may have been erased.
func (s *Store) forgetCopies() {
	s.recent.forget()
	s.opened.mu.Lock()
	s.opened.recs = nil
	s.opened.mu.Unlock()
}

// speaks tells cheaply whether a row may be about somebody.
func (r *row) speaks(who fact.Subject) bool {
	switch fact.Kind(r.Kind) {
	case fact.IdentityLinked, fact.CustomerDescribed:
		return true
	}
	return r.Customer != "" && who("customer", r.Customer) || r.Visitor != "" && who("visitor", r.Visitor)
}

func (s *Store) eraseSegment(ctx context.Context, m *segment, who fact.Subject, e *Erased) error {
	rows, err := s.load(ctx, m)
	if err != nil {
		return err
	}
	var kept []*row
	var changed []fact.Fact
	gone := int64(0)
	for i := range rows {
		r := &rows[i]
		if !r.speaks(who) {
			kept = append(kept, r)
			continue
		}
		rec, err := r.record(m.shop)
		if err != nil {
			return err
		}
		switch fact.Forget(&rec.Fact, who) {
		case fact.Gone:
			gone++
			continue
		case fact.Nameless:
			changed = append(changed, rec.Fact)
			if r, err = rowOf(rec); err != nil {
				return err
			}
		}
		kept = append(kept, r)
	}
	if gone == 0 && len(changed) == 0 {
		return nil
	}
	next, err := s.rewrite(ctx, m, kept)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := t.Exec(ctx, "DELETE FROM segment WHERE name = ?", m.name); err != nil {
			return err
		}
		if next != nil {
			if _, err := t.Insert(ctx, "segment ("+segmentColumns+")", "", 10, next.values()); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, "UPDATE sealed_batch SET facts = facts - ? WHERE first_seq = ?", gone, m.batch); err != nil {
			return err
		}
		return rehash(ctx, t, changed)
	})
	if err != nil {
		return err
	}
	e.Gone, e.Nameless, e.Segments = e.Gone+gone, e.Nameless+int64(len(changed)), e.Segments+1
	return s.blobs.Delete(ctx, m.name)
}

// rewrite writes the rows that are left under a new name; none where none are.
func (s *Store) rewrite(ctx context.Context, m *segment, kept []*row) (*segment, error) {
	if len(kept) == 0 {
		return nil, nil
	}
	base := strings.TrimSuffix(m.name, ".parquet")
	n := 1
	if i := strings.LastIndex(base, "-r"); i > strings.LastIndexByte(base, '/') {
		if _, err := fmt.Sscanf(base[i:], "-r%d", &n); err == nil {
			base, n = base[:i], n+1
		}
	}
	next, err := s.writeRows(ctx, fmt.Sprintf("%s-r%d.parquet", base, n), m.partition, m.batch, kept)
	return &next, err
}

// rowOf makes a segment's row of a record.
func rowOf(rec Record) (*row, error) {
	body, err := rec.EncodeBody()
	if err != nil {
		return nil, err
	}
	r := &row{Seq: rec.Offset, Kind: string(rec.Kind), Source: rec.Source, Rev: rec.Rev, Occurred: sqldb.Micros(rec.OccurredAt),
		Delay: sqldb.Micros(rec.ReceivedAt) - sqldb.Micros(rec.OccurredAt), Ext: rec.Ext}
	r.setID(rec.ID)
	r.Rest = split(body, r)
	return r, nil
}

// rehash keeps the hashes of changed facts in step, so that a source that tells the same again tells a
// duplicate.
func rehash(ctx context.Context, t *sqldb.Tx, changed []fact.Fact) error {
	for i := range changed {
		body, err := changed[i].EncodeBody()
		if err != nil {
			return err
		}
		k, h := changed[i].Key().Hash(), bodyHash(body)
		for _, day := range keptUnder(changed[i].Kind, sqldb.Micros(changed[i].OccurredAt)) {
			q, args := "UPDATE message_key SET body_hash = ? WHERE day = ? AND fact_key = ?", []any{h[:], day, k[:]}
			if day == forever {
				q, args = "UPDATE dedupe SET body_hash = ? WHERE fact_key = ?", []any{h[:], k[:]}
			}
			if _, err := t.Exec(ctx, q, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) eraseTail(ctx context.Context, shop string, who fact.Subject, e *Erased) error {
	for after := int64(0); ; {
		var recs []Record
		err := s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq > ? AND shop = ? AND kind <> '' ORDER BY seq LIMIT 5000", []any{after, shop}, func(r sqldb.Row) error {
			rec, err := scan(r)
			recs = append(recs, rec)
			return err
		})
		if err != nil || len(recs) == 0 {
			return err
		}
		after = recs[len(recs)-1].Offset
		err = s.db.Write(ctx, func(t *sqldb.Tx) error {
			for i := range recs {
				f := recs[i].Fact
				switch fact.Forget(&f, who) {
				case fact.Gone:
					if _, err := t.Exec(ctx, "UPDATE tail SET source = '', kind = '', id = '', body = ?, ext = NULL WHERE seq = ?", []byte("{}"), recs[i].Offset); err != nil {
						return err
					}
					e.Gone++
				case fact.Nameless:
					body, err := f.EncodeBody()
					if err != nil {
						return err
					}
					if _, err := t.Exec(ctx, "UPDATE tail SET body = ?, ext = NULL WHERE seq = ?", body, recs[i].Offset); err != nil {
						return err
					}
					if err := rehash(ctx, t, []fact.Fact{f}); err != nil {
						return err
					}
					e.Nameless++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// eraseQuarantine removes rejected input that names the person. Identifiers of one or two letters would be
// found everywhere; what they name is not looked for here.
func (s *Store) eraseQuarantine(ctx context.Context, shop string, who []Identifier) (n int64, err error) {
	for _, id := range who {
		if len(id.Value) < 3 {
			continue
		}
		like := "%" + strings.NewReplacer("|", "||", "%", "|%", "_", "|_").Replace(id.Value) + "%"
		gone, err := s.db.Exec(ctx, "DELETE FROM quarantine WHERE shop = ? AND raw LIKE ? ESCAPE '|'", shop, like)
		if err != nil {
			return n, err
		}
		n += gone
	}
	return n, nil
}
