package blob_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"almanac/blob"
	"almanac/blob/blobtest"
)

// each runs a test on a folder and on a real object store, which scripts/with-s3.sh starts.
func each(t *testing.T, test func(*testing.T, blob.Store)) {
	t.Run("dir", func(t *testing.T) {
		d, _ := open(t)
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) { test(t, blobtest.Bucket(t, blobtest.Address(t))) })
}

func TestAStoreThatFailsNowAndThenIsAskedAgain(t *testing.T) {
	var n atomic.Int64
	where := blobtest.Through(t, blobtest.Address(t), func(w http.ResponseWriter, r *http.Request) bool {
		if n.Add(1)%2 == 0 || r.URL.Query().Has("location") {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	s := blobtest.Bucket(t, where)
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
	where := blobtest.Through(t, blobtest.Address(t), func(w http.ResponseWriter, _ *http.Request) bool {
		if down.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return down.Load()
	})
	s := blobtest.Bucket(t, where)
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
	where := blobtest.Through(t, blobtest.Address(t), func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-r.Context().Done():
		}
		return false
	})
	if err := blobtest.Bucket(t, where).Put(t.Context(), "a", []byte("x")); err != nil {
		t.Error(err)
	}
}

func TestABucketThatIsNotThereIsNamed(t *testing.T) {
	where := strings.Replace(blobtest.Address(t), "s3://", "s3://no-such-", 1)
	if _, err := blob.OpenS3(t.Context(), where); err == nil || !strings.Contains(err.Error(), "no-such-") {
		t.Errorf("the error is %v", err)
	}
	if _, err := blob.OpenS3(t.Context(), "s3:///x"); err == nil {
		t.Error("an address without a bucket was taken")
	}
}
