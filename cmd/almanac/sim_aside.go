package main

import (
	"errors"

	"almanac/fact"
	"almanac/sim"
)

// aside is a worldWriter that writes beside the life of its world: what the world says waits in batches for another
// goroutine. Close waits until all is written. A fault is told with a later batch, or by Close.
type aside struct {
	out    worldWriter
	batch  []said
	queue  chan []said
	spare  chan []said // written and empty
	failed chan struct{}
	ended  chan struct{}
	err    error // set before failed is closed
}

// said is a fact, or a truth.
type said struct {
	fact  fact.Fact
	truth *sim.Truth
}

const saidBatch = 1024

func newAside(out worldWriter) *aside {
	a := &aside{out: out, queue: make(chan []said, 4), spare: make(chan []said, 6), failed: make(chan struct{}), ended: make(chan struct{})}
	go a.write()
	return a
}

func (a *aside) write() {
	defer close(a.ended)
	for batch := range a.queue {
		for i := range batch {
			if a.err != nil {
				break
			}
			if a.err = batch[i].to(a.out); a.err != nil {
				close(a.failed)
			}
		}
		clear(batch)
		a.spare <- batch[:0] // never full: there are no more batches than places
	}
}

func (s *said) to(out worldWriter) error {
	if s.truth != nil {
		return out.Truth(*s.truth)
	}
	return out.Fact(s.fact)
}

func (a *aside) say(s said) error {
	if a.batch == nil {
		select {
		case a.batch = <-a.spare:
		default:
			a.batch = make([]said, 0, saidBatch)
		}
	}
	if a.batch = append(a.batch, s); len(a.batch) < saidBatch {
		return nil
	}
	a.queue <- a.batch
	a.batch = nil
	select {
	case <-a.failed:
		return a.err
	default:
		return nil
	}
}

// Fact writes a fact.
func (a *aside) Fact(f fact.Fact) error { return a.say(said{fact: f}) }

// Truth writes a truth.
func (a *aside) Truth(t sim.Truth) error { return a.say(said{truth: &t}) }

// Close writes what is left.
func (a *aside) Close() error {
	if len(a.batch) > 0 {
		a.queue <- a.batch
	}
	close(a.queue)
	<-a.ended
	return errors.Join(a.err, a.out.Close())
}
