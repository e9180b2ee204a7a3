package serve_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// ends tells of every span that ended.
type ends struct {
	*tracetest.SpanRecorder
	names chan string
}

func (e *ends) OnEnd(s sdk.ReadOnlySpan) {
	e.SpanRecorder.OnEnd(s)
	e.names <- s.Name()
}

// A caller's trace goes on through the door and the record into the views.
func TestATraceGoesFromTheRequestToTheViews(t *testing.T) {
	w := newWorld(t)
	spans := &ends{tracetest.NewSpanRecorder(), make(chan string, 10)}
	w.config.Traces = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
	w.rebuild()
	_, stop := w.listen()
	r := w.request("write", http.MethodPost, "/v1/batch?secret=x", strings.NewReader(`{"batch":[{"type":"page","anonymousId":"v1","messageId":"p1"},{"type":"page","anonymousId":"v1","messageId":"p2"}]}`))
	r.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	if rec := w.do(r); rec.Code != http.StatusOK {
		t.Fatal(rec.Body)
	}
	if err := w.projector.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for name := ""; name != "fold into the views"; {
		select {
		case name = <-spans.names:
		case <-t.Context().Done():
			t.Fatal("the span of the views does not end")
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	tree := map[string]string{} // span → the span that it belongs to
	names := map[string]string{"00f067aa0ba902b7": "the caller"}
	for _, s := range spans.Ended() {
		names[s.SpanContext().SpanID().String()] = s.Name()
	}
	for _, s := range spans.Ended() {
		if got := s.SpanContext().TraceID().String(); got != "4bf92f3577b34da6a3ce929d0e0e4736" {
			t.Errorf("%s belongs to trace %s", s.Name(), got)
		}
		tree[s.Name()] = names[s.Parent().SpanID().String()]
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), "secret") || strings.Contains(a.Value.String(), "v1\"") {
				t.Errorf("%s tells %s", s.Name(), a.Value.String())
			}
		}
	}
	want := map[string]string{"POST /v1/batch": "the caller", "append to the record": "POST /v1/batch", "fold into the views": "POST /v1/batch"}
	if diff := cmp.Diff(want, tree); diff != "" {
		t.Error(diff)
	}
}
