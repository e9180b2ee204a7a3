// Package blobtest gives tests a real object store, and a way to spoil what passes to and from it.
package blobtest

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"

	"almanac/blob"
)

// Variable names the environment variable that holds the address of a store to test with, in the form
// "s3://bucket?endpoint=…". scripts/with-s3.sh starts one and sets it.
const Variable = "ALMANAC_TEST_S3"

// Address is that of the store; the test is skipped where there is none.
func Address(t testing.TB) string {
	t.Helper()
	where := os.Getenv(Variable)
	if where == "" {
		t.Skip(Variable + " names no object store: run with scripts/with-s3.sh")
	}
	return where
}

// Bucket opens an empty corner of the store.
func Bucket(t testing.TB, where string) *blob.S3 {
	t.Helper()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/test-" + strings.ToLower(rand.Text())
	s, err := blob.OpenS3(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Through puts a proxy between us and the store and returns its address. spoil sees every request first; it
// answers true where it has dealt with it itself.
func Through(t testing.TB, where string, spoil func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	target := u.Query().Get("endpoint")
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", target, r.In.Host // the signature covers the host
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !spoil(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	q := u.Query()
	q.Set("endpoint", strings.TrimPrefix(srv.URL, "http://"))
	u.RawQuery = q.Encode()
	return u.String()
}
