package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A collector gets spans in OTLP, and only where one is named.
func TestTracesGoToTheCollector(t *testing.T) {
	var got collector.ExportTraceServiceRequest
	path := ""
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err == nil && r.Header.Get("Content-Encoding") == "gzip" {
			var z *gzip.Reader
			if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
				b, err = io.ReadAll(z)
			}
		}
		if err == nil {
			err = proto.Unmarshal(b, &got)
		}
		if err != nil {
			t.Error(err)
		}
		path = r.URL.Path
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer h.Close()
	p, stop, err := traceFlags{h.URL}.provider(t.Context(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	_, span := p.Tracer("x").Start(t.Context(), "POST /v1/batch")
	span.End()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if path != "/v1/traces" || len(got.ResourceSpans) != 1 || got.ResourceSpans[0].ScopeSpans[0].Spans[0].Name != "POST /v1/batch" ||
		got.ResourceSpans[0].Resource.Attributes[0].Value.GetStringValue() != "almanac" {
		t.Errorf("at %s: %v", path, &got)
	}
	if p, _, err := (traceFlags{}).provider(t.Context(), nil); p != nil || err != nil {
		t.Errorf("without a collector: %v, %v", p, err)
	}
	if _, _, err := (traceFlags{"localhost"}).provider(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "localhost") {
		t.Errorf("a bad address: %v", err)
	}
}
