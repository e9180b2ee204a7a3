package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"almanac/program/onsite"
	"almanac/serve/auth"
	"almanac/serve/problem"
	sf "almanac/serve/storefront"
)

// AskRecommendation is the body of POST /v1/recommend.
type AskRecommendation struct {
	Placement string   `json:"placement,omitempty" maxLength:"100"`
	Visitor   string   `json:"visitor,omitempty" maxLength:"512" doc:"Anonymous or customer id"`
	Items     []string `json:"items,omitempty" maxItems:"200" doc:"SKUs that the page or cart shows"`
	Exclude   []string `json:"exclude,omitempty" maxItems:"1000" doc:"SKUs not to show"`
	Category  string   `json:"category,omitempty" maxLength:"512" doc:"Category that the page is about; that of its first product where absent"`
	Country   string   `json:"country,omitempty" maxLength:"2" doc:"Where it would be sent, ISO 3166"`
	Postcode  string   `json:"postcode,omitempty" maxLength:"20" doc:"Where it would be sent, for what that costs"`
	N         *int     `json:"n,omitempty" minimum:"1" maximum:"50" doc:"How many; 10 where absent"`
	Referrer  string   `json:"referrer,omitempty" maxLength:"2000" doc:"Address that the visitor came from, where it is not the shop's"`
	Bundles   int      `json:"bundles,omitempty" minimum:"0" maximum:"5" doc:"How many sets to offer that are bought together with what the page shows"`
	Explain   bool     `json:"explain,omitempty" doc:"Tell why the list is short, generic or empty"`
	WriteKey  string   `json:"writeKey,omitempty" doc:"The write key, where it is sent in no other way"`
}

// storefront declares the calls that a shop's own pages make.
func (s *Server) storefront() {
	s.mux.HandleFunc("GET /v1/recommend", s.recommendGet)
	s.mux.HandleFunc("POST /v1/recommend", s.recommendPost)
	s.mux.HandleFunc("OPTIONS /v1/", s.preflight)
	query := func(name, what string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: what, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	s.documented(route{Method: http.MethodGet, Path: "/v1/recommend"}, "What to show a visitor", nil, reflect.TypeFor[sf.Recommendation](),
		query("placement", "Where the answer will stand: home, category, product, product-substitutes, product-complements, cart, search-empty, order-confirmation; e-mail with a server key"), query("visitor", "Anonymous or customer id"), query("items", "SKUs that the page shows, separated by commas"),
		query("exclude", "SKUs not to show, separated by commas"), query("category", "Category that the page is about"), query("country", "Where it would be sent, ISO 3166"), query("postcode", "Where it would be sent"),
		query("n", "How many, 1 to 50; 10 where absent"), query("referrer", "Address that the visitor came from, where it is not the shop's"), query("bundles", "How many sets to offer that are bought together with what the page shows, 0 to 5"), query("explain", "1 to tell why the list is short, generic or empty"))
	s.documented(route{Method: http.MethodPost, Path: "/v1/recommend"}, "What to show a visitor", reflect.TypeFor[AskRecommendation](), reflect.TypeFor[sf.Recommendation]())
}

// documented adds a call that is answered without huma to the description of the API.
func (s *Server) documented(rt route, summary string, in, out reflect.Type, params ...*huma.Param) {
	o := s.operation(rt, summary, "Storefront", http.StatusOK)
	o.Parameters = append(o.Parameters, params...)
	o.Security = []map[string][]string{{"write": {}}, {"writeKey": {}}, {"server": {}}}
	o.Description = "Takes a write key as ?key=, as the user name of Basic authentication, as Bearer token, or as writeKey in the body."
	schemas := s.api.OpenAPI().Components.Schemas
	o.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(out, true, "")}}}
	if in != nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(in, true, "")}}}
	}
	s.api.OpenAPI().AddOperation(&o)
}

// cors lets pages of other origins call. The key is no cookie: it does not come along by itself, so every
// origin may call unless the operator names some.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	o := r.Header.Get("Origin")
	switch {
	case o == "":
		return
	case len(s.Origins) == 0:
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.Contains(s.Origins, o):
		h.Set("Access-Control-Allow-Origin", o)
		h.Add("Vary", "Origin")
	default:
		h.Add("Vary", "Origin")
		return
	}
	h.Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", askedHeaders(r))
		h.Add("Vary", "Access-Control-Request-Headers")
		h.Set("Access-Control-Max-Age", "86400")
	}
}

// askedHeaders lets a page send the headers that it asks for. Clients have many of their own (RudderStack's
// tell of their attempts), and none of them opens anything: what counts is the key.
func askedHeaders(r *http.Request) string {
	const usual = "Authorization, Content-Type, Content-Encoding"
	asked := r.Header.Get("Access-Control-Request-Headers")
	if asked == "" || len(asked) > 1000 {
		return usual
	}
	for _, c := range asked {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_, ", c) {
			return usual
		}
	}
	return asked
}

// writer finds the shop of a storefront call by its key. A key in the body counts where none was sent
// otherwise.
func (s *Server) writer(r *http.Request, inBody string) (auth.Key, error) {
	secret := keyOf(r)
	if secret == "" {
		secret = inBody
	}
	k, err := s.Auth.Key(r.Context(), secret)
	if errors.Is(err, auth.ErrNoKey) {
		return k, problem.New(http.StatusUnauthorized, "bad_key", "The key is missing or wrong", "This call takes a write key (alm_w_…).",
			"Make one under Settings → Keys, or run: almanac key create --kind write")
	}
	return k, err
}

