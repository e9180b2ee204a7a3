package serve

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"almanac/serve/auth"
	"almanac/serve/problem"
)

// apiConfig is huma without its extras: no links to schemas in bodies, no documentation from elsewhere's
// servers, problem documents of our own form.
func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Almanac", version)
	c.CreateHooks = nil
	c.DocsPath, c.SchemasPath, c.OpenAPIPath = "", "", ""
	c.Info.Description = "What happens in a shop goes in, what the shop should do next comes out. Money is in minor units of the shop's currency, days are in its time zone."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session":  {Type: "apiKey", In: "cookie", Name: cookieName, Description: "From POST /api/session; changes also need the header X-CSRF-Token."},
		"server":   {Type: "http", Scheme: "bearer", Description: "A server key (alm_s_…)."},
		"write":    {Type: "apiKey", In: "query", Name: "key", Description: "A write key (alm_w_…), for the storefront API."},
		"writeKey": {Type: "http", Scheme: "basic", Description: "A write key as the user name, as Segment's libraries send it."},
	}
	c.Formats = map[string]huma.Format{
		"application/json": huma.DefaultJSONFormat,
		"json":             huma.DefaultJSONFormat,
		"text/csv":         {Marshal: writeCSV, Unmarshal: json.Unmarshal},
	}
	c.Transformers = []huma.Transformer{ownProblems, fullLists}
	return c
}

// ownProblems turns huma's errors (a body that does not fit its schema) into our form. Values are left
// out: they may be passwords or personal data.
func ownProblems(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	return fromHuma(e), nil
}

func fromHuma(e *huma.ErrorModel) *problem.Problem {
	var p *problem.Problem
	switch {
	case e.Status == http.StatusRequestEntityTooLarge:
		p = problem.TooLarge("1 MB")
	case e.Status == http.StatusUnsupportedMediaType:
		p = problem.New(e.Status, "unsupported_media_type", "The body is of an unknown type", "Bodies are application/json.", "Send the header Content-Type: application/json.")
	case e.Status == http.StatusUnprocessableEntity:
		p = problem.Invalid("Some fields are missing or wrong.", "Correct the fields listed under errors.")
	case e.Status >= 500:
		p = problem.Internal(e)
	default:
		p = problem.New(e.Status, "bad_request", "The request cannot be read", "The body is not the JSON that this call expects.", "Send valid JSON.")
	}
	for _, d := range e.Errors {
		if d != nil {
			p.With(problem.Fault{Location: d.Location, Message: d.Message})
		}
	}
	return p
}

// fullLists makes every list and map of an answer that is nil an empty one: absent means unknown, and an
// empty list is known to be empty.
func fullLists(_ huma.Context, _ string, v any) (any, error) {
	if _, ok := v.(*problem.Problem); ok || v == nil {
		return v, nil
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Struct {
		return v, nil
	}
	p := reflect.New(rv.Type())
	p.Elem().Set(rv)
	fill(p.Elem())
	return p.Elem().Interface(), nil
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && !strings.Contains(v.Type().Field(i).Tag.Get("json"), "omitempty") || f.Kind() == reflect.Struct && f.CanSet() {
				fill(f)
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Slice {
			for i := range v.Len() {
				fill(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}

// finishSchemas takes null out of the types of lists, which fullLists guarantees, and huma's own error
// schemas out of the description.
func finishSchemas(o *huma.OpenAPI) {
	all := o.Components.Schemas.Map()
	delete(all, "ErrorModel")
	delete(all, "ErrorDetail")
	for _, s := range all {
		noNull(s)
	}
}

func noNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
		noNull(s.Items)
	}
	for _, p := range s.Properties {
		noNull(p)
	}
	if a, ok := s.AdditionalProperties.(*huma.Schema); ok {
		noNull(a)
	}
}

// Out is an answer with a body.
type Out[T any] struct {
	Body T
}

// Page is a list that can also be had as CSV.
type Page[T any] struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        T
}

func out[T any](v T) *Out[T] { return &Out[T]{v} }

func page[T any](v T, format, name string) *Page[T] {
	if format == "csv" {
		return &Page[T]{"text/csv; charset=utf-8", `attachment; filename="` + name + `.csv"`, v}
	}
	return &Page[T]{Body: v, ContentType: "application/json"}
}

// route is one declared call and what it needs.
type route struct {
	Method, Path string
	Role         auth.Role // empty: nobody need be signed in
	Shop         bool      // belongs to one shop
}

// Empty is the input of calls that take nothing.
type Empty struct{}

const bodyLimit = 1 << 20

// operation completes a declaration: description of errors, limits, access.
func (s *Server) operation(rt route, summary, tag string, status int) huma.Operation {
	s.routes = append(s.routes, rt)
	problems := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem.Problem](), true, "Problem")
	o := huma.Operation{
		OperationID:   operationID(rt),
		Method:        rt.Method,
		Path:          rt.Path,
		Summary:       summary,
		Tags:          []string{tag},
		DefaultStatus: status,
		MaxBodyBytes:  bodyLimit,
		Middlewares:   huma.Middlewares{s.admit(rt)},
		Responses: map[string]*huma.Response{"default": {Description: "A problem (RFC 9457)",
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problems}}}},
	}
	if rt.Role != "" {
		o.Description = "Needs the role " + string(rt.Role) + "."
		o.Security = []map[string][]string{{"session": {}}, {"server": {}}}
	}
	if rt.Shop {
		o.Parameters = append(o.Parameters, &huma.Param{Name: "shop", In: "query", Description: "The shop's id", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return o
}

func operationID(rt route) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(rt.Method))
	for _, part := range strings.FieldsFunc(rt.Path, func(r rune) bool { return strings.ContainsRune("/{}-_", r) }) {
		if part != "api" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// call declares one call of the API. The handler gets who is calling and, where the call belongs to a
// shop, the shop; its errors are mapped to problems here and nowhere else.
func call[I, O any](s *Server, rt route, summary, tag string, handle func(ctx context.Context, c caller, in *I) (*O, error)) {
	status := 0
	if reflect.TypeFor[O]() == reflect.TypeFor[Empty]() {
		status = http.StatusNoContent
	}
	huma.Register(s.api, s.operation(rt, summary, tag, status), func(ctx context.Context, in *I) (*O, error) {
		o, err := handle(ctx, callerOf(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return o, nil
	})
}
