package main

import (
	"log/slog"
	"sync"
	"time"
)

// clock is the machine's clock that never goes back while the program runs. When somebody sets it back, time
// goes on from where it was: what was recorded before stays before, and a message that is sent again is given
// the day that it had, by which it is known.
type clock struct {
	wall func() time.Time
	ran  func() time.Duration // since some instant, by a clock that nobody sets
	log  *slog.Logger

	mu   sync.Mutex
	last time.Time     // as told
	at   time.Duration // when that was, by ran
	back bool          // the wall clock is behind, and that was said
}

// stepBack is by how much a clock may be stepped back without being worth a line in the log.
const stepBack = time.Minute

func newClock(log *slog.Logger) *clock {
	began := time.Now()
	return &clock{wall: time.Now, ran: func() time.Duration { return time.Since(began) }, log: log}
}

// now is what the wall shows, or, where that is less, the last answer and the time since then.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall, ran := c.wall(), c.ran()
	own := c.last.Add(ran - c.at)
	behind := own.Sub(wall.Round(0))
	if c.last.IsZero() || behind <= 0 {
		if c.back {
			c.log.Info("the machine's clock has caught up")
		}
		c.last, c.at, c.back = wall.Round(0), ran, false
		return wall
	}
	if behind > stepBack && !c.back {
		c.back = true
		c.log.Error("the machine's clock jumped back: the program keeps its own time until the clock catches up or the program is started again",
			"by", behind.Round(time.Second))
	}
	return own
}
