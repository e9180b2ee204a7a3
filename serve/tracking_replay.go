package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"almanac/history"
	"almanac/ingest/track"
	"almanac/shop"
)

// replayed is what became of tracked events that were taken out of quarantine.
type replayed struct {
	done, accepted, duplicates int64
	still                      map[string]int64 // why others stay
}

// replayTracked tries quarantined events again, under the tracking plan and the consent of today and with
// the time at which they came. Those that are taken in are marked replayed; the others stay as they are.
func (s *Server) replayTracked(ctx context.Context, sh shop.Shop, f history.QuarantineFilter, progress func(string, int64, int64)) (r replayed, err error) {
	r.still = map[string]int64{}
	if f.Import != "" {
		return r, nil
	}
	f.Status = "open"
	for after := int64(0); ; {
		rows, err := s.History.Quarantined(ctx, sh.ID, f, after, 500)
		if err != nil || len(rows) == 0 {
			return r, err
		}
		after = rows[len(rows)-1].ID
		var ids []int64
		for _, q := range rows {
			if q.Source != source || q.Import != "" || q.Reason == "conflict" {
				continue
			}
			reason, err := s.again(ctx, sh, q, &r)
			if err != nil {
				return r, err
			}
			if reason != "" {
				r.still[reason]++
				continue
			}
			ids = append(ids, q.ID)
		}
		n, err := s.History.MarkQuarantined(ctx, sh.ID, "replayed", ids)
		if err != nil {
			return r, err
		}
		r.done += n
		progress("Trying the events again", r.done, 0)
	}
}

// again takes in one quarantined event, or says why it stays.
func (s *Server) again(ctx context.Context, sh shop.Shop, q history.Quarantined, r *replayed) (reason string, err error) {
	req, err := track.Parse([]byte(`{"batch":[`+q.Raw+`]}`), "")
	if err != nil || len(req.Events) != 1 {
		return "invalid_json", nil //nolint:nilerr // it was kept because nobody can read it
	}
	in := &intake{door: track.Door{Shop: sh.ID, Source: source, ReceivedAt: q.At, Currency: sh.Currency}, recorded: s.Now().UTC()}
	if err := s.read(ctx, in, req.Events); err != nil {
		return "", err
	}
	if len(in.refused) > 0 {
		return in.refused[0].Reason, nil
	}
	res, err := s.commit(ctx, in)
	r.accepted += int64(res.Accepted)
	r.duplicates += int64(res.Duplicates)
	return "", err
}

// add puts what became of tracked events into the account of a replay, which counted them as not replayable.
func (r replayed) add(run *history.ImportRun) {
	run.Read += r.done
	run.Accepted += r.accepted
	run.Facts += r.accepted
	run.Duplicates += r.duplicates
	for reason, n := range r.still {
		run.ByReason[reason] += n
		if run.ByReason["not_replayable"] -= n; run.ByReason["not_replayable"] <= 0 {
			delete(run.ByReason, "not_replayable")
		}
	}
}

// whole is an event as it can be read again alone: with the type that its address told and the time at
// which its batch was sent.
func whole(m *track.Message) string {
	raw := bytes.Trim(m.Raw, " \t\r\n")
	end := len(raw) - 1
	if end < 1 || raw[0] != '{' || raw[end] != '}' {
		return string(raw)
	}
	type told struct {
		Type   string     `json:"type,omitempty"`
		SentAt *time.Time `json:"sentAt,omitempty"`
	}
	t := told{Type: m.Type}
	if !m.Sent.IsZero() {
		t.SentAt = &m.Sent
	}
	more, err := json.Marshal(t)
	if err != nil || len(more) == 2 { // nothing to add, or a year that no JSON holds
		return string(raw)
	}
	b := make([]byte, 0, len(raw)+len(more)+1)
	b = append(b, raw[:end]...)
	if hasMembers(raw) {
		b = append(b, ',')
	}
	return string(append(b, more[1:]...))
}

func hasMembers(object []byte) bool {
	for _, c := range object[1:] {
		switch c {
		case ' ', '\t', '\n', '\r':
		case '}':
			return false
		default:
			return true
		}
	}
	return false
}
