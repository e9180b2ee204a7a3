package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"almanac/decide"
)

// File puts drafts into a folder, one file a batch: <folder>/<shop>/<batch>.csv.
type File struct{ Dir string }

// Name is "file".
func (f *File) Name() string { return "file" }

// Target is the folder's name; where it lies is the operator's business.
func (f *File) Target() string { return filepath.Base(f.Dir) }

func (f *File) path(b decide.Batch) string {
	return filepath.Join(f.Dir, filepath.Base(b.Shop), filepath.Base(b.ID)+".csv")
}

// Apply writes the draft so that a reader sees all of it or none, and so that a power cut does not take it back.
func (f *File) Apply(_ context.Context, b decide.Batch) (err error) {
	draft, err := Draft(b)
	if err != nil {
		return err
	}
	for _, name := range [...]string{b.Shop, b.ID} {
		if name == "." || !filepath.IsLocal(name) || filepath.Base(name) != name {
			return fmt.Errorf("%w: %q cannot name a folder or a file", decide.ErrRefused, name)
		}
	}
	path := f.path(b)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("create the outbox folder: %w", err)
	}
	t, err := os.CreateTemp(filepath.Dir(path), ".draft-*")
	if err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(t.Name()) // gone already where only the folder could not be synced
		}
	}()
	_, werr := t.Write(draft)
	if err := errors.Join(werr, t.Sync(), t.Close()); err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	if err := os.Rename(t.Name(), path); err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// ReadBack compares the file with the draft.
func (f *File) ReadBack(_ context.Context, b decide.Batch) (bool, error) {
	want, err := Draft(b)
	if err != nil {
		return false, err
	}
	got, err := os.ReadFile(f.path(b))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.Equal(got, want), err
}
