package auth

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits slow down whoever tries many passwords. A person who mistypes gets five attempts at once and then
// one every ten seconds; one address gets thirty at once and then one every two seconds, over all accounts.
// There is no limit per account alone: it would let anybody lock a person out.
type limits struct {
	mu    sync.Mutex
	pair  map[[2]string]*rate.Limiter
	byIP  map[string]*rate.Limiter
	swept time.Time
}

const (
	pairBurst, pairEvery = 5, 10 * time.Second
	ipBurst, ipEvery     = 30, 2 * time.Second
	sweepEvery           = 5 * time.Minute
)

func newLimits() *limits {
	return &limits{pair: map[[2]string]*rate.Limiter{}, byIP: map[string]*rate.Limiter{}}
}

func (l *limits) allow(now time.Time, ip, account string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	a := l.byIP[ip]
	if a == nil {
		a = rate.NewLimiter(rate.Every(ipEvery), ipBurst)
		l.byIP[ip] = a
	}
	if !a.AllowN(now, 1) {
		return false
	}
	p := l.pair[[2]string{ip, account}]
	if p == nil {
		p = rate.NewLimiter(rate.Every(pairEvery), pairBurst)
		l.pair[[2]string{ip, account}] = p
	}
	return p.AllowN(now, 1)
}

// sweep forgets those whose allowance is full again: they are as good as new.
func (l *limits) sweep(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	for k, v := range l.pair {
		if v.TokensAt(now) >= pairBurst {
			delete(l.pair, k)
		}
	}
	for k, v := range l.byIP {
		if v.TokensAt(now) >= ipBurst {
			delete(l.byIP, k)
		}
	}
}
