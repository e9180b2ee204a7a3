package systems

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"almanac/fact"
	"almanac/sim/export"
)

// Player is the shop's site: it sends what visitors do, and every order that the site takes, to the tracking API of a server as the
// usual clients do. An event keeps its id and time however often it is sent; what is not acknowledged is sent again, after the
// time that Retry-After asks for or with growing pauses. A dropped delivery never arrives, or its answer does not; it is then
// sent again. Reordered batches are sent after the next few, late ones after many more.
type Player struct {
	o     PlayerOptions
	luck  *luck
	batch []any
	held  []held
	order []*fact.OrderLine // of one order, until it is whole
	at    time.Time         // of that order
	n     int               // batches so far
	Sums  Played
}

// Played is what came of it.
type Played struct {
	Events     int64 `json:"events"`     // told, each once
	Orders     int64 `json:"orders"`     // of these
	Deliveries int64 `json:"deliveries"` // requests, also those that were lost
	Dropped    int64 `json:"dropped"`    // of these: request or answer lost
	Repeated   int64 `json:"repeated"`   // sent twice though the first arrived
	Held       int64 `json:"held"`       // sent after later ones
}

// PlayerOptions of a new one.
type PlayerOptions struct {
	URL    string // of the server
	Key    string // write key
	Batch  int    // events of a request; 0: 20
	Faults Faults
	Seed   uint64
	Client *http.Client
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error
	Tries  int // how often one batch is tried; 0: 12
}

type held struct {
	body []any
	due  int // after which batch
}

// NewPlayer makes one.
func NewPlayer(o PlayerOptions) (*Player, error) {
	if err := o.Faults.Check(); err != nil {
		return nil, err
	}
	if o.Batch == 0 {
		o.Batch = 20
	}
	if o.Tries == 0 {
		o.Tries = 12
	}
	return &Player{o: o, luck: newLuck(o.Seed, 2)}, nil
}

// Fact takes what happened, in the order of time; what a site does not see is left out.
func (p *Player) Fact(ctx context.Context, f *fact.Fact) error {
	if len(p.order) > 0 && f.OccurredAt.After(p.at) {
		if err := p.complete(ctx); err != nil {
			return err
		}
	}
	if l, ok := f.Body.(*fact.OrderLine); ok && f.Source == "shop:main" {
		if len(p.order) > 0 && p.order[0].Order != l.Order {
			if err := p.complete(ctx); err != nil {
				return err
			}
		}
		p.order, p.at = append(p.order, l), f.OccurredAt
		return nil
	}
	call, ok := export.CallOf(f)
	if !ok {
		return nil
	}
	return p.add(ctx, call)
}

// End sends all that is left.
func (p *Player) End(ctx context.Context) error {
	if err := p.complete(ctx); err != nil {
		return err
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	for _, h := range p.held {
		if err := p.send(ctx, h.body); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

func (p *Player) complete(ctx context.Context) error {
	if len(p.order) == 0 {
		return nil
	}
	call := export.Completed(p.order, p.at)
	p.order = p.order[:0]
	p.Sums.Orders++
	return p.add(ctx, call)
}

func (p *Player) add(ctx context.Context, call any) error {
	p.batch = append(p.batch, call)
	p.Sums.Events++
	if len(p.batch) < p.o.Batch {
		return nil
	}
	return p.flush(ctx)
}

// flush sends a batch, or holds it back, and sends those whose turn it is.
func (p *Player) flush(ctx context.Context) error {
	if len(p.batch) == 0 {
		return nil
	}
	body := p.batch
	p.batch = nil
	p.n++
	switch {
	case p.luck.happens(p.o.Faults.Late):
		p.hold(body, 50+p.luck.intn(200))
	case p.luck.happens(p.o.Faults.Reorder):
		p.hold(body, 1+p.luck.intn(5))
	default:
		if err := p.send(ctx, body); err != nil {
			return err
		}
		if p.luck.happens(p.o.Faults.Duplicate) {
			p.Sums.Repeated++
			if err := p.send(ctx, body); err != nil {
				return err
			}
		}
	}
	rest := p.held[:0]
	for _, h := range p.held {
		if h.due > p.n {
			rest = append(rest, h)
		} else if err := p.send(ctx, h.body); err != nil {
			return err
		}
	}
	p.held = rest
	return nil
}

func (p *Player) hold(body []any, batches int) {
	p.held = append(p.held, held{body, p.n + batches})
	p.Sums.Held++
}

// errLost is a delivery of which nothing is heard.
var errLost = errors.New("no answer came")

// send tries until it is acknowledged.
func (p *Player) send(ctx context.Context, batch []any) error {
	pause := 100 * time.Millisecond
	var err error
	for range p.o.Tries {
		var wait time.Duration
		if wait, err = p.deliver(ctx, batch); err == nil || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		var refused *refusedError
		if errors.As(err, &refused) {
			return err
		}
		if err := p.o.Sleep(ctx, max(wait, pause)); err != nil {
			return err
		}
		pause = min(2*pause, 10*time.Second)
	}
	return fmt.Errorf("%d events were not acknowledged in %d tries: %w", len(batch), p.o.Tries, err)
}

// refusedError is an answer that another try would get again.
type refusedError struct{ status string }

func (e *refusedError) Error() string {
	return "the server refuses events: " + e.status + "; is the write key right?"
}

func (p *Player) deliver(ctx context.Context, batch []any) (wait time.Duration, err error) {
	p.Sums.Deliveries++
	lost := p.luck.happens(p.o.Faults.Drop)
	if lost {
		p.Sums.Dropped++
		if p.luck.happens(.5) {
			return 0, errLost // on the way there
		}
	}
	body, err := json.Marshal(map[string]any{"batch": batch, "sentAt": p.o.Now().UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.o.URL+"/v1/batch", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(p.o.Key, "")
	req.Header.Set("Content-Type", "application/json")
	res, err := p.o.Client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, mostBody)) // so that the connection can be used again
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return 0, err
	}
	switch {
	case lost:
		return 0, errLost // on the way back
	case res.StatusCode < 300:
		return 0, nil
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout || res.StatusCode >= 500:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")) // 0 where it does not say
		return time.Duration(seconds) * time.Second, errors.New(res.Status)
	}
	return 0, &refusedError{res.Status}
}
