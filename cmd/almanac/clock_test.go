package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestTimeNeverGoesBack(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var said bytes.Buffer
	wall, ran := noon, time.Duration(0)
	c := &clock{wall: func() time.Time { return wall }, ran: func() time.Duration { return ran }, log: slog.New(slog.NewTextHandler(&said, nil))}
	for _, step := range []struct {
		what      string
		set, runs time.Duration // how far the wall clock is set beside running, and how long it runs
		want      time.Duration // after noon
		log       string
	}{
		{"at first", 0, 0, 0, ""},
		{"a second later", 0, time.Second, time.Second, ""},
		{"set ahead, or asleep for an hour", time.Hour, time.Second, time.Hour + 2*time.Second, ""},
		{"a little back", -10 * time.Second, time.Second, time.Hour + 3*time.Second, ""},
		{"three days back", -72 * time.Hour, time.Second, time.Hour + 4*time.Second, "jumped back"},
		{"it goes on", 0, time.Minute, time.Hour + 64*time.Second, ""},
		{"set right", 72*time.Hour + 10*time.Second, time.Second, time.Hour + 65*time.Second, "caught up"},
		{"and again the wall's", 0, time.Second, time.Hour + 66*time.Second, ""},
	} {
		said.Reset()
		wall, ran = wall.Add(step.set+step.runs), ran+step.runs
		if got := c.now().Sub(noon); got != step.want {
			t.Errorf("%s: %s after noon, not %s", step.what, got, step.want)
		}
		if (step.log == "") != (said.Len() == 0) || !strings.Contains(said.String(), step.log) {
			t.Errorf("%s: the log says %q", step.what, said.String())
		}
	}
}
