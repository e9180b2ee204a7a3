//go:build unix

package blob

import "golang.org/x/sys/unix"

// Free is how many bytes of the disk under a folder an ordinary user may still fill.
func Free(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // the types differ between systems
}
