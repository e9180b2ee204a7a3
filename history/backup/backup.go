// Package backup keeps a copy of an installation elsewhere: the main database as it was at one instant, and
// every blob that it names.
//
// A backup is a blob store, a folder or a bucket, that holds blobs/… as they are, a snapshot of the database
// in compressed parts, and backup.json, which is written last and names the parts with their SHA-256. Blobs
// never change, so that a second backup into the same place copies only what is new; an interrupted one
// leaves the former backup as it was. State is not part of it: it is rebuilt from the record.
package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"almanac/blob"
	"almanac/sqldb"
)

// Index is backup.json.
type Index struct {
	Format  int       `json:"format"` // 1
	Made    time.Time `json:"made"`
	Version string    `json:"version"` // of the program that made it
	Parts   []Part    `json:"parts"`   // of the database, in order
	Blobs   []Part    `json:"blobs"`
	Files   []Part    `json:"files"` // small files beside the database, by name
}

// Part is one object of a backup.
type Part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"` // of what the object holds; blobs have checksums of their own
}

const (
	format    = 1
	indexName = "backup.json"
	partSize  = 16 << 20
)

// ErrNone says that a place holds no whole backup.
var ErrNone = errors.New("there is no finished backup")

// Source is what is backed up.
type Source struct {
	DB      *sqldb.DB
	Blobs   blob.Store
	Files   map[string][]byte // name → content, such as the installation's secret
	Version string
	Scratch string // folder on a disk with room for the database
}

// Write makes a backup. progress, which may be nil, is told objects.
func Write(ctx context.Context, src Source, to blob.Store, now time.Time, progress func(done, total int64)) (Index, error) {
	ix := Index{Format: format, Made: now.UTC(), Version: src.Version}
	former, err := read(ctx, to)
	if err != nil && !errors.Is(err, ErrNone) {
		return ix, err
	}
	// The snapshot first: every blob that it names is written by then, and is never changed.
	if ix.Parts, err = writeDatabase(ctx, src, to, now); err != nil {
		return ix, err
	}
	if ix.Blobs, err = copyBlobs(ctx, src.Blobs, to, progress); err != nil {
		return ix, err
	}
	for name, content := range src.Files {
		p, err := put(ctx, to, "files/"+name, content)
		if err != nil {
			return ix, err
		}
		ix.Files = append(ix.Files, p)
	}
	b, err := json.MarshalIndent(ix, "", "  ")
	if err != nil {
		return ix, err
	}
	if err := to.Put(ctx, indexName, b); err != nil {
		return ix, err
	}
	for _, p := range former.Parts { // nobody needs the former snapshot any more
		if err := to.Delete(ctx, p.Name); err != nil {
			return ix, err
		}
	}
	return ix, nil
}

