package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// traceFlags say where traces go. The other settings are those of OpenTelemetry's own environment variables
// (OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and so on).
type traceFlags struct {
	Endpoint string `help:"OpenTelemetry collector that gets traces from request to views, as http://host:4318. Nothing is sent unless it is set." env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
}

// provider starts the exporter; nil where none is configured. stop sends what is left.
func (f traceFlags) provider(ctx context.Context, fault func(error)) (p trace.TracerProvider, stop func() error, err error) {
	if f.Endpoint == "" {
		return nil, func() error { return nil }, nil
	}
	u, err := url.Parse(f.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, nil, &hint{fmt.Errorf("%q is no address of an OpenTelemetry collector", f.Endpoint), "Write it like http://localhost:4318.", exitUsage}
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.JoinPath("v1", "traces").String()))
	if err != nil {
		return nil, nil, fmt.Errorf("prepare traces for %s: %w", u.Host, err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(fault))
	about := resource.NewSchemaless(attribute.String("service.name", "almanac"), attribute.String("service.version", version))
	tp := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return tp, func() error {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return tp.Shutdown(end)
	}, nil
}
