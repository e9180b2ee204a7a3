package serve

import (
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"almanac/serve/problem"
)

// crowd bounds what is at the doors at one time: the bytes of all bodies that are being taken in, and the
// events a second of each key. Who finds the door full is told when to come again.
type crowd struct {
	room    int64 // bytes
	bytes   atomic.Int64
	perKey  rate.Limit // events a second
	mu      sync.Mutex
	limiter map[string]*rate.Limiter
}

const (
	crowdRoom   = 64 << 20
	crowdPerKey = 100_000 // events a second
	mostKeys    = 10_000
)

func newCrowd(room int64, perKey int) *crowd {
	if room == 0 {
		room = crowdRoom
	}
	if perKey == 0 {
		perKey = crowdPerKey
	}
	return &crowd{room: room, perKey: rate.Limit(perKey), limiter: map[string]*rate.Limiter{}}
}

// enter makes room for a body of at most limit bytes. leave gives it back.
func (c *crowd) enter(r *http.Request, limit int64) (leave func(), err error) {
	n := limit
	if r.ContentLength >= 0 && r.ContentLength < limit && r.Header.Get("Content-Encoding") == "" {
		n = r.ContentLength + 1024 // what a request takes besides its body
	}
	if c.bytes.Add(n) > c.room {
		c.bytes.Add(-n)
		return nil, busy(1)
	}
	return func() { c.bytes.Add(-n) }, nil
}

// pass lets the events of a key through, or says when they may come again. A batch larger than what a key
// may send in two seconds passes when nothing else came lately.
func (c *crowd) pass(key string, events int, now time.Time) error {
	c.mu.Lock()
	l := c.limiter[key]
	if l == nil {
		if len(c.limiter) >= mostKeys {
			clear(c.limiter)
		}
		l = rate.NewLimiter(c.perKey, max(int(2*c.perKey), 1))
		c.limiter[key] = l
	}
	c.mu.Unlock()
	n := min(max(events, 1), l.Burst())
	if l.AllowN(now, n) {
		return nil
	}
	missing := float64(n) - l.TokensAt(now)
	return busy(int(math.Ceil(missing / float64(c.perKey))))
}

func busy(seconds int) error {
	return problem.New(http.StatusTooManyRequests, "busy", "The door is busy", "More comes in than can be put on disk now. Nothing of this call was kept.",
		"Send it again after the seconds that Retry-After tells.").RetryAfter(max(seconds, 1))
}
