package serve

import (
	"context"

	"almanac/history"
	"almanac/ingest"
	"almanac/serve/wire"
	"almanac/shop"
)

// FromIngest lets the server import files.
func FromIngest(im *ingest.Importer) Importer { return files{im} }

type files struct{ im *ingest.Importer }

func options(s shop.Shop, change wire.ProposalChange, run string) ingest.Options {
	return ingest.Options{Shop: s.ID, ShopCurrency: s.Currency, ShopTimeZone: s.TimeZone, Mapping: mapping(change), Run: run}
}

// mapping is what a person said about a file. A field without a column is left out.
func mapping(c wire.ProposalChange) ingest.Mapping {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	m := ingest.Mapping{Kind: text(c.Kind), DateOrder: text(c.DateOrder), Decimal: text(c.Decimal), Currency: text(c.Currency), TimeZone: text(c.TimeZone),
		AsOf: text(c.AsOf), Source: text(c.Source), Encoding: text(c.Encoding), Delimiter: text(c.Delimiter), Synthetic: c.Synthetic != nil && *c.Synthetic}
	for field, column := range c.Columns {
		if m.Columns == nil {
			m.Columns = map[string]string{}
		}
		if column == "" {
			column = "-"
		}
		m.Columns[field] = column
	}
	return m
}

func (f files) Propose(ctx context.Context, s shop.Shop, u Upload) (wire.FileProposal, error) {
	p, err := f.im.Propose(ctx, u.Path, u.Name, options(s, u.Change, ""))
	if err != nil {
		return wire.FileProposal{}, err
	}
	v := wire.FileProposal{Name: p.Name, Bytes: p.Bytes, Format: p.Format, Compression: p.Compression, Encoding: p.Encoding, Delimiter: p.Delimiter,
		Kind: p.Kind, Kinds: p.Kinds, KindBy: p.KindBy, Layout: p.Layout, Assumed: append([]string{}, p.Assumed...), Columns: p.Columns, DateOrder: p.DateOrder, DateExample: p.DateExample, Decimal: p.Decimal,
		Currency: p.Currency, CurrencyBasis: p.CurrencyBasis, TimeZone: p.TimeZone, Source: p.Source, Synthetic: p.Synthetic, Sample: p.Sample, Ready: p.Ready}
	for _, g := range p.Fields {
		v.Fields = append(v.Fields, wire.FieldGuess{Field: g.Field, Column: g.Column, Required: g.Required, Label: g.Label, By: g.By, Samples: g.Samples})
	}
	for _, q := range p.Questions {
		w := wire.Question{Code: q.Code, Text: q.Text}
		for _, o := range q.Options {
			w.Options = append(w.Options, wire.Option{Value: o.Value, Label: o.Label})
		}
		v.Questions = append(v.Questions, w)
	}
	return v, nil
}

func (f files) Import(ctx context.Context, s shop.Shop, u Upload, run string, progress func(string, int64, int64)) (history.ImportRun, error) {
	return f.im.Import(ctx, u.Path, u.Name, options(s, u.Change, run), func(done, total int64) {
		step := "Reading the file"
		if done > total/2 {
			step = "Recording"
		}
		progress(step, done, total)
	})
}

func (f files) Replay(ctx context.Context, s shop.Shop, filter history.QuarantineFilter, change *wire.ProposalChange, run string, progress func(string, int64, int64)) (history.ImportRun, error) {
	if change == nil {
		change = &wire.ProposalChange{}
	}
	o := options(s, wire.ProposalChange{}, run)
	return f.im.Replay(ctx, o, filter, mapping(*change), func(done, total int64) { progress("Trying the lines again", done, total) })
}
