// Package blob keeps immutable bytes under names: trained artefacts and sealed history. A store is a
// directory or a bucket that speaks S3; names are slash-separated and never change their content.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Store holds blobs. Put is atomic and may be repeated with the same bytes. Get and Delete of a missing
// name return ErrNotFound and nil.
type Store interface {
	Put(ctx context.Context, name string, data []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	List(ctx context.Context, prefix string) ([]string, error)
	Delete(ctx context.Context, name string) error
	// Size is the length of a blob in bytes; ErrNotFound where there is none.
	Size(ctx context.Context, name string) (int64, error)
}

// ErrNotFound says that no blob has that name.
var ErrNotFound = errors.New("no such blob")

// Dir is a Store in a directory.
type Dir struct{ root string }

// unfinished begins the name of a file that is being written.
const unfinished = ".tmp-"

// OpenDir prepares a directory as a store.
func OpenDir(root string) (*Dir, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("create the blob folder: %w", err)
	}
	return &Dir{root}, nil
}

func (d *Dir) path(name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") || strings.HasPrefix(filepath.Base(name), unfinished) {
		return "", fmt.Errorf("%q is not a blob name", name)
	}
	return filepath.Join(d.root, filepath.FromSlash(name)), nil
}

// Put writes to a temporary file, flushes it, and renames it into place.
func (d *Dir) Put(_ context.Context, name string, data []byte) error {
	p, err := d.path(name)
	if err != nil {
		return err
	}
	if err := WriteFile(p, data); err != nil {
		return fmt.Errorf("write blob %s: %w", name, err)
	}
	return nil
}

// WriteFile writes a file so that a reader sees all of it or none, and it survives a power cut.
func WriteFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, werr := f.Write(data)
	if err := errors.Join(werr, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	h, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(h.Sync(), h.Close())
}

// Get reads a blob.
func (d *Dir) Get(_ context.Context, name string) ([]byte, error) {
	p, err := d.path(name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	return b, err
}

// Size is the length of a blob.
func (d *Dir) Size(_ context.Context, name string) (int64, error) {
	p, err := d.path(name)
	if err != nil {
		return 0, err
	}
	i, err := os.Stat(p)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	if err != nil {
		return 0, err
	}
	return i.Size(), nil
}

// List names the blobs that begin with prefix, in order.
func (d *Dir) List(_ context.Context, prefix string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(d.root, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), unfinished) {
			return err
		}
		rel, err := filepath.Rel(d.root, p)
		if err != nil {
			return err
		}
		if name := filepath.ToSlash(rel); strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

// Delete removes a blob.
func (d *Dir) Delete(_ context.Context, name string) error {
	p, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob %s: %w", name, err)
	}
	return nil
}
