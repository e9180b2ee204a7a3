package history

import (
	"sync"
	"time"
)

// Pulse is what a source told lately, since the program started.
type Pulse struct {
	PerMinute  float64 // facts accepted a minute, over the last five
	Hour       int64   // accepted in the last hour
	Late       int64   // of those, told more than lateAfter after they happened
	Duplicates int64   // told again in the last hour
}

// lateAfter is when a fact counts as late.
const lateAfter = 5 * time.Minute

const minutes = 60

// beat counts one minute.
type beat struct {
	minute                     int64 // since 1970
	accepted, late, duplicates int64
}

// pulses counts by shop, source and minute, in memory: how it is going now, not how it went.
type pulses struct {
	mu sync.Mutex
	by map[[2]string]*[minutes]beat
}

// mostPulses bounds the sources that are counted; more than a shop can have, fewer than a fault can make.
const mostPulses = 10_000

func (p *pulses) count(entries []entry, now time.Time) {
	minute := now.Unix() / 60
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil || len(p.by) > mostPulses {
		p.by = map[[2]string]*[minutes]beat{}
	}
	for i := range entries {
		e := &entries[i]
		k := [2]string{e.f.Shop, e.f.Source}
		ring := p.by[k]
		if ring == nil {
			ring = &[minutes]beat{}
			p.by[k] = ring
		}
		b := &ring[minute%minutes]
		if b.minute != minute {
			*b = beat{minute: minute}
		}
		switch *e.outcome {
		case Accepted:
			b.accepted++
			if e.f.ReceivedAt.Sub(e.f.OccurredAt) > lateAfter {
				b.late++
			}
		case Duplicate:
			b.duplicates++
		}
	}
}

// Pulses tells what every source of a shop told lately.
func (s *Store) Pulses(shop string) map[string]Pulse {
	now := s.now().Unix() / 60
	p := &s.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]Pulse{}
	for k, ring := range p.by {
		if k[0] != shop {
			continue
		}
		var v Pulse
		five := int64(0)
		for _, b := range ring {
			if age := now - b.minute; age >= 0 && age < minutes {
				v.Hour, v.Late, v.Duplicates = v.Hour+b.accepted, v.Late+b.late, v.Duplicates+b.duplicates
				if age < 5 {
					five += b.accepted
				}
			}
		}
		v.PerMinute = float64(five) / 5
		out[k[1]] = v
	}
	return out
}

// Latest returns the newest records of a shop, newest first, of those that are at hand in memory.
func (s *Store) Latest(shop string, limit int) (out []Record) {
	r := &s.recent
	r.mu.Lock()
	defer r.mu.Unlock()
	for o := r.next - 1; o >= r.first() && len(out) < limit; o-- {
		if rec := r.at(o); rec.Shop == shop {
			out = append(out, *rec)
		}
	}
	return out
}
