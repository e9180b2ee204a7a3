package serve

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// traces follow a request from its arrival over the record into the views: one span for the request, one for
// the append, and one that ends when the views show what was appended. Attributes are routes and counts, never
// addresses, ids or contents. Where no exporter is configured there is a nil *traces, which does nothing.
type traces struct {
	tracer trace.Tracer
	added  chan struct{} // something is pending that the views may show already

	mu      sync.Mutex
	pending []unseen // by rising offset
}

// unseen is an append that the views do not show yet.
type unseen struct {
	of     trace.SpanContext
	offset int64
	since  time.Time
	facts  int
}

// mostUnseen bounds the appends that are followed into the views; others end with the append.
const mostUnseen = 4096

func newTraces(p trace.TracerProvider) *traces {
	if p == nil {
		return nil
	}
	return &traces{tracer: p.Tracer("almanac/serve"), added: make(chan struct{}, 1)}
}

// request begins the span of a request, as part of the caller's trace where it names one (W3C Trace Context).
func (t *traces) request(r *http.Request) (*http.Request, func(route string, status int)) {
	if t == nil {
		return r, func(string, int) {}
	}
	ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer))
	return r.WithContext(ctx), func(route string, status int) {
		span.SetName(known(r.Method) + " " + route)
		span.SetAttributes(attribute.String("http.request.method", known(r.Method)), attribute.String("http.route", route),
			attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		span.End()
	}
}

// record begins the span of an append.
func (t *traces) record(ctx context.Context, facts int) (context.Context, func(accepted int, err error)) {
	if t == nil {
		return ctx, func(int, error) {}
	}
	ctx, span := t.tracer.Start(ctx, "append to the record", trace.WithAttributes(attribute.Int("almanac.facts", facts)))
	return ctx, func(accepted int, err error) {
		if err != nil {
			span.SetStatus(codes.Error, "not recorded")
		}
		span.SetAttributes(attribute.Int("almanac.accepted", accepted))
		span.End()
	}
}

// follow has the span of an append that ended at offset end when the views show it. head is asked only where somebody looks.
func (t *traces) follow(ctx context.Context, facts int, now time.Time, head func(context.Context) (int64, error)) {
	of := trace.SpanContextFromContext(ctx)
	if t == nil || facts == 0 || !of.IsSampled() {
		return
	}
	offset, err := head(ctx)
	if err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) < mostUnseen {
		t.pending = append(t.pending, unseen{of, offset, now, facts})
	}
	select {
	case t.added <- struct{}{}:
	default: // it will be looked at
	}
}

// shown ends the spans of what the views show by now.
func (t *traces) shown(offset int64, now time.Time) {
	t.mu.Lock()
	var done []unseen
	left := t.pending[:0]
	for _, u := range t.pending {
		if u.offset <= offset {
			done = append(done, u)
		} else {
			left = append(left, u)
		}
	}
	t.pending = left
	t.mu.Unlock()
	for _, u := range done {
		_, span := t.tracer.Start(trace.ContextWithSpanContext(context.Background(), u.of), "fold into the views",
			trace.WithTimestamp(u.since), trace.WithAttributes(attribute.Int("almanac.facts", u.facts)))
		span.End(trace.WithTimestamp(now))
	}
}

// run looks at the views whenever they changed.
func (t *traces) run(ctx context.Context, p Projector, now func() time.Time) {
	if t == nil {
		return
	}
	changed, stop := p.Follow()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-t.added:
		}
		if offset, err := p.Offset(ctx); err == nil {
			t.shown(offset, now())
		}
	}
}
