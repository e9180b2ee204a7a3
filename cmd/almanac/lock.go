package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// folderLock keeps a second process out of a data folder. It ends with the process, however that ends.
type folderLock struct{ f *os.File }

// lockFolder takes the lock or says who has it.
func lockFolder(dir, what string) (*folderLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &hint{fmt.Errorf("create the data folder: %w", err), "Choose a folder that you may write to with --data.", 0}
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &hint{fmt.Errorf("open the data folder's lock: %w", err), "Check who owns the data folder.", 0}
	}
	switch free, err := tryLock(f); {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), f.Close())
	case !free:
		holder, _ := os.ReadFile(path)
		_ = f.Close()
		return nil, &hint{fmt.Errorf("data folder %s is in use by %s", dir, strings.TrimSpace(string(holder))),
			"Stop that process, use the dashboard or API that it serves, or choose another folder with --data.", 0}
	}
	if err := errors.Join(f.Truncate(0), writeAt(f, fmt.Sprintf("process %d (almanac %s)\n", os.Getpid(), what))); err != nil {
		return nil, errors.Join(fmt.Errorf("write the data folder's lock: %w", err), f.Close())
	}
	return &folderLock{f}, nil
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

func (l *folderLock) release() error { return l.f.Close() }
