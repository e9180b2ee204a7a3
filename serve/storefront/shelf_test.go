package storefront

import (
	"testing"
	"time"
)

func TestAVisitorIsReadOnceAtATimeAndAgainWhenDue(t *testing.T) {
	v := newVisitors()
	v.readers = make(chan struct{}, 1)
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	started := 0
	read := func(*visit) { started++ }
	finish := func(x *visit, at time.Time) {
		x.past = &past{seen: []string{"cup"}, at: at}
		close(x.done)
		x.done = nil
		<-v.readers
	}

	x, known, done := v.look("shop", "v", now, read)
	if started != 1 || known != nil || done == nil {
		t.Fatalf("the first look: %d readings, known %v", started, known)
	}
	if _, _, again := v.look("shop", "v", now, read); started != 1 || again != done {
		t.Error("a second look began a second reading")
	}
	if _, known, done := v.look("shop", "w", now, read); started != 1 || known != nil || done != nil {
		t.Error("with all readers busy another visitor was read")
	}
	finish(x, now)
	if _, known, done := v.look("shop", "v", now.Add(fresh-1), read); started != 1 || known == nil || done != nil {
		t.Error("what is fresh was read again")
	}
	if _, known, _ := v.look("shop", "v", now.Add(fresh), read); started != 2 || known == nil {
		t.Error("what is no longer fresh must answer and be read again")
	}
	finish(x, now.Add(fresh))
	if _, known, _ := v.look("shop", "v", now.Add(fresh+stale), read); started != 3 || known != nil {
		t.Error("what is stale must not answer")
	}
	if _, known, _ := v.look("other", "v", now, read); known != nil {
		t.Error("a visitor of one shop is known in another")
	}
}
