package digest_test

import (
	"strings"
	"testing"
	"time"

	"almanac/serve/digest"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestADigestIsDueAtItsHourOfTheShopsDay(t *testing.T) {
	london, kiritimati := zone(t, "Europe/London"), zone(t, "Pacific/Kiritimati")
	for _, c := range []struct {
		day  string
		hour int
		zone *time.Location
		now  string
		want string
	}{
		{"monday", 7, london, "2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z"},
		{"monday", 7, london, "2026-11-23T06:59:59Z", "2026-11-16T07:00:00Z"},
		{"monday", 7, london, "2026-11-22T12:00:00Z", "2026-11-16T07:00:00Z"},
		{"monday", 7, london, "2026-07-06T06:00:00Z", "2026-07-06T06:00:00Z"},     // summer time
		{"sunday", 1, london, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},     // one o'clock is left out that day
		{"monday", 0, kiritimati, "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"}, // fourteen hours ahead
		{"saturday", 23, time.UTC, "2026-11-21T22:00:00Z", "2026-11-14T23:00:00Z"},
	} {
		s, err := digest.ParseSchedule(c.day, c.hour)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Last(now, c.zone).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s %d o'clock in %s, at %s: %s, want %s", c.day, c.hour, c.zone, c.now, got, c.want)
		}
	}
	for _, bad := range []struct {
		day  string
		hour int
	}{{"someday", 7}, {"monday", 24}, {"monday", -1}} {
		if _, err := digest.ParseSchedule(bad.day, bad.hour); err == nil {
			t.Errorf("%+v is a schedule", bad)
		}
	}
}

func TestADigestIsSentOnceAWeekAndNotLongAfter(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		sent, err := digest.OpenSent(t.Context(), open())
		if err != nil {
			t.Fatal(err)
		}
		monday := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
		s, err := digest.ParseSchedule("monday", 7)
		if err != nil {
			t.Fatal(err)
		}
		due := func(shop string, s digest.Schedule, now time.Time) bool {
			t.Helper()
			_, ok, err := sent.Due(t.Context(), shop, s, now, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !due("a", s, monday) || !due("a", s, monday.Add(20*time.Hour)) || due("a", s, monday.Add(25*time.Hour)) || due("a", s, monday.Add(-time.Minute)) {
			t.Error("it is due from its hour on, for a day")
		}
		off, _ := digest.ParseSchedule("off", 7)
		if due("a", off, monday) {
			t.Error("it is off")
		}
		if err := sent.Note(t.Context(), "a", monday, monday); err != nil {
			t.Fatal(err)
		}
		if due("a", s, monday.Add(time.Hour)) || !due("b", s, monday.Add(time.Hour)) || !due("a", s, monday.AddDate(0, 0, 7)) {
			t.Error("what was sent is not due again before the next week, and each shop has its own")
		}
	})
}

func TestTheLetterSaysWhatIsKnownAndWhatIsNot(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	cover := 0.5
	d := wire.Digest{Shop: "Mugs <&> more", Currency: "EUR", From: "2026-11-16", To: "2026-11-22", KnownUntil: "2026-11-20",
		NetMinor: wire.DigestFigure{Value: n(12000), LastWeek: n(10000)}, Orders: wire.DigestFigure{Value: n(3), LastWeek: n(0), LastYear: n(6)},
		OpenDecisions: 2, OpenDecisionsValueMinor: n(500), Leaks: []wire.Leak{{Title: "Returns cost", Explain: "Much came back.", MidMinor: n(900), Basis: "measured"}},
		Out: []wire.DigestProduct{{SKU: "mug"}}, OutTotal: 7, Soon: []wire.DigestProduct{{SKU: "cup", Title: "Cup", OnHand: 2, WeeksOfCover: &cover}}, SoonTotal: 1,
		Findings: []wire.DigestFinding{{Title: "Prices of zero", Count: 4, Remedy: "Look."}}, Quarantined: 9, Synthetic: []string{"file:made-up"}}
	l, err := digest.Write(d, func(m int64) string { return "EUR " + time.Duration(m).String() })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Net sales: EUR 12µs", "(+20 %)", "same week last year: not covered by the data", "week before: 0", "same week last year: 6 (-50 %)",
		"The newest sale on record is of 2026-11-20", "2 proposals wait", "EUR 500ns", "Returns cost (EUR 900ns, measured)", "nothing is left: 7", "mug, and 6 more", "Cup (0.5 weeks)",
		"Prices of zero: 4", "quarantine: 9", "file:made-up", "set digest-day to off"} {
		if !strings.Contains(l.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, l.Text)
		}
	}
	if !strings.HasPrefix(l.Subject, "[SYNTHETIC DATA] ") || !strings.Contains(l.HTML, "Mugs &lt;&amp;&gt; more") || strings.Contains(l.HTML, "<&>") || !strings.Contains(l.HTML, "Cup (0.5 weeks)") {
		t.Errorf("%s\n%s", l.Subject, l.HTML)
	}
	l, err = digest.Write(wire.Digest{Shop: "Empty"}, nil)
	if err != nil || !strings.Contains(l.Text, "No sale is on record yet") || !strings.Contains(l.Text, "Nothing waits") || !strings.Contains(l.Text, "None was found") {
		t.Errorf("an empty shop: %v\n%s", err, l.Text)
	}
}
