package history

import (
	"testing"

	"almanac/fact"
)

func records(from, to int64) (out []Record) {
	for i := from; i <= to; i++ {
		out = append(out, Record{i, fact.Fact{}})
	}
	return out
}

func TestOnlyAnUnbrokenEndIsAtHand(t *testing.T) {
	var r recent
	if got := r.after(0, 10); got != nil {
		t.Errorf("an empty memory has %d records", len(got))
	}
	r.add(records(1, 100))
	if got := r.after(90, 5); len(got) != 5 || got[0].Offset != 91 || got[4].Offset != 95 {
		t.Errorf("behind 90: %v", got)
	}
	if got := r.after(100, 5); got != nil {
		t.Errorf("behind the end: %v", got)
	}
	r.add(records(201, 210)) // another process recorded what lies between
	if got := r.after(100, 5); got != nil {
		t.Errorf("behind 100 there is a gap, got %v", got)
	}
	if got := r.after(200, 50); len(got) != 10 || got[0].Offset != 201 {
		t.Errorf("behind 200: %v", got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	var r recent
	const step = 999
	for next := int64(1); next < 3*recentLimit; next += step {
		r.add(records(next, next+step-1))
		if n := len(r.recs); n > recentLimit {
			t.Fatalf("%d records are kept", n)
		}
		last := next + step - 1
		if got := r.after(last-1, 5); len(got) != 1 || got[0].Offset != last {
			t.Fatalf("the newest record %d is not at hand: %v", last, got)
		}
	}
	if n := len(r.recs); n < recentLimit {
		t.Errorf("only %d records are kept", n)
	}
	all := r.after(r.first()-1, 2*recentLimit)
	for i, rec := range all {
		if rec.Offset != r.first()+int64(i) {
			t.Fatalf("record %d stands where %d belongs", rec.Offset, r.first()+int64(i))
		}
	}
	if len(all) != recentLimit || r.after(r.first()-2, 5) != nil {
		t.Errorf("%d records are at hand", len(all))
	}
	r.add(records(r.next, r.next+2*recentLimit)) // more at once than stay
	if got := r.after(r.next-3, 5); len(got) != 2 || got[0].Offset != r.next-2 {
		t.Errorf("behind the last but two: %v", got)
	}
}
