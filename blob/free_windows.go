package blob

import "golang.org/x/sys/windows"

// Free is how many bytes of the disk under a folder an ordinary user may still fill.
func Free(dir string) (int64, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(p, &free, nil, nil)
	return int64(free), err
}
