package blob_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"almanac/blob"
)

func open(t *testing.T) (*blob.Dir, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	return d, root
}

func TestABlobIsKeptUnderItsName(t *testing.T) { each(t, keepsBlobs) }

func keepsBlobs(t *testing.T, store blob.Store) {
	ctx := t.Context()
	for _, data := range [][]byte{[]byte("first"), []byte("first"), {}} {
		if err := store.Put(ctx, "demand/ab/cd", data); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(ctx, "demand/ab/cd")
		if err != nil || !slices.Equal(got, data) {
			t.Errorf("%q %v, want %q", got, err, data)
		}
		if n, err := store.Size(ctx, "demand/ab/cd"); err != nil || n != int64(len(data)) {
			t.Errorf("size %d %v, want %d", n, err, len(data))
		}
	}
	for range 2 {
		if err := store.Delete(ctx, "demand/ab/cd"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := store.Get(ctx, "demand/ab/cd"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("a deleted blob: %v", err)
	}
	if _, err := store.Size(ctx, "demand/ab/cd"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("the size of a deleted blob: %v", err)
	}
	for _, name := range []string{"", ".", "../outside", "/etc/passwd", "a//b", `a\b`} {
		if err := store.Put(ctx, name, []byte("x")); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func TestNamesStayInsideTheFolder(t *testing.T) {
	d, root := open(t)
	outside := filepath.Join(filepath.Dir(root), "outside")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../outside", "/etc/passwd", "a/../../outside", "a//b", "a/", `a\b`, "a\x00b", ".tmp-1", "a/.tmp-1"} {
		if err := d.Put(t.Context(), name, []byte("x")); err == nil {
			t.Errorf("%q was written", name)
		}
		if b, err := d.Get(t.Context(), name); err == nil {
			t.Errorf("%q was read: %q", name, b)
		}
		if err := d.Delete(t.Context(), name); err == nil {
			t.Errorf("%q was deleted", name)
		}
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "secret" {
		t.Errorf("the file outside: %q %v", b, err)
	}
}

func TestNamesAreListedInOrderByPrefix(t *testing.T) { each(t, listsNames) }

func listsNames(t *testing.T, d blob.Store) {
	for _, name := range []string{"b/2", "a", "b/10", "bb", "c/d/e"} {
		if err := d.Put(t.Context(), name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	for prefix, want := range map[string][]string{"": {"a", "b/10", "b/2", "bb", "c/d/e"}, "b/": {"b/10", "b/2"}, "b": {"b/10", "b/2", "bb"}, "x": nil} {
		if got, err := d.List(t.Context(), prefix); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v %v, want %v", prefix, got, err, want)
		}
	}
}

func TestAHalfWrittenFileIsNoBlob(t *testing.T) {
	d, root := open(t)
	if err := d.Put(t.Context(), "b/1", []byte("whole")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "b", ".tmp-123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := d.List(t.Context(), ""); err != nil || !slices.Equal(got, []string{"b/1"}) {
		t.Errorf("%v %v", got, err)
	}
}

// A write that fails leaves the former content and nothing of its own.
func TestAFailedWriteLeavesNothing(t *testing.T) {
	d, root := open(t)
	if err := d.Put(t.Context(), "a/b", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "a", []byte("over a folder")); err == nil {
		t.Error("a folder was replaced by a blob")
	}
	if err := d.Put(t.Context(), "a/b/c", []byte("under a blob")); err == nil {
		t.Error("a blob became a folder")
	}
	var files []string
	if err := filepath.WalkDir(root, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, e.Name())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if b, err := d.Get(t.Context(), "a/b"); err != nil || string(b) != "kept" || !slices.Equal(files, []string{"b"}) {
		t.Errorf("%q %v, files %v", b, err, files)
	}
}
