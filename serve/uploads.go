package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"

	"almanac/blob"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

var (
	errNoUpload = errors.New("this upload is not here any more")
	errNoSpace  = errors.New("the file would not leave enough of the disk free")
)

// uploads keeps files between their arrival and their import: <root>/<id>/file beside a note of what they
// are. They are streamed to disk, so memory does not grow with the file.
type uploads struct {
	root        string
	limit, keep int64
	free        func(dir string) (int64, error)
}

func newUploads(root string, limit, keep int64) *uploads {
	return &uploads{root: root, limit: limit, keep: keep, free: blob.Free}
}

// note is what is known of an upload.
type note struct {
	Shop   string              `json:"shop"`
	Name   string              `json:"name"`
	Bytes  int64               `json:"bytes"`
	Change wire.ProposalChange `json:"change"`
}

var uploadID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// fileName keeps a name to what is safe to show and to use as a source: no folders, no control characters.
func fileName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[len(s)-200:], "")
	}
	if strings.Trim(s, ". ") == "" {
		return "upload"
	}
	return s
}

// receive streams a file in. expected is its size where the sender told it, else −1.
func (u *uploads) receive(shop, name string, expected int64, body io.Reader) (up Upload, err error) {
	if err := os.MkdirAll(u.root, 0o700); err != nil {
		return up, fmt.Errorf("create the folder of uploads: %w", err)
	}
	free, err := u.free(u.root)
	if err != nil {
		return up, fmt.Errorf("measure the disk of uploads: %w", err)
	}
	room := free - u.keep
	if expected > u.limit {
		return up, problem.TooLarge(bytesText(u.limit))
	}
	if room <= 0 || expected > room {
		return up, errNoSpace
	}
	up = Upload{ID: jobs.NewID(), Name: fileName(name)}
	dir := filepath.Join(u.root, up.ID)
	up.Path = filepath.Join(dir, "file")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return up, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir) // what is left is removed with the old uploads
		}
	}()
	n, err := u.write(up.Path, body, min(u.limit, room))
	if err != nil {
		return up, err
	}
	return up, u.save(shop, up, n)
}

func (u *uploads) write(path string, body io.Reader, most int64) (n int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if n, err = io.Copy(f, io.LimitReader(body, most+1)); err != nil {
		return n, fmt.Errorf("receive the file: %w", err)
	}
	if n > most {
		if most < u.limit {
			return n, errNoSpace
		}
		return n, problem.TooLarge(bytesText(u.limit))
	}
	return n, nil
}

func (u *uploads) save(shop string, up Upload, size int64) error {
	b, err := json.Marshal(note{shop, up.Name, size, up.Change})
	if err != nil {
		return err
	}
	return blob.WriteFile(filepath.Join(u.root, up.ID, "note.json"), b)
}

// find opens an upload of a shop; errNoUpload where the shop has no such one.
func (u *uploads) find(shop, id string) (Upload, note, error) {
	if !uploadID.MatchString(id) {
		return Upload{}, note{}, errNoUpload
	}
	b, err := os.ReadFile(filepath.Join(u.root, id, "note.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return Upload{}, note{}, errNoUpload
	}
	var n note
	if err == nil {
		err = json.Unmarshal(b, &n)
	}
	if err != nil {
		return Upload{}, n, fmt.Errorf("read the note of upload %s: %w", id, err)
	}
	if n.Shop != shop {
		return Upload{}, note{}, errNoUpload
	}
	return Upload{ID: id, Name: n.Name, Path: filepath.Join(u.root, id, "file"), Change: n.Change}, n, nil
}

// remove deletes an upload of a shop.
func (u *uploads) remove(shop, id string) error {
	if _, _, err := u.find(shop, id); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(u.root, id))
}

// clean deletes uploads that nobody imported for a day.
func (u *uploads) clean(now time.Time) error {
	entries, err := os.ReadDir(u.root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var errs []error
	for _, e := range entries {
		info, ierr := e.Info()
		if ierr == nil && uploadID.MatchString(e.Name()) && now.Sub(info.ModTime()) > 24*time.Hour {
			errs = append(errs, os.RemoveAll(filepath.Join(u.root, e.Name())))
		}
	}
	return errors.Join(append(errs, err)...)
}

// merge lays a change over an earlier one.
func merge(old, change wire.ProposalChange) wire.ProposalChange {
	take := func(dst **string, v *string) {
		if v != nil {
			*dst = v
		}
	}
	take(&old.Kind, change.Kind)
	take(&old.DateOrder, change.DateOrder)
	take(&old.Decimal, change.Decimal)
	take(&old.Currency, change.Currency)
	take(&old.TimeZone, change.TimeZone)
	take(&old.AsOf, change.AsOf)
	take(&old.Source, change.Source)
	take(&old.Encoding, change.Encoding)
	take(&old.Delimiter, change.Delimiter)
	if change.Synthetic != nil {
		old.Synthetic = change.Synthetic
	}
	if change.Columns != nil {
		columns := map[string]string{}
		for k, v := range old.Columns {
			columns[k] = v
		}
		for k, v := range change.Columns {
			columns[k] = v
		}
		old.Columns = columns
	}
	return old
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.4g GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.4g MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", n>>10)
}