func writeDatabase(ctx context.Context, src Source, to blob.Store, now time.Time) (parts []Part, err error) {
	dir, err := os.MkdirTemp(src.Scratch, ".backup-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "main.db")
	if err := src.DB.Snapshot(ctx, path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	buf := make([]byte, partSize)
	for i := 0; ; i++ {
		n, err := io.ReadFull(f, buf)
		if n > 0 {
			p, err := put(ctx, to, fmt.Sprintf("main-%d/%05d.zst", now.UnixNano(), i), z.EncodeAll(buf[:n], nil))
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return parts, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func put(ctx context.Context, to blob.Store, name string, b []byte) (Part, error) {
	sum := sha256.Sum256(b)
	return Part{name, int64(len(b)), hex.EncodeToString(sum[:])}, to.Put(ctx, name, b)
}

// copyBlobs copies what is not there yet.
func copyBlobs(ctx context.Context, from, to blob.Store, progress func(done, total int64)) (parts []Part, err error) {
	names, err := from.List(ctx, "")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		n, err := from.Size(ctx, name)
		if errors.Is(err, blob.ErrNotFound) {
			continue // removed meanwhile: nothing that the snapshot names
		}
		if err != nil {
			return nil, err
		}
		target := "blobs/" + name
		if there, err := to.Size(ctx, target); err != nil || there != n {
			if err != nil && !errors.Is(err, blob.ErrNotFound) {
				return nil, err
			}
			b, err := from.Get(ctx, name)
			if err != nil {
				return nil, err
			}
			if err := to.Put(ctx, target, b); err != nil {
				return nil, err
			}
		}
		parts = append(parts, Part{Name: target, Bytes: n})
		if progress != nil {
			progress(int64(i+1), int64(len(names)))
		}
	}
	return parts, nil
}

// read reads the index of a backup.
func read(ctx context.Context, from blob.Store) (ix Index, err error) {
	b, err := from.Get(ctx, indexName)
	if errors.Is(err, blob.ErrNotFound) {
		return ix, ErrNone
	}
	if err != nil {
		return ix, err
	}
	if err := json.Unmarshal(b, &ix); err != nil {
		return ix, fmt.Errorf("%s is damaged: %w", indexName, err)
	}
	if ix.Format != format {
		return ix, fmt.Errorf("the backup has format %d, this program reads format %d", ix.Format, format)
	}
	return ix, nil
}

// Target is where a backup is restored to.
type Target struct {
	Database string // path of the main database; must not exist
	Blobs    blob.Store
	Folder   string // where the small files go
}

// Restore puts a backup in place: blobs, files, and last the database. Everything is checked on its way.
func Restore(ctx context.Context, from blob.Store, to Target, progress func(done, total int64)) (Index, error) {
	ix, err := read(ctx, from)
	if err != nil {
		return ix, err
	}
	if _, err := os.Stat(to.Database); err == nil {
		return ix, fmt.Errorf("%s exists already", to.Database)
	}
	for i, p := range ix.Blobs {
		b, err := get(ctx, from, p)
		if err != nil {
			return ix, err
		}
		if err := to.Blobs.Put(ctx, strings.TrimPrefix(p.Name, "blobs/"), b); err != nil {
			return ix, err
		}
		if progress != nil {
			progress(int64(i+1), int64(len(ix.Blobs)+len(ix.Parts)))
		}
	}
	for _, p := range ix.Files {
		b, err := get(ctx, from, p)
		if err != nil {
			return ix, err
		}
		if err := blob.WriteFile(filepath.Join(to.Folder, filepath.Base(p.Name)), b); err != nil {
			return ix, err
		}
	}
	return ix, restoreDatabase(ctx, from, ix, to.Database)
}

func restoreDatabase(ctx context.Context, from blob.Store, ix Index, path string) (err error) {
	unfinished := path + ".restoring"
	f, err := os.OpenFile(unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	defer z.Close()
	for _, p := range ix.Parts {
		b, err := get(ctx, from, p)
		if err == nil {
			b, err = z.DecodeAll(b, nil)
		}
		if err == nil {
			_, err = io.Copy(f, bytes.NewReader(b))
		}
		if err != nil {
			return errors.Join(fmt.Errorf("restore the database from %s: %w", p.Name, err), f.Close(), os.Remove(unfinished))
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(unfinished, path)
}

// get reads an object and checks it against the index.
func get(ctx context.Context, from blob.Store, p Part) ([]byte, error) {
	b, err := from.Get(ctx, p.Name)
	if err != nil {
		return nil, fmt.Errorf("the backup is not whole: %w", err)
	}
	if int64(len(b)) != p.Bytes {
		return nil, fmt.Errorf("the backup is damaged: %s has %d bytes of %d", p.Name, len(b), p.Bytes)
	}
	if sum := sha256.Sum256(b); p.SHA256 != "" && hex.EncodeToString(sum[:]) != p.SHA256 {
		return nil, fmt.Errorf("the backup is damaged: %s has another SHA-256 than when it was written", p.Name)
	}
	return b, nil
}
