package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"almanac/decide"
	"almanac/program/markdown"
	"almanac/program/reorder"
	"almanac/program/winback"
	"almanac/serve/wire"
)

// FromDecide lets the server show and judge decisions. readiness says which programmes have the data that
// they need; it may be nil.
func FromDecide(store *decide.Store, readiness func(ctx context.Context, shop string) ([]wire.Readiness, error)) Decisions {
	return life{store, readiness}
}

type life struct {
	*decide.Store
	readiness func(ctx context.Context, shop string) ([]wire.Readiness, error)
}

func (l life) List(ctx context.Context, shop string, q DecisionQuery) (v wire.DecisionList, err error) {
	var list []decide.Decision
	list, v.Total, v.ByStatus, err = l.Store.List(ctx, shop, decide.Filter{Status: q.Status, Programme: q.Programme, Group: q.Group, Subject: q.Subject,
		Text: q.Text, Sort: q.Sort, Limit: q.Limit, Offset: q.Offset})
	if err != nil {
		return v, err
	}
	for _, d := range list {
		v.Items = append(v.Items, wireSummary(d))
	}
	return v, nil
}

func (l life) Readiness(ctx context.Context, shop string) ([]wire.Readiness, error) {
	if l.readiness == nil {
		return nil, nil
	}
	return l.readiness(ctx, shop)
}

func (l life) Get(ctx context.Context, shop, id string) (wire.Decision, bool, error) {
	d, ok, err := l.Store.Get(ctx, shop, id)
	if err != nil || !ok {
		return wire.Decision{}, ok, err
	}
	v := wire.Decision{DecisionSummary: wireSummary(d), Model: d.Model, InputHash: d.InputHash, Baseline: d.Baseline, Effects: d.Effects, Levels: d.Levels}
	for _, r := range d.Reasons {
		v.Reasons = append(v.Reasons, wire.Reason{Code: r.Code, Text: r.Text, Value: r.Value, Basis: string(r.Basis)})
	}
	for _, g := range d.Guardrails {
		v.Guardrails = append(v.Guardrails, wire.Guardrail{Code: g.Code, Title: g.Title, Met: g.Met, Binding: g.Binding, Limit: g.Limit, Value: g.Value})
	}
	if err := detail(d, &v); err != nil {
		return v, true, fmt.Errorf("detail of decision %s: %w", id, err)
	}
	trail, err := l.AuditOf(ctx, shop, id)
	if err != nil {
		return v, true, err
	}
	for _, e := range trail {
		v.Audit = append(v.Audit, wireEntry(e))
	}
	deliveries, err := l.Deliveries(ctx, shop, d.Batch)
	for _, x := range deliveries {
		v.Deliveries = append(v.Deliveries, wire.Delivery{Channel: x.Channel, Target: x.Target, Status: x.Status, Attempts: x.Attempts, Error: x.Error, At: x.At})
	}
	return v, true, err
}

// detail reads what a programme said of its proposal.
func detail(d decide.Decision, v *wire.Decision) error {
	if len(d.Payload) == 0 {
		return nil
	}
	switch d.Programme {
	case reorder.Programme:
		v.Reorder = &wire.ReorderDetail{Forecast: []wire.ForecastPoint{}}
		return json.Unmarshal(d.Payload, v.Reorder)
	case reorder.TransferProgramme:
		v.Transfer = &reorder.TransferDetail{}
		return json.Unmarshal(d.Payload, v.Transfer)
	case markdown.Programme:
		v.Markdown = &wire.MarkdownDetail{Points: []markdown.MarkdownPoint{}}
		return json.Unmarshal(d.Payload, v.Markdown)
	case winback.Programme:
		v.Winback = &wire.WinbackDetail{To: []string{}, Out: []string{}}
		if m := d.Message; m != nil { // the list stands in what is sent alone, so that who is forgotten is gone from it
			v.Winback.Campaign, v.Winback.To, v.Winback.Out = m.Campaign, append(v.Winback.To, m.Recipients...), append(v.Winback.Out, m.HeldOut...)
		}
		return json.Unmarshal(d.Payload, v.Winback)
	}
	return nil
}

func (l life) Approve(ctx context.Context, shop, actor string, ids []string, note string) ([]wire.DecisionResult, error) {
	return results(l.Store.Approve(ctx, shop, actor, ids, note))
}

func (l life) Reject(ctx context.Context, shop, actor string, ids []string, reason string) ([]wire.DecisionResult, error) {
	return results(l.Store.Reject(ctx, shop, actor, ids, reason))
}

func (l life) Undo(ctx context.Context, shop, actor string, ids []string) ([]wire.DecisionResult, error) {
	return results(l.Store.Undo(ctx, shop, actor, ids))
}

func results(list []decide.Result, err error) ([]wire.DecisionResult, error) {
	var out []wire.DecisionResult
	for _, r := range list {
		out = append(out, wire.DecisionResult{ID: r.ID, Status: string(r.Status), Error: r.Error})
	}
	return out, err
}

func (l life) Audit(ctx context.Context, shop, text string, limit, offset int) (v wire.AuditList, err error) {
	var list []decide.Entry
	if list, v.Total, err = l.Store.Audit(ctx, shop, text, limit, offset); err != nil {
		return v, err
	}
	for _, e := range list {
		v.Items = append(v.Items, wireEntry(e))
	}
	_, err = l.VerifyChain(ctx, shop)
	if errors.Is(err, decide.ErrBroken) {
		return v, nil // told by chain_ok
	}
	v.ChainOK = err == nil
	return v, err
}

func wireSummary(d decide.Decision) wire.DecisionSummary {
	v := wire.DecisionSummary{ID: d.ID, Programme: d.Programme, Group: d.Group, Subject: d.Subject, Title: d.Title, Action: d.Action, Status: string(d.Status),
		Mode: d.Mode, P10Minor: d.P10, P50Minor: d.P50, P90Minor: d.P90, Currency: d.Currency, CreatedAt: d.CreatedAt, Synthetic: d.Synthetic}
	if !d.ExpiresAt.IsZero() {
		at := d.ExpiresAt.UTC()
		v.ExpiresAt = &at
	}
	return v
}

func wireEntry(e decide.Entry) wire.AuditEntry {
	return wire.AuditEntry{Seq: e.Seq, At: e.At, Actor: e.Actor, Event: e.Event, DecisionID: e.DecisionID, Detail: e.Detail, Hash: e.Hash, PrevHash: e.PrevHash}
}
