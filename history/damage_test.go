package history_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// sealedFolder is a record of two sealed shops, and the path of one shop's segment.
func sealedFolder(t *testing.T) (db *sqldb.DB, dir, segment string) {
	t.Helper()
	db, dir = sqltest.SQLite(t), t.TempDir()
	s := vault(t, db, dir)
	var facts []fact.Fact
	for _, f := range life(12_000) {
		f.OccurredAt = noon.Add(-time.Hour)
		facts = append(facts, f)
	}
	appendAll(t, s, facts)
	if _, err := s.SealAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "history", "shop=a", "*", "*.parquet"))
	if err != nil || len(found) != 1 {
		t.Fatalf("segments of shop a: %v, %v", found, err)
	}
	return db, dir, found[0]
}

func TestAFlippedBitIsNamedBySegmentAndOffset(t *testing.T) {
	db, dir, path := sealedFolder(t)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 70_000 {
		t.Fatalf("a segment of %d bytes has one block only", len(b))
	}
	b[66_000] ^= 4 // in the second block
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := vault(t, db, dir)
	damage, err := s.Verify(t.Context(), nil)
	if err != nil || len(damage) != 1 || !strings.HasSuffix(filepath.ToSlash(path), damage[0].Segment) || damage[0].Offset != 65_536 {
		t.Errorf("verify says %v, %v", damage, err)
	}
	_, err = s.Read(t.Context(), 0, 10, func(history.Record) error { return nil })
	var d *history.Damage
	if !errors.As(err, &d) || d.Offset != 65_536 {
		t.Errorf("reading says %v", err)
	}
	if err := s.Scan(t.Context(), "a", noon.Add(-99*time.Hour), noon, []string{"sku"}, func(*history.Chunk) error { return nil }); !errors.As(err, &d) {
		t.Errorf("scanning says %v", err)
	}

	// Told to accept it, the record shows what is whole.
	s = vault(t, db, dir)
	var noted []history.Damage
	s.AcceptDamage(func(d history.Damage) { noted = append(noted, d) })
	others := 0
	for _, r := range all(t, s) {
		if r.Shop == "a" {
			t.Fatal("a record of the damaged segment was read")
		}
		others++
	}
	if others == 0 || len(noted) == 0 {
		t.Errorf("%d records of the other shop were read, %d damages noted", others, len(noted))
	}
}

func TestMissingAndCutSegmentsAreSeenWithoutReadingThem(t *testing.T) {
	db, dir, path := sealedFolder(t)
	s := vault(t, db, dir)
	if m, err := s.Missing(t.Context()); err != nil || len(m) != 0 {
		t.Fatalf("of a whole record %v is missing, %v", m, err)
	}
	if err := os.Truncate(path, 1000); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Missing(t.Context()); err != nil || len(m) != 1 || m[0].Offset != 1000 {
		t.Errorf("of a cut segment: %v, %v", m, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Missing(t.Context()); err != nil || len(m) != 1 || m[0].What != "it is missing" {
		t.Errorf("of a removed segment: %v, %v", m, err)
	}
	if _, err := s.Read(t.Context(), 0, 10, func(history.Record) error { return nil }); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("without its segment the record reads as %v", err)
	}
}

func TestAChangedTailIsNoticed(t *testing.T) {
	db := sqltest.SQLite(t)
	s := vault(t, db, t.TempDir())
	appendAll(t, s, life(100))
	if d, err := s.Verify(t.Context(), nil); err != nil || len(d) != 0 {
		t.Fatalf("a whole tail: %v, %v", d, err)
	}
	for _, c := range []struct {
		change, what string
	}{
		{"UPDATE tail SET body = CAST(replace(CAST(body AS TEXT), 'v1', 'v2') AS BLOB) WHERE CAST(body AS TEXT) LIKE '%v1%'", "hash differs"},
		{"DELETE FROM tail WHERE seq = 100", "100 to 100 are missing"},
		{"DELETE FROM tail WHERE seq <= 3", "1 to 3 are missing"},
	} {
		if _, err := db.Exec(t.Context(), c.change); err != nil {
			t.Fatal(err)
		}
		damage, err := s.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, d := range damage {
			found = found || strings.Contains(d.What, c.what)
		}
		if !found {
			t.Errorf("after %q verify says %v", c.change, damage)
		}
	}
}

func TestANearlyFullDiskRecordsNothing(t *testing.T) {
	s := vault(t, sqltest.SQLite(t), t.TempDir())
	s.KeepFree(t.TempDir(), 1<<62)
	if _, err := s.Append(t.Context(), life(1)); !errors.Is(err, history.ErrFull) {
		t.Errorf("the error is %v", err)
	}
	if head, err := s.Head(t.Context()); err != nil || head != 0 {
		t.Errorf("%d records, %v", head, err)
	}
}

func FuzzSegments(f *testing.F) {
	f.Add([]byte("PAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := history.DecodeSegment(b)
		if err == nil && len(rows) == 0 {
			t.Skip("an empty segment")
		}
	})
}

func FuzzBodies(f *testing.F) {
	f.Add([]byte(`{"sku":"a\"b","units":3,"rest":{"x":[1,"}"]}}`))
	f.Add([]byte(`{"sku":`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var compact bytes.Buffer
		if len(b) == 0 || b[0] != '{' || json.Compact(&compact, b) != nil {
			history.Join(history.Split(b)) // must only not panic
			return
		}
		if got := history.Join(history.Split(compact.Bytes())); !json.Valid(got) {
			t.Errorf("%s became %s", compact.Bytes(), got)
		}
	})
}
