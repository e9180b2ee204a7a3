package history

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"almanac/blob"
	"almanac/sqldb"
)

// ErrFull is returned by Append while the disk is fuller than KeepFree allows. Nothing of the call is
// recorded then.
var ErrFull = errors.New("the disk is nearly full")

// ErrDisk is returned by Append after the disk failed to keep a write. From then on nothing is taken in until
// the record is opened again, because only what is read anew from the disk is known to be on it.
var ErrDisk = errors.New("the disk failed")

// watermark looks at the disk now and then, because every append would be too often.
type watermark struct {
	dir   string
	least int64

	mu   sync.Mutex
	at   time.Time
	full error
}

// lookEvery is how old the answer about the disk may be. At the highest rate of facts a few megabytes come
// in between.
const lookEvery = time.Second

// KeepFree makes Append refuse facts while less than least bytes of the disk under dir are free, so that the
// database never runs into a full disk in the middle of its work. It is called before the store is used.
func (s *Store) KeepFree(dir string, least int64) { s.mark = watermark{dir: dir, least: least} }

// Room tells whether facts are taken in: nil, or an error that is ErrFull or ErrDisk.
func (s *Store) Room() error {
	if err := s.failed.Load(); err != nil {
		return *err
	}
	w := &s.mark
	if w.least <= 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now() // of the machine, not of the record: how long ago the disk was looked at
	if since := now.Sub(w.at); since >= 0 && since < lookEvery {
		return w.full
	}
	w.at, w.full = now, nil
	free, err := blob.Free(w.dir)
	switch {
	case err != nil:
		w.full = fmt.Errorf("look at the disk under %s: %w", w.dir, err)
	case free < w.least:
		w.full = fmt.Errorf("%w: %d MB are free, %d MB are kept free", ErrFull, free>>20, w.least>>20)
	}
	return w.full
}

// wrote looks at the error of a write: a disk that failed is not trusted again, one that is full may be emptied.
func (s *Store) wrote(err error) error {
	switch {
	case sqldb.Failed(err):
		err = fmt.Errorf("%w: %w", ErrDisk, err)
		s.failed.CompareAndSwap(nil, &err)
	case sqldb.Full(err):
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}
