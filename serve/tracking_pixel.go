package serve

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"almanac/serve/problem"
)

// gif is a transparent image of one pixel (GIF89a).
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// pixel takes an event out of the address of an image, for mails and pages without scripts: ?data= holds
// the event as JSON in base64, or its fields stand in the query (properties.subject=…). The image comes
// always, as Segment's pixel has it; its status tells where the event could not be kept for now.
func (s *Server) pixel(w http.ResponseWriter, r *http.Request, d door) {
	s.cors(w, r)
	status := http.StatusOK
	if r.Method == http.MethodGet { // a HEAD only asks whether there is an image
		body, err := eventOf(r)
		if err == nil {
			err = s.accept(w, r, d, body)
		}
		if err != nil {
			p := s.problem(r.Context(), err)
			s.Log.InfoContext(r.Context(), "a pixel's event was not taken in", "id", p.ID, "code", p.Code, "detail", p.Detail)
			s.metrics.events.WithLabelValues("refused").Inc()
			if p.Status >= 500 || p.Status == http.StatusTooManyRequests {
				status = p.Status
			}
		}
	}
	h := w.Header()
	h.Set("Content-Type", "image/gif")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(gif)) // a reader who left cannot be told
	}
}

// eventOf reads the event in an address.
func eventOf(r *http.Request) ([]byte, error) {
	if len(r.URL.RawQuery) > eventLimit {
		return nil, problem.TooLarge("32 KB")
	}
	q := r.URL.Query()
	if data := q.Get("data"); data != "" {
		return decodeData(data)
	}
	if len(q) == 0 {
		return nil, problem.BadRequest("no_event", "The address holds no event.", "Add ?data= with the event as JSON in base64.")
	}
	fields := map[string]any{}
	for name, values := range q {
		if name == "key" {
			continue
		}
		put(fields, strings.SplitN(name, ".", 6), values[0])
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return nil, problem.BadRequest("bad_event", "The address holds no event.", "Add ?data= with the event as JSON in base64.").Because(err)
	}
	return b, nil
}

// put places a value under a path of names. A name that is a value already stays one.
func put(fields map[string]any, path []string, value string) {
	for ; len(path) > 1; path = path[1:] {
		inner, ok := fields[path[0]].(map[string]any)
		if !ok {
			if fields[path[0]] != nil {
				return
			}
			inner = map[string]any{}
			fields[path[0]] = inner
		}
		fields = inner
	}
	if fields[path[0]] == nil {
		fields[path[0]] = value
	}
}

// decodeData reads JSON in base64 of either alphabet, with or without its padding; a query turns + into a
// space. JSON that is not packed is taken too.
func decodeData(data string) ([]byte, error) {
	if strings.HasPrefix(strings.TrimSpace(data), "{") {
		return []byte(data), nil
	}
	data = strings.TrimRight(strings.NewReplacer(" ", "+", "-", "+", "_", "/", "\n", "", "\r", "").Replace(data), "=")
	b, err := base64.RawStdEncoding.DecodeString(data)
	var bad base64.CorruptInputError
	if errors.As(err, &bad) {
		return nil, problem.BadRequest("bad_data", "data is not base64.", "Send the event as JSON in base64.").Because(err)
	}
	return b, err
}
