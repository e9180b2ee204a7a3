package ingest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"almanac/fact"
	"almanac/ingest/table"
)

// Proposal says how a file would be read, and what has to be answered first.
type Proposal struct {
	Name          string       `json:"name"`
	Bytes         int64        `json:"bytes"`
	Format        string       `json:"format"`
	Compression   string       `json:"compression"`
	Encoding      string       `json:"encoding"`
	Delimiter     string       `json:"delimiter"`
	Kind          string       `json:"kind"`
	Kinds         []string     `json:"kinds"`
	KindBy        string       `json:"kind_by"`
	Columns       []string     `json:"columns"`
	Fields        []FieldGuess `json:"fields"`
	DateOrder     string       `json:"date_order"`
	DateExample   string       `json:"date_example"`
	Decimal       string       `json:"decimal"`
	Currency      string       `json:"currency"`
	CurrencyBasis string       `json:"currency_basis"`
	TimeZone      string       `json:"time_zone"`
	Source        string       `json:"source"`
	Synthetic     bool         `json:"synthetic"`
	Sample        [][]string   `json:"sample"`
	Questions     []Question   `json:"questions"`
	Ready         bool         `json:"ready"`
	Layout        string       `json:"layout,omitempty"`  // of which platform's export it is
	Assumed       []string     `json:"assumed,omitempty"` // what such a file does not say, and is taken for granted

	Lines   int64   `json:"lines"`
	Mapping Mapping `json:"-"` // complete: importing with it asks nothing
}

// FieldGuess is one field and the column that tells it.
type FieldGuess struct {
	Field    string   `json:"field"`
	Column   string   `json:"column"`
	Required bool     `json:"required"`
	Label    string   `json:"label"`
	By       string   `json:"by"` // name, user, or empty
	Samples  []string `json:"samples"`
}

// Question is what the file cannot tell.
type Question struct {
	Code    string   `json:"code"` // also the key of the mapping that answers it
	Text    string   `json:"text"`
	Options []Option `json:"options"`
}

// Option is one answer.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Options say for whom a file is read and what is already known about it.
type Options struct {
	Shop         string
	ShopCurrency string // empty while unknown
	ShopTimeZone string
	Mapping      Mapping
	Run          string // id of the import run; made where empty
}

// Propose surveys a file and says how it would be read. Nothing is recorded.
func (im *Importer) Propose(ctx context.Context, path, name string, o Options) (Proposal, error) {
	p, _, err := im.propose(ctx, path, name, o, nil)
	return p, err
}

func (im *Importer) propose(ctx context.Context, path, name string, o Options, progress func(done, total int64)) (Proposal, *survey, error) {
	if err := o.Mapping.check(); err != nil {
		return Proposal{}, nil, err
	}
	s, err := surveyFile(ctx, path, o.Mapping, progress)
	if err == nil && s.invalid > 0 && o.Mapping.Encoding == "" {
		o.Mapping.Encoding = table.Windows1252 // read again as what such files nearly always are
		s, err = surveyFile(ctx, path, o.Mapping, progress)
	}
	if err != nil {
		return Proposal{Name: name}, s, err
	}
	p := Proposal{
		Name: name, Bytes: s.info.Bytes, Format: s.info.Format, Compression: s.info.Compression, Encoding: s.info.Encoding,
		Delimiter: s.info.Delimiter, Kind: s.kind, Kinds: kindNames, KindBy: s.kindBy, Columns: s.header, Sample: s.rows, Lines: s.lines,
		DateExample: s.dates.example, Synthetic: o.Mapping.Synthetic, Questions: []Question{},
	}
	if s.layout != nil {
		p.Layout, p.Assumed = s.layout.Name(), s.layout.Assumed
	}
	p.settle(s, o)
	p.ask(s, o, im.now())
	p.Ready = len(p.Questions) == 0
	p.Mapping = Mapping{Kind: p.Kind, Layout: s.layoutName(), Columns: s.columns, DateOrder: p.DateOrder, Decimal: p.Decimal, Encoding: p.Encoding, Delimiter: p.Delimiter,
		Currency: p.Currency, TimeZone: p.TimeZone, AsOf: s.asOf(o.Mapping, name), Source: p.Source, Synthetic: p.Synthetic, Header: s.header}
	return p, s, nil
}

