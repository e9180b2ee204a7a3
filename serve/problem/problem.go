// Package problem is the one form of every error that leaves the server: an RFC 9457 problem document with
// a stable code that programs can branch on, and a remedy that a person can follow.
//
// Handlers return ordinary errors; From maps them. An error that no rule knows becomes a 500 that says
// nothing of its cause: the cause is in the log, under the request id that the document carries.
package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Fault is one thing wrong with one part of a request.
type Fault struct {
	Location string `json:"location,omitempty" doc:"Where, e.g. body.items[3].sku"`
	Message  string `json:"message" doc:"What is wrong there"`
}

// Problem is an RFC 9457 problem document.
type Problem struct {
	Type   string  `json:"type" doc:"A URI that identifies the problem type; about:blank, the code tells it"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Code   string  `json:"code" doc:"Stable, for programs"`
	Remedy string  `json:"remedy,omitempty" doc:"What to do about it"`
	ID     string  `json:"id,omitempty" doc:"The request id, under which the log tells more"`
	Errors []Fault `json:"errors,omitempty"`

	retryAfter int
	cause      error
}

// New makes a problem.
func New(status int, code, title, detail, remedy string) *Problem {
	return &Problem{Type: "about:blank", Status: status, Code: code, Title: title, Detail: detail, Remedy: remedy}
}

// Error is the detail, or the title where there is none.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// Unwrap is the error that the problem was made from, for the log only.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType replaces the type of JSON by that of problem documents.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders adds Retry-After where waiting helps.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="almanac"`)
	}
	return h
}

// Because keeps the cause for the log.
func (p *Problem) Because(err error) *Problem {
	p.cause = err
	return p
}

// With adds faults of single fields.
func (p *Problem) With(f ...Fault) *Problem {
	p.Errors = append(p.Errors, f...)
	return p
}

// RetryAfter says after how many seconds another attempt makes sense.
func (p *Problem) RetryAfter(seconds int) *Problem {
	p.retryAfter = seconds
	return p
}

// Write answers a request with the problem, for handlers outside of the typed API.
func Write(w http.ResponseWriter, p *Problem) {
	if p.ID == "" {
		p.ID = w.Header().Get("X-Request-Id")
	}
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	b, err := json.Marshal(p)
	if err != nil { // strings and numbers always marshal; keep the status even so
		b = []byte(`{"type":"about:blank","code":"internal"}`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("Content-Encoding")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(b, '\n')) // a client that left cannot be told
}