func (s *Server) recommendGet(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ask := AskRecommendation{Placement: q.Get("placement"), Visitor: q.Get("visitor"), Items: list(q["items"]), Exclude: list(q["exclude"]),
		Category: q.Get("category"), Country: q.Get("country"), Postcode: q.Get("postcode"), Referrer: q.Get("referrer"), Explain: q.Get("explain") == "1"}
	if n := q.Get("n"); n != "" {
		v, err := strconv.Atoi(n)
		if err != nil {
			v = 0 // which is refused below, as it is in a body
		}
		ask.N = &v
	}
	if n := q.Get("bundles"); n != "" {
		v, err := strconv.Atoi(n)
		if err != nil {
			v = -1 // which is refused below, as it is in a body
		}
		ask.Bundles = v
	}
	s.recommend(w, r, ask)
}

func (s *Server) recommendPost(w http.ResponseWriter, r *http.Request) {
	var ask AskRecommendation
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, eventLimit))
	if err == nil {
		if json.Unmarshal(body, &ask) != nil {
			err = problem.BadRequest("bad_json", "The body is not the JSON object that this call expects.", "See AskRecommendation in /openapi.json.")
		}
	}
	if err != nil {
		s.cors(w, r)
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	s.recommend(w, r, ask)
}

// check refuses what is larger than any page needs.
func (a *AskRecommendation) check() error {
	var faults []problem.Fault
	for _, c := range []struct {
		where    string
		got, max int
	}{{"items", len(a.Items), 200}, {"exclude", len(a.Exclude), 1000}, {"visitor", len(a.Visitor), 512}, {"placement", len(a.Placement), 100},
		{"category", len(a.Category), 512}, {"country", len(a.Country), 2}, {"postcode", len(a.Postcode), 20}, {"referrer", len(a.Referrer), 2000}} {
		if c.got > c.max || c.got < 0 {
			faults = append(faults, problem.Fault{Location: c.where, Message: fmt.Sprintf("is %d; it may be from 0 to %d", c.got, c.max)})
		}
	}
	for _, c := range []struct {
		where string
		texts []string
	}{{"visitor", []string{a.Visitor}}, {"placement", []string{a.Placement}}, {"category", []string{a.Category}}, {"items", a.Items}, {"exclude", a.Exclude}} {
		// What is not text can be in no record, and some databases refuse it.
		if slices.ContainsFunc(c.texts, func(t string) bool { return len(t) > 512 || !utf8.ValidString(t) || strings.IndexByte(t, 0) >= 0 }) {
			faults = append(faults, problem.Fault{Location: c.where, Message: "holds bytes that are not text, or more than 512 of them"})
		}
	}
	if a.N != nil && (*a.N < 1 || *a.N > sf.Most) {
		faults = append(faults, problem.Fault{Location: "n", Message: fmt.Sprintf("is not a number from 1 to %d", sf.Most)})
	}
	if a.Bundles < 0 || a.Bundles > onsite.MostBundles {
		faults = append(faults, problem.Fault{Location: "bundles", Message: fmt.Sprintf("is not a number from 0 to %d", onsite.MostBundles)})
	}
	if faults == nil {
		return nil
	}
	return problem.Invalid("Something is outside of what it may be.", "Correct what is listed under errors.", faults...)
}

func (s *Server) recommend(w http.ResponseWriter, r *http.Request, ask AskRecommendation) {
	s.cors(w, r)
	k, err := s.writer(r, ask.WriteKey)
	if err == nil {
		err = ask.check()
	}
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	n := sf.Usual
	if ask.N != nil {
		n = *ask.N
	}
	a, err := s.shelf.Recommend(r.Context(), k.Shop, sf.Question{Placement: ask.Placement, Visitor: ask.Visitor, Items: ask.Items, Exclude: ask.Exclude,
		Category: ask.Category, Country: s.country(r, ask.Country), Came: s.circumstances(r, &ask, k.Kind), Postcode: ask.Postcode, N: n, Bundles: ask.Bundles, Opposed: r.Header.Get("Sec-GPC") == "1", Server: k.Kind == auth.ServerKey, Explain: ask.Explain})
	switch {
	case errors.Is(err, onsite.ErrPlacement):
		err = problem.Invalid(err.Error(), "Name one of these, or none.", problem.Fault{Location: "placement", Message: "is not known"})
	case errors.Is(err, onsite.ErrServer):
		err = problem.New(http.StatusForbidden, "server_key_needed", "This placement is for servers", err.Error(), "Ask with a server key (alm_s_…).")
	}
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	b, err := json.Marshal(a)
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(b) // a visitor who left cannot be told
}

// country is where a visitor is: as the page says, or as a proxy does.
func (s *Server) country(r *http.Request, told string) string {
	if told == "" && s.OnSite.CountryHeader != "" {
		told = r.Header.Get(s.OnSite.CountryHeader)
	}
	if told = strings.ToUpper(told); len(told) != 2 || told == "XX" {
		return ""
	}
	return told
}

// circumstances are those of a visitor whose browser asks; a server's own tell nothing.
func (s *Server) circumstances(r *http.Request, ask *AskRecommendation, kind auth.Kind) onsite.Circumstances {
	c := onsite.Circumstances{Country: s.country(r, ask.Country)}
	if ask.Referrer != "" {
		c.Referrer = onsite.Referrer(ask.Referrer, r.Header.Get("Origin"))
	}
	if kind != auth.ServerKey {
		c.Device = onsite.Device(r.UserAgent())
	}
	return c
}

// list reads "a,b" and repeated parameters alike.
func list(values []string) (out []string) {
	for _, v := range values {
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
