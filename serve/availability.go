package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/state/availability"
)

// AskAvailability is the body of POST /v1/availability.
type AskAvailability struct {
	Items    []AskItem `json:"items" minItems:"1" maxItems:"500"`
	Channel  string    `json:"channel,omitempty" maxLength:"100" doc:"Who asks: web, till, a marketplace; all places together where absent"`
	Postcode string    `json:"postcode,omitempty" maxLength:"20" doc:"Where to deliver"`
	Country  string    `json:"country,omitempty" maxLength:"2" doc:"Of the postcode, ISO 3166; the shop's own where absent"`
	WriteKey string    `json:"writeKey,omitempty"`
}

// AskItem is one product of a bulk question.
type AskItem struct {
	SKU   string `json:"sku" minLength:"1" maxLength:"512"`
	Units int64  `json:"units,omitempty" doc:"How many are wanted; 1 where absent"`
}

// Availabilities is the answer to a bulk question, in its order.
type Availabilities struct {
	Items []availability.Answer `json:"items"`
}

// AskReservation is the body of POST /v1/reservations.
type AskReservation struct {
	ID      string              `json:"id" minLength:"1" maxLength:"200" doc:"The checkout's own id; asking again with it replaces what it holds"`
	Channel string              `json:"channel,omitempty" maxLength:"100"`
	Seconds int64               `json:"seconds,omitempty" doc:"How long to hold, 10 to 7200; 900 where absent"`
	Lines   []availability.Line `json:"lines" minItems:"1" maxItems:"200"`
}

// Reservation is what is held, and until when.
type Reservation struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

// mostAsked bounds the products of one question.
const mostAsked = 500

// availability declares the one answer to what can be promised, reservations, and their settings.
func (s *Server) availability() {
	s.mux.HandleFunc("GET /v1/availability", s.availabilityGet)
	s.mux.HandleFunc("POST /v1/availability", s.availabilityPost)
	s.mux.HandleFunc("POST /v1/reservations", s.reserve)
	s.mux.HandleFunc("POST /v1/reservations/{id}/extend", s.extend)
	s.mux.HandleFunc("DELETE /v1/reservations/{id}", s.release)
	query := func(name, what string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: what, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	s.documented(route{Method: http.MethodGet, Path: "/v1/availability"}, "What can be promised of a product now", nil, reflect.TypeFor[availability.Answer](),
		query("sku", "Product code, or an alias"), query("channel", "Who asks"), query("postcode", "Where to deliver"), query("country", "Of the postcode, ISO 3166"), query("units", "How many are wanted; 1 where absent"))
	s.documented(route{Method: http.MethodPost, Path: "/v1/availability"}, "What can be promised of several products now", reflect.TypeFor[AskAvailability](), reflect.TypeFor[Availabilities]())
	s.documented(route{Method: http.MethodPost, Path: "/v1/reservations"}, "Hold units for a checkout (server key)", reflect.TypeFor[AskReservation](), reflect.TypeFor[Reservation]())
	s.documented(route{Method: http.MethodPost, Path: "/v1/reservations/{id}/extend"}, "Hold them for longer (server key)", reflect.TypeFor[AskReservation](), reflect.TypeFor[Reservation]())
	s.documented(route{Method: http.MethodDelete, Path: "/v1/reservations/{id}"}, "Let them go (server key)", nil, reflect.TypeFor[Reservation]())
	const tag = "Storefront"
	call(s, route{http.MethodGet, "/api/availability/settings", auth.Viewer, true}, "How the shop promises its stock", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[availability.StockRules], error) {
			if s.Availability == nil {
				return nil, notReady("availability")
			}
			v, err := s.Availability.Store.Settings(ctx, c.Shop.ID)
			return out(v), err
		})
	call(s, route{http.MethodPut, "/api/availability/settings", auth.Admin, true}, "Change how the shop promises its stock", tag,
		func(ctx context.Context, c caller, in *struct{ Body availability.StockRules }) (*Out[availability.StockRules], error) {
			if s.Availability == nil {
				return nil, notReady("availability")
			}
			if err := in.Body.Check(); err != nil {
				return nil, problem.Invalid(err.Error(), "Correct it and save again.")
			}
			if err := s.Availability.Store.Save(ctx, c.Shop.ID, in.Body); err != nil {
				return nil, err
			}
			if err := s.Availability.Settle(context.WithoutCancel(ctx), c.Shop.ID); err != nil {
				return nil, err
			}
			s.record(ctx, c, "availability settings changed", fmt.Sprintf("%d buffers, %d zones", len(in.Body.Buffers), len(in.Body.Zones)))
			return out(in.Body), nil
		})
}

// answer writes a JSON answer of the storefront, or the problem.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, v any, err error) {
	var b []byte
	if err == nil {
		b, err = json.Marshal(v)
	}
	if err != nil {
		problem.Write(w, s.problem(r.Context(), aboutStock(err)))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(b) // whoever left cannot be told
}

// aboutStock explains what cannot be promised or held.
func aboutStock(err error) error {
	var short *availability.Short
	switch {
	case errors.As(err, &short):
		return problem.New(http.StatusConflict, "not_enough", "Not enough is available", short.Error()+".", "Ask for fewer, or offer the product later.").
			With(problem.Fault{Location: short.SKU, Message: strconv.FormatInt(short.Available, 10) + " are available"})
	case errors.Is(err, availability.ErrNoReservation):
		return problem.New(http.StatusNotFound, "not_found", "There is no such reservation", "It was never made, was released, or its time is over.", "Reserve again.")
	}
	return err
}

