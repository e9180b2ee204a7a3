package dashboard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/predict"
	"almanac/serve/wire"
	"almanac/shop"
)

// Data tells what each source sent and what is odd about it.
func (r *Reads) Data(ctx context.Context, s shop.Shop) (wire.Data, error) {
	var v wire.Data
	stats, err := r.History.Sources(ctx, s.ID)
	if err != nil {
		return v, err
	}
	at := map[string]int{}
	for _, st := range stats {
		i, ok := at[st.Source]
		if !ok {
			i = len(v.Sources)
			at[st.Source] = i
			v.Sources = append(v.Sources, wire.SourceRow{Source: st.Source, First: st.First, Last: st.Last, LastReceived: st.LastReceived, Synthetic: fact.Synthetic(st.Source)})
		}
		row := &v.Sources[i]
		row.Facts += st.Facts
		row.Duplicates += st.Duplicates
		row.Conflicts += st.Conflicts
		row.First, row.Last, row.LastReceived = earlier(row.First, st.First), later(row.Last, st.Last), later(row.LastReceived, st.LastReceived)
		row.Kinds = append(row.Kinds, wire.KindCount{Kind: string(st.Kind), Facts: st.Facts})
		v.Facts += st.Facts
	}
	counts, err := r.History.QuarantineCounts(ctx, s.ID, openOnly)
	if err != nil {
		return v, err
	}
	for _, n := range counts {
		v.Quarantined += n
	}
	if err := r.quarantinedBySource(ctx, s.ID, at, v.Sources); err != nil {
		return v, err
	}
	offset, err := r.Projector.Offset(ctx)
	if err != nil {
		return v, err
	}
	findings, err := r.findingsOf(ctx, s.ID, offset)
	if err != nil {
		return v, err
	}
	for _, f := range findings {
		v.Findings = append(v.Findings, wireFinding(f))
	}
	v.Behind, err = r.Projector.Behind(ctx)
	return v, err
}

// quarantinedBySource counts what waits of each source, page by page so that memory does not grow with it.
func (r *Reads) quarantinedBySource(ctx context.Context, shopID string, at map[string]int, rows []wire.SourceRow) error {
	const page = 1000
	for after := int64(0); ; {
		list, err := r.History.Quarantined(ctx, shopID, openOnly, after, page)
		if err != nil {
			return err
		}
		for _, q := range list {
			after = q.ID
			if i, ok := at[q.Source]; ok {
				rows[i].Quarantined++
			}
		}
		if len(list) < page {
			return nil
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// asked is the questions in the order of the page, with words for people.
var asked = []struct {
	q     predict.Question
	title string
}{
	{predict.Demand, "How much of each product will be ordered in the coming weeks?"},
	{predict.Affinity, "What goes with what?"},
	{predict.Customer, "Who will buy again?"},
}

// Models lists for every question what answers it and what answered before.
func (r *Reads) Models(ctx context.Context, s shop.Shop) (wire.ModelList, error) {
	var v wire.ModelList
	for _, a := range asked {
		versions, err := r.Registry.List(ctx, s.ID, a.q)
		if err != nil {
			return v, err
		}
		if len(versions) == 0 {
			continue
		}
		slices.SortStableFunc(versions, func(x, y predict.Version) int {
			return cmp.Compare(y.Card.TrainedAt.UnixNano(), x.Card.TrainedAt.UnixNano())
		})
		row := wire.ModelRow{Question: string(a.q), Title: a.title}
		for _, x := range versions {
			row.History = append(row.History, wire.ModelVersion{Artefact: x.Hash, TrainedAt: x.Card.TrainedAt.UTC(), Champion: x.Champion})
			if x.Champion {
				row.Champion, row.Card = x.Card.Champion, wireCard(x, x.Card.Champion)
				row.Rows, row.DataHash, row.Artefact = x.Card.Rows, x.Card.DataHash, x.Hash
			}
		}
		v.Items = append(v.Items, row)
	}
	return v, nil
}
