package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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
	now, pulses := r.Now(), r.History.Pulses(s.ID)
	for i := range v.Sources {
		row := &v.Sources[i]
		p := pulses[row.Source]
		row.PerMinute, row.Late = p.PerMinute, p.Late
		expected := silence(row.Source)
		row.Expected, row.Stale = int64(expected/time.Second), now.Sub(row.LastReceived) > expected
	}
	counts, err := r.History.QuarantineCounts(ctx, s.ID, openOnly)
	if err != nil {
		return v, err
	}
	for _, n := range counts {
		v.Quarantined += n
	}
	waiting, err := r.History.QuarantinedBySource(ctx, s.ID)
	if err != nil {
		return v, err
	}
	for i := range v.Sources {
		v.Sources[i].Quarantined = waiting[v.Sources[i].Source]
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
	{predict.Price, "How does demand answer to prices?"},
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

// silence is how long a source may be silent before somebody should look: pages that track send all day,
// systems once a day, files once a week.
func silence(source string) time.Duration {
	switch system, _, _ := strings.Cut(source, ":"); system {
	case "segment", "pixel", "web":
		return time.Hour
	case "file":
		return 8 * 24 * time.Hour
	case "almanac":
		return 365 * 24 * time.Hour // people decide when they decide
	}
	return 26 * time.Hour
}

// Latest lists the newest facts of a shop.
func (r *Reads) Latest(shopID string, limit int) wire.Latest {
	v := wire.Latest{Items: []wire.LatestFact{}}
	for _, f := range r.History.Latest(shopID, limit) {
		v.Items = append(v.Items, wire.LatestFact{Offset: f.Offset, Source: f.Source, Kind: string(f.Kind), ID: f.ID, OccurredAt: f.OccurredAt, ReceivedAt: f.ReceivedAt, About: about(f.Body)})
	}
	return v
}

// about says what a fact speaks of, without naming a person.
func about(b fact.Body) string {
	switch v := b.(type) {
	case *fact.OrderLine:
		return fmt.Sprintf("%d × %s", v.Units, v.SKU)
	case *fact.OrderReversal:
		return fmt.Sprintf("−%d × %s", v.Units, v.SKU)
	case *fact.ProductEvent:
		return v.SKU
	case *fact.PageView:
		return v.Path
	case *fact.Search:
		return "“" + v.Query + "”"
	case *fact.StockCount:
		return fmt.Sprintf("%s: %d %s", v.SKU, v.Units, strings.ReplaceAll(string(v.Quantity), "_", " "))
	case *fact.StockMove:
		return fmt.Sprintf("%s: %+d", v.SKU, v.Units)
	case *fact.Product:
		return v.SKU
	case *fact.Price:
		return v.SKU
	case *fact.Cost:
		return v.SKU
	case *fact.Event:
		return v.Name
	}
	return ""
}