func (s *Server) availabilityGet(w http.ResponseWriter, r *http.Request) {
	s.cors(w, r)
	q := r.URL.Query()
	ask := AskAvailability{Items: []AskItem{{SKU: q.Get("sku")}}, Channel: q.Get("channel"), Postcode: q.Get("postcode"), Country: q.Get("country")}
	if n := q.Get("units"); n != "" {
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			v = -1
		}
		ask.Items[0].Units = v
	}
	list, err := s.promise(r, ask)
	if err != nil {
		s.answer(w, r, nil, err)
		return
	}
	s.answer(w, r, list[0], nil)
}

func (s *Server) availabilityPost(w http.ResponseWriter, r *http.Request) {
	s.cors(w, r)
	var ask AskAvailability
	err := readBody(w, r, &ask)
	var list []availability.Answer
	if err == nil {
		list, err = s.promise(r, ask)
	}
	s.answer(w, r, Availabilities{list}, err)
}

// promise asks the board for every product.
func (s *Server) promise(r *http.Request, ask AskAvailability) ([]availability.Answer, error) {
	if s.Availability == nil {
		return nil, notReady("availability")
	}
	k, err := s.writer(r, ask.WriteKey)
	if err != nil {
		return nil, err
	}
	if len(ask.Items) == 0 || len(ask.Items) > mostAsked || len(ask.Channel) > 100 || len(ask.Postcode) > 20 || len(ask.Country) > 2 {
		return nil, problem.Invalid(fmt.Sprintf("Ask for 1 to %d products, with a channel of up to 100, a postcode of up to 20 and a country of 2 letters.", mostAsked), "Correct it.")
	}
	out := make([]availability.Answer, len(ask.Items))
	for i, item := range ask.Items {
		if item.SKU == "" || len(item.SKU) > 512 || item.Units < 0 || item.Units > 1_000_000 {
			return nil, problem.Invalid("A product has no code, or its units are not a number from 1 to 1,000,000.", "Correct it.", problem.Fault{Location: fmt.Sprintf("items[%d]", i), Message: "sku or units"})
		}
		if out[i], err = s.Availability.Answer(r.Context(), k.Shop, availability.Question{SKU: item.SKU, Channel: ask.Channel, Postcode: ask.Postcode, Country: strings.ToUpper(ask.Country), Units: item.Units}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readBody reads a JSON body of the storefront.
func readBody(w http.ResponseWriter, r *http.Request, v any) error {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 256<<10))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return problem.BadRequest("bad_json", "The body is not the JSON object that this call expects.", "See /openapi.json.").Because(err)
	}
	return nil
}

// holder is the shop of a call that may hold stock: with a key that only servers have, because whoever holds
// a key of pages could hold all there is.
func (s *Server) holder(r *http.Request) (string, error) {
	if s.Availability == nil {
		return "", notReady("availability")
	}
	k, err := s.writer(r, "")
	if err != nil {
		return "", err
	}
	if k.Kind != auth.ServerKey {
		return "", problem.New(http.StatusForbidden, "server_key_needed", "This call is for servers", "A write key may be public; whoever has it could hold all stock.", "Call with a server key (alm_s_…).")
	}
	return k.Shop, nil
}

func hold(seconds int64) time.Duration {
	if seconds == 0 {
		seconds = 900
	}
	return time.Duration(min(max(seconds, 0), 7200)) * time.Second
}

func (s *Server) reserve(w http.ResponseWriter, r *http.Request) {
	var ask AskReservation
	shop, err := s.holder(r)
	if err == nil {
		err = readBody(w, r, &ask)
	}
	if err == nil {
		err = ask.check()
	}
	var until time.Time
	if err == nil {
		until, err = s.Availability.Reserve(r.Context(), shop, ask.ID, ask.Channel, ask.Lines, hold(ask.Seconds))
	}
	s.answer(w, r, Reservation{ask.ID, until}, err)
}

func (a *AskReservation) check() error {
	if a.ID == "" || len(a.ID) > 200 || len(a.Lines) == 0 || len(a.Lines) > 200 || len(a.Channel) > 100 {
		return problem.Invalid("A reservation has an id of 1 to 200 letters and 1 to 200 lines.", "Correct it.")
	}
	for i, l := range a.Lines {
		if l.SKU == "" || len(l.SKU) > 512 || len(l.Location) > 512 || l.Units < 1 || l.Units > 1_000_000 {
			return problem.Invalid("A line has no product code, or its units are not a number from 1 to 1,000,000.", "Correct it.",
				problem.Fault{Location: fmt.Sprintf("lines[%d]", i), Message: "sku or units"})
		}
	}
	return nil
}

func (s *Server) extend(w http.ResponseWriter, r *http.Request) {
	var ask struct{ Seconds int64 }
	shop, err := s.holder(r)
	if err == nil {
		err = readBody(w, r, &ask)
	}
	var until time.Time
	if err == nil {
		until, err = s.Availability.Extend(r.Context(), shop, r.PathValue("id"), hold(ask.Seconds))
	}
	s.answer(w, r, Reservation{r.PathValue("id"), until}, err)
}

func (s *Server) release(w http.ResponseWriter, r *http.Request) {
	shop, err := s.holder(r)
	if err == nil {
		err = s.Availability.Release(r.Context(), shop, r.PathValue("id"))
	}
	s.answer(w, r, Reservation{ID: r.PathValue("id"), Until: s.Now().UTC()}, err)
}
