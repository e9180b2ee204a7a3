package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/serve"
	"almanac/serve/digest"
	"almanac/serve/doors"
	"almanac/serve/wire"
)

func TestTheDigestIsPrinted(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	must(t, new(account), "--data", data, "--json", "import", write(t, "orders.csv", small))
	code, text, fault := almanac(t, "--data", data, "digest", "--print")
	if code != exitOK || !strings.Contains(text, "Net sales") || !strings.Contains(text, "The newest sale on record is of 2026-01-13") {
		t.Errorf("%d %s%s", code, text, fault)
	}
	var d wire.Digest
	must(t, &d, "--data", data, "--json", "digest")
	if d.MailDay != "off" || d.KnownUntil != "2026-01-13" || d.NetMinor.Value == nil {
		t.Errorf("%+v", d)
	}
	for _, args := range [][]string{{"digest"}, {"--digest-day", "someday", "digest", "--print"}, {"--digest-day", "monday", "serve", "--listen", "127.0.0.1:0"}} {
		if code, _, fault := almanac(t, append([]string{"--data", data}, args...)...); code != exitUsage || fault == "" {
			t.Errorf("%v: %d %s", args, code, fault)
		}
	}
}

// letters is a postman who may be ill.
type letters struct {
	ids, texts, readers []string
	ill                 error
}

func (l *letters) Letter(_ context.Context, readers []string, id, _, text, html string) error {
	l.readers = readers
	if l.ill != nil {
		return l.ill
	}
	if html == "" {
		return errors.New("no HTML")
	}
	l.ids, l.texts = append(l.ids, id), append(l.texts, text)
	return nil
}

// The week in which two orders were placed and one was undone, as a letter of the Monday after.
func TestTheDigestIsMailedOnceAWeek(t *testing.T) {
	now := time.Date(2026, 1, 19, 6, 59, 0, 0, time.UTC)
	root := &cli{Data: filepath.Join(t.TempDir(), "data"), Shop: "default", Reorder: reorderFlags{ServiceLevel: 0.95}, Markdown: priceFlags{HorizonWeeks: 13, MaxStep: 0.2}, Winback: mailFlags{Holdout: 0.1, MaxMessages: 7, RestDays: 90, MostPeople: 500}, Digest: digestFlags{Day: "monday", Hour: 7}}
	a, err := openAt(t.Context(), root, &terminal{t.Output(), t.Output(), false}, "test", func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	o, err := (&importCmd{}).options(a, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.importFile(t.Context(), write(t, "orders.csv", small), o, false, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	config, err := a.config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if config.Doors, err = doors.Open(t.Context(), a.main, a.now); err != nil {
		t.Fatal(err)
	}
	s, err := serve.New(config)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := digest.OpenSent(t.Context(), a.main)
	if err != nil {
		t.Fatal(err)
	}
	post := &letters{}
	look := func(want int) {
		t.Helper()
		err := a.mailDigests(t.Context(), s, sent, post)
		if (err != nil) != (post.ill != nil) || len(post.ids) != want {
			t.Fatalf("at %s: %d letters, want %d; %v", now, len(post.ids), want, err)
		}
	}
	look(0)
	now = now.Add(time.Minute)
	post.ill = errors.New("the mail server is away")
	look(0)
	post.ill = nil
	look(1)
	look(1)
	now = now.Add(7 * 24 * time.Hour)
	look(2)
	// The shop plans otherwise than the installation does.
	plan := digest.Plan{Schedule: digest.Schedule{On: true, Day: time.Wednesday, Hour: 9}, Readers: []string{"Ann <ann@example.com>"}}
	if err := config.Digests.Set(t.Context(), "default", plan); err != nil {
		t.Fatal(err)
	}
	now = now.Add(7 * 24 * time.Hour)
	look(2)
	now = now.Add(2*24*time.Hour + 2*time.Hour)
	look(3)
	if len(post.readers) != 1 || post.readers[0] != "ann@example.com" {
		t.Errorf("mailed to %v", post.readers)
	}
	plan.Readers = []string{"nobody"}
	if err := config.Digests.Set(t.Context(), "default", plan); err == nil {
		t.Error("nobody is an address")
	}
	if post.ids[0] != "digest.2026-01-19.default" || !strings.Contains(post.texts[0], "2026-01-12 to 2026-01-18") {
		t.Errorf("%s: %s", post.ids[0], post.texts[0])
	}
	// 4.25 on the 12th, undone on the 13th; 11.50 on the 5th.
	if !strings.Contains(post.texts[0], "Net sales: 0") || !strings.Contains(post.texts[0], "11.50") {
		t.Error(post.texts[0])
	}
	for _, person := range []string{"c1", "c2"} {
		if strings.Contains(post.texts[0], person) {
			t.Errorf("the digest names %s", person)
		}
	}
}