func (p *Proposal) settle(s *survey, o Options) {
	first := func(vs ...string) string {
		for _, v := range vs {
			if v != "" {
				return v
			}
		}
		return ""
	}
	for _, f := range fieldsOf(s.kind, s.layout) {
		c := s.columns[f.name]
		p.Fields = append(p.Fields, FieldGuess{f.name, c, f.required, f.label, s.by[f.name], s.samples[c]})
	}
	p.DateOrder = first(o.Mapping.DateOrder, s.dates.order())
	p.Decimal = first(o.Mapping.Decimal, s.numbers.mark())
	p.TimeZone = first(o.Mapping.TimeZone, o.ShopTimeZone, "UTC")
	p.Source = first(o.Mapping.Source, s.source())
	if p.Synthetic && !fact.Synthetic(p.Source) {
		p.Source = "file:synthetic-" + strings.TrimPrefix(p.Source, "file:")
	}
	p.Synthetic = fact.Synthetic(p.Source)
	p.Currency, p.CurrencyBasis = "", "unknown"
	switch {
	case o.Mapping.Currency != "":
		p.Currency, p.CurrencyBasis = strings.ToUpper(o.Mapping.Currency), "measured"
	case s.columns["currency"] != "":
		p.Currency, p.CurrencyBasis = o.ShopCurrency, "measured"
		if v := s.samples[s.columns["currency"]]; p.Currency == "" && len(v) > 0 {
			p.Currency = strings.ToUpper(strings.TrimSpace(v[0]))
		}
	case o.ShopCurrency != "":
		p.Currency, p.CurrencyBasis = o.ShopCurrency, "measured"
	default:
		if c := currencyOf(s.country); c != "" {
			p.Currency, p.CurrencyBasis = c, "assumed"
		}
	}
}

// ask lists what has to be answered before the file can be imported.
func (p *Proposal) ask(s *survey, o Options, now time.Time) {
	ask := func(code, text string, options ...Option) {
		p.Questions = append(p.Questions, Question{code, text, options})
	}
	if s.kind == "" {
		ask("kind", "What does this file hold? Its columns do not tell.", kindOptions()...)
		return
	}
	for _, f := range s.missing() {
		var options []Option
		for _, h := range s.header {
			options = append(options, Option{h, h})
		}
		ask("columns."+f.name, fmt.Sprintf("Which column holds “%s”?", f.label), options...)
	}
	if p.DateOrder == "" {
		ask("date_order", fmt.Sprintf("Is %s written day first or month first? No date in the file can tell.", s.dates.example),
			Option{"dmy", "Day first (31/12)"}, Option{"mdy", "Month first (12/31)"})
	}
	if p.Decimal == "" {
		ask("decimal", "Is 1,000 one thousand, or one with three decimals? No number in the file can tell.",
			Option{".", "One thousand"}, Option{",", "One, with decimals"})
	}
	money := slices.ContainsFunc(fieldsOf(s.kind, s.layout), func(f field) bool { return f.money && s.columns[f.name] != "" })
	if money && !fact.ValidCurrency(p.Currency) {
		ask("currency", "Which currency are the amounts in?", Option{"EUR", "EUR"}, Option{"GBP", "GBP"}, Option{"USD", "USD"})
	}
	if s.kind == "stock" && s.columns["as_of"] == "" && s.asOf(o.Mapping, p.Name) == "" {
		ask("as_of", "On which day was this stock counted? The file does not say.", Option{now.Format(time.DateOnly), "Today"},
			Option{now.AddDate(0, 0, -1).Format(time.DateOnly), "Yesterday"})
	}
}

func kindOptions() (out []Option) {
	for _, k := range kindNames {
		out = append(out, Option{k, k})
	}
	return out
}

var dateInName = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d-\d\d-\d\d)(?:[^0-9]|$)`)

// asOf is the day that a mapping or the file's name gives.
func asOf(m Mapping, name string) string {
	if m.AsOf != "" {
		return m.AsOf
	}
	if g := dateInName.FindStringSubmatch(filepath.Base(name)); g != nil {
		return g[1]
	}
	return ""
}

// currencyOf is the currency of the country that most rows name, where that is most of them.
func currencyOf(countries map[string]int64) string {
	var total, most int64
	var name string
	names := make([]string, 0, len(countries))
	for c := range countries {
		names = append(names, c)
	}
	sort.Strings(names)
	for _, c := range names {
		total += countries[c]
		if countries[c] > most {
			name, most = c, countries[c]
		}
	}
	if most*2 <= total {
		return ""
	}
	region, err := regionOf(name)
	if err != nil {
		return ""
	}
	unit, ok := currency.FromRegion(region)
	if !ok {
		return ""
	}
	return unit.String()
}

var errRegion = errors.New("not a country")

// regionOf finds a country by its code or English name.
func regionOf(name string) (language.Region, error) {
	if len(name) == 2 {
		return language.ParseRegion(strings.ToUpper(name))
	}
	english := display.English.Regions()
	want := plain(name)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string([]rune{a, b}))
			if err == nil && r.IsCountry() && plain(english.Name(r)) == want {
				return r, nil
			}
		}
	}
	return language.Region{}, errRegion
}
