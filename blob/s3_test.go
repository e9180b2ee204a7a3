package blob_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"almanac/blob"
)

// each runs a test on a folder and on a real object store, which scripts/with-s3.sh starts.
func each(t *testing.T, test func(*testing.T, blob.Store)) {
	t.Run("dir", func(t *testing.T) {
		d, _ := open(t)
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) { test(t, bucket(t, s3Address(t))) })
}

// s3Address is "s3://bucket?endpoint=…" of a store to test with.
func s3Address(t *testing.T) string {
	t.Helper()
	where := os.Getenv("ALMANAC_TEST_S3")
	if where == "" {
		t.Skip("ALMANAC_TEST_S3 names no object store: run with scripts/with-s3.sh")
	}
	return where
}

// bucket opens an empty corner of the store.
func bucket(t *testing.T, where string) *blob.S3 {
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

// through puts a proxy between us and the store that spoils requests as told.
func through(t *testing.T, where string, spoil func(w http.ResponseWriter, r *http.Request) bool) string {
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

func TestAStoreThatFailsNowAndThenIsAskedAgain(t *testing.T) {
	var n atomic.Int64
	where := through(t, s3Address(t), func(w http.ResponseWriter, r *http.Request) bool {
		if n.Add(1)%2 == 0 || r.URL.Query().Has("location") {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	s := bucket(t, where)
	data := bytes.Repeat([]byte("almanac"), 10_000)
	for range 3 {
		if err := s.Put(t.Context(), "a/b", data); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context(), "a/b"); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(data), err)
		}
	}
}

func TestAStoreThatOnlyFailsIsAnErrorAndNotAMissingBlob(t *testing.T) {
	var down atomic.Bool
	where := through(t, s3Address(t), func(w http.ResponseWriter, _ *http.Request) bool {
		if down.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return down.Load()
	})
	s := bucket(t, where)
	if err := s.Put(t.Context(), "a", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	down.Store(true)
	for what, err := range map[string]error{
		"put":  s.Put(t.Context(), "b", []byte("x")),
		"get":  second(s.Get(t.Context(), "a")),
		"size": second(s.Size(t.Context(), "a")),
		"list": second(s.List(t.Context(), "")),
	} {
		if err == nil || errors.Is(err, blob.ErrNotFound) {
			t.Errorf("%s says %v", what, err)
		}
	}
	down.Store(false)
	if got, err := s.Get(t.Context(), "a"); err != nil || string(got) != "kept" {
		t.Errorf("after it came back: %q, %v", got, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestASlowStoreIsWaitedFor(t *testing.T) {
	where := through(t, s3Address(t), func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-r.Context().Done():
		}
		return false
	})
	if err := bucket(t, where).Put(t.Context(), "a", []byte("x")); err != nil {
		t.Error(err)
	}
}

func TestABucketThatIsNotThereIsNamed(t *testing.T) {
	where := strings.Replace(s3Address(t), "s3://", "s3://no-such-", 1)
	if _, err := blob.OpenS3(t.Context(), where); err == nil || !strings.Contains(err.Error(), "no-such-") {
		t.Errorf("the error is %v", err)
	}
	if _, err := blob.OpenS3(t.Context(), "s3:///x"); err == nil {
		t.Error("an address without a bucket was taken")
	}
}
