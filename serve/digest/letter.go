package digest

import (
	"fmt"
	"html/template"
	"strings"

	"almanac/serve/wire"
)

// Line is a statement of the digest, with what explains it below.
type line struct{ Text, Under string }

// section is a part of the digest.
type section struct {
	Title string
	Lines []line
}

// Letter is a digest as it is mailed.
type Letter struct{ Subject, Text, HTML string }

// Write puts a digest into words. money writes minor units of the shop's currency.
func Write(d wire.Digest, money func(minor int64) string) (Letter, error) {
	l := Letter{Subject: fmt.Sprintf("%s: %s to %s", d.Shop, d.From, d.To)}
	if len(d.Synthetic) > 0 {
		l.Subject = "[SYNTHETIC DATA] " + l.Subject
	}
	parts := sections(d, money)
	foot := "This letter comes once a week because the setting digest-day names a day. To stop it, set digest-day to off, or have your address taken out of digest-to."
	var text strings.Builder
	text.WriteString(l.Subject + "\n")
	for _, s := range parts {
		text.WriteString("\n" + s.Title + "\n")
		for _, v := range s.Lines {
			text.WriteString("- " + v.Text + "\n")
			if v.Under != "" {
				text.WriteString("  " + v.Under + "\n")
			}
		}
	}
	text.WriteString("\n-- \nThe page Digest of the dashboard says the same. " + foot + "\n")
	l.Text = text.String()
	var html strings.Builder
	err := page.Execute(&html, map[string]any{"Subject": l.Subject, "Sections": parts, "Foot": foot})
	l.HTML = html.String()
	return l, err
}

func sections(d wire.Digest, money func(int64) string) []section {
	count := func(n int64) string { return fmt.Sprint(n) }
	sales := section{"What happened", []line{figure("Net sales", d.NetMinor, money), figure("Orders", d.Orders, count)}}
	if d.KnownUntil == "" {
		sales.Lines = []line{{"No sale is on record yet.", "Import orders on the Data page."}}
	} else if d.KnownUntil < d.To {
		sales.Lines = append(sales.Lines, line{"The newest sale on record is of " + d.KnownUntil + ".", "Later days count as zero until their orders come."})
	}
	waits := section{"What waits in Decisions", []line{{"Nothing waits for a decision.", ""}}}
	if d.OpenDecisions > 0 {
		waits.Lines = []line{{fmt.Sprintf("%d proposals wait.", d.OpenDecisions), ""}}
		if d.OpenDecisionsValueMinor != nil {
			waits.Lines[0].Under = "Together they are expected to be worth " + money(*d.OpenDecisionsValueMinor) + "."
		}
	}
	leaks := section{"Where most money is lost", nil}
	for _, v := range d.Leaks {
		text := v.Title
		if v.MidMinor != nil {
			text = fmt.Sprintf("%s (%s, %s)", v.Title, money(*v.MidMinor), v.Basis)
		}
		leaks.Lines = append(leaks.Lines, line{text, v.Explain})
	}
	if len(leaks.Lines) == 0 {
		leaks.Lines = []line{{"Nothing was found.", ""}}
	}
	return []section{sales, waits, leaks, stock(d), problems(d)}
}

func figure(name string, f wire.DigestFigure, write func(int64) string) line {
	if f.Value == nil {
		return line{name + ": not known", ""}
	}
	against := func(what string, other *int64) string {
		switch {
		case other == nil:
			return what + ": not covered by the data"
		case *other <= 0:
			return what + ": " + write(*other)
		}
		return fmt.Sprintf("%s: %s (%+.0f %%)", what, write(*other), 100*float64(*f.Value-*other)/float64(*other))
	}
	return line{name + ": " + write(*f.Value), against("week before", f.LastWeek) + "; " + against("same week last year", f.LastYear)}
}

func stock(d wire.Digest) section {
	s := section{"What ran out, or will", nil}
	list := func(what string, total int64, products []wire.DigestProduct) {
		if total == 0 {
			return
		}
		var names []string
		for _, p := range products {
			name := p.Title
			if name == "" {
				name = p.SKU
			}
			if p.WeeksOfCover != nil && p.OnHand > 0 {
				name = fmt.Sprintf("%s (%.1f weeks)", name, *p.WeeksOfCover)
			}
			names = append(names, name)
		}
		if rest := total - int64(len(products)); rest > 0 {
			names = append(names, fmt.Sprintf("and %d more", rest))
		}
		s.Lines = append(s.Lines, line{fmt.Sprintf("%s: %d", what, total), strings.Join(names, ", ")})
	}
	list("Wanted, and nothing is left", d.OutTotal, d.Out)
	list("Less than two weeks of cover", d.SoonTotal, d.Soon)
	if len(s.Lines) == 0 {
		s.Lines = []line{{"Nothing that is known.", "Products without a stock count are not looked at."}}
	}
	return s
}

func problems(d wire.Digest) section {
	s := section{"Problems of the data", nil}
	if len(d.Synthetic) > 0 {
		s.Lines = append(s.Lines, line{"Made-up data is among it: " + strings.Join(d.Synthetic, ", "), ""})
	}
	for _, f := range d.Findings {
		s.Lines = append(s.Lines, line{fmt.Sprintf("%s: %d", f.Title, f.Count), f.Remedy})
	}
	if d.Quarantined > 0 {
		s.Lines = append(s.Lines, line{fmt.Sprintf("Lines in quarantine: %d", d.Quarantined), "Look at them on the Data page."})
	}
	if len(s.Lines) == 0 {
		s.Lines = []line{{"None was found.", ""}}
	}
	return s
}

var page = template.Must(template.New("digest").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Subject}}</title></head>
<body style="font-family:sans-serif;max-width:40em;margin:1em auto;line-height:1.5">
<h1 style="font-size:1.2em">{{.Subject}}</h1>
{{range .Sections}}<h2 style="font-size:1em">{{.Title}}</h2>
<ul>{{range .Lines}}<li>{{.Text}}{{if .Under}}<br><small>{{.Under}}</small>{{end}}</li>{{end}}</ul>
{{end}}<p><small>The page Digest of the dashboard says the same. {{.Foot}}</small></p>
</body></html>
`))
