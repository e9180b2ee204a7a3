package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"almanac/fact"
	"almanac/history"
)

// A disk that fails is played by the kernel: from a moment on it answers the calls that write with an error,
// in a process of its own, because there is no way back.

const faultEnv = "ALMANAC_TEST_FAULT"

var faults = map[string]struct {
	calls []uint32
	errno unix.Errno
	want  error  // of Append
	says  string // in the error
}{
	"a flush fails":      {[]uint32{unix.SYS_FSYNC, unix.SYS_FDATASYNC}, unix.EIO, history.ErrDisk, "I/O error"},
	"a write fails":      {[]uint32{unix.SYS_PWRITE64}, unix.EIO, history.ErrDisk, "I/O error"},
	"the disk is full":   {[]uint32{unix.SYS_PWRITE64}, unix.ENOSPC, history.ErrFull, "full"},
	"the quota is spent": {[]uint32{unix.SYS_PWRITE64}, unix.EDQUOT, history.ErrDisk, "I/O error"},
}

// failing makes the calls of this process fail from now on.
func failing(calls []uint32, errno unix.Errno) error {
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}} // the number of the call
	for _, c := range calls {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: c, Jf: 1},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(errno)})
	}
	filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog))); e != 0 {
		return e
	}
	return nil
}

// TestOnAFailingDisk is what the child processes of the test below run.
func TestOnAFailingDisk(t *testing.T) {
	name, dir, ok := strings.Cut(os.Getenv(faultEnv), "|")
	if !ok {
		return // it is run by the next test, in a process of its own
	}
	fault := faults[name]
	s, _, err := openFolder(dir) // not closed: it dies with the process
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	add := func(many int) error {
		var facts []fact.Fact
		for range many {
			facts = append(facts, viewed(fmt.Sprint("m", n), "mug"))
			n++
		}
		_, err := s.Append(context.Background(), facts)
		return err
	}
	for range 20 {
		if err := add(10); err != nil {
			t.Fatal(err)
		}
	}
	if err := failing(fault.calls, fault.errno); err != nil {
		fmt.Println("no filter:", err)
		return
	}
	for range 3 {
		err := add(10)
		if !errors.Is(err, fault.want) {
			t.Errorf("append says %v", err)
		}
		if err != nil && !strings.Contains(err.Error(), fault.says) {
			t.Errorf("%q does not tell of %q", err, fault.says)
		}
	}
	if err := s.Room(); errors.Is(fault.want, history.ErrDisk) && !errors.Is(err, history.ErrDisk) {
		t.Errorf("after a failed write the record has room: %v", err)
	}
	fmt.Println("acknowledged 200")
}

func TestAFailingDiskKeepsWhatWasAcknowledged(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0], "-test.run=^TestOnAFailingDisk$", "-test.v")
			cmd.Env = append(os.Environ(), faultEnv+"="+name+"|"+dir)
			out, err := cmd.CombinedOutput()
			if strings.Contains(string(out), "no filter") {
				t.Skipf("the system does not let calls fail: %s", out)
			}
			if err != nil || !strings.Contains(string(out), "acknowledged 200") {
				t.Fatalf("%v: %s", err, out)
			}
			survived(t, dir, 200)
			s, stop, err := openFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			// What was written and could not be flushed may be there, whole: it was not acknowledged, and is
			// known when it is sent again.
			if recs := all(t, s); len(recs) != 200 && (len(recs) != 210 || fault.errno != unix.EIO) {
				t.Errorf("%d records: what was refused is there", len(recs))
			}
			if _, err := s.Append(t.Context(), []fact.Fact{viewed("m200", "mug")}); err != nil {
				t.Errorf("with a sound disk again: %v", err)
			}
		})
	}
}

// The last write before the power went may lie half on the disk.
func TestATornTailIsCutOff(t *testing.T) {
	dir := t.TempDir()
	acknowledged := killed(t, dir, "append/after-commit", 5, 0)
	wal := dir + "/record.db-wal"
	whole, err := os.ReadFile(wal)
	if err != nil || len(whole) < 10_000 {
		t.Fatalf("%d bytes of write-ahead log, %v", len(whole), err)
	}
	// Half a frame more: a page that has arrived in part.
	if err := os.WriteFile(wal, append(whole, whole[32:32+2000]...), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(dir + "/record.db-shm") // gone with the power
	survived(t, dir, acknowledged)
}
