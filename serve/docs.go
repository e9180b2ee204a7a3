package serve

import (
	"bytes"
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"almanac/serve/problem"
)

// docsPage shows the description of the API to people: no scripts, nothing from elsewhere's servers.
var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Almanac API</title>
<style>
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace}dt{margin-top:1rem}.m{display:inline-block;min-width:4.5rem;font-weight:600}
table{border-collapse:collapse;margin:.25rem 0}td{padding:.1rem .75rem .1rem 0;vertical-align:top}
</style></head><body>
<h1>Almanac API {{.Version}}</h1>
<p>{{.About}} The machine-readable description (OpenAPI 3.1) is at <a href="/openapi.json">/openapi.json</a>.
Errors are problem documents (RFC 9457) with a stable <code>code</code> and a <code>remedy</code>.</p>
{{range .Groups}}<h2>{{.Name}}</h2><dl>
{{range .Calls}}<dt id="{{.OperationID}}"><code><span class="m">{{.Method}}</span>{{.Path}}</code></dt>
<dd>{{.Summary}}. {{.Description}}{{if .Parameters}}<table>{{range .Parameters}}<tr><td><code>{{.Name}}</code></td><td>{{.Description}}</td></tr>{{end}}</table>{{end}}</dd>
{{end}}</dl>{{end}}</body></html>
`))

type docsGroup struct {
	Name  string
	Calls []*huma.Operation
}

func (s *Server) docs(w http.ResponseWriter, r *http.Request) {
	o := s.api.OpenAPI()
	groups := map[string]*docsGroup{}
	for _, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op == nil {
				continue
			}
			g := groups[op.Tags[0]]
			if g == nil {
				g = &docsGroup{Name: op.Tags[0]}
				groups[g.Name] = g
			}
			g.Calls = append(g.Calls, op)
		}
	}
	page := struct {
		Version, About string
		Groups         []*docsGroup
	}{o.Info.Version, o.Info.Description, nil}
	for _, g := range groups {
		slices.SortFunc(g.Calls, func(a, b *huma.Operation) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
		page.Groups = append(page.Groups, g)
	}
	slices.SortFunc(page.Groups, func(a, b *docsGroup) int { return cmp.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	if err := docsPage.Execute(&b, page); err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // a reader who left cannot be told
}
