//go:build unix

package history_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
)

const crashEnv = "ALMANAC_TEST_CRASH"

// openFolder opens a record as the program does: a database file beside a folder of segments.
func openFolder(dir string) (*history.Store, func(), error) {
	db, err := sqldb.Open(context.Background(), filepath.Join(dir, "record.db"), sqldb.Options{})
	if err != nil {
		return nil, nil, err
	}
	blobs, err := blob.OpenDir(filepath.Join(dir, "blobs"))
	if err != nil {
		return nil, nil, err
	}
	s, err := history.Open(context.Background(), db, blobs, time.Now)
	if err != nil {
		return nil, nil, err
	}
	return s, func() { s.Close(); _ = db.Close() }, nil
}

// TestMain turns the test binary into the process that is killed.
func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		if err := victim(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// victim appends numbered facts and seals beside it. It says what was acknowledged, and kills itself when it
// comes to a point for the nth time.
func victim(spec string) error {
	parts := strings.Split(spec, "|") // folder | point | how many times before
	left, err := strconv.Atoi(parts[2])
	if err != nil {
		return err
	}
	s, _, err := openFolder(parts[0])
	if err != nil {
		return err
	}
	s.Crash(func(point string) {
		if point != parts[1] {
			return
		}
		if left--; left < 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	head, err := s.Head(context.Background())
	if err != nil {
		return err
	}
	for n := head; n < head+400; n += 20 {
		var facts []fact.Fact
		for i := n; i < n+20; i++ {
			facts = append(facts, viewed(fmt.Sprint("m", i), "mug"))
		}
		if _, err := s.Append(context.Background(), facts); err != nil {
			return err
		}
		fmt.Println("acknowledged", n+20)
		if n%100 == 80 {
			if _, err := s.SealAll(context.Background()); err != nil {
				return err
			}
			fmt.Println("sealed")
		}
	}
	return nil
}

// killed runs the victim, until it kills itself or somebody else does, and returns what it acknowledged.
func killed(t *testing.T, dir, point string, times int, after time.Duration) (acknowledged int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", crashEnv, dir, point, times))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
			if acknowledged, err = strconv.ParseInt(n, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil && after == 0 {
		t.Fatalf("the process ended by itself and never came to %s", point)
	}
	return acknowledged
}

// survived checks that everything acknowledged is there once, in order, and that the record is sound.
func survived(t *testing.T, dir string, acknowledged int64) {
	t.Helper()
	s, stop, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	recs := all(t, s)
	if int64(len(recs)) < acknowledged {
		t.Errorf("%d records of %d acknowledged", len(recs), acknowledged)
	}
	for i, r := range recs {
		if r.Offset != int64(i+1) || r.ID != fmt.Sprint("m", i) {
			t.Fatalf("at place %d is record %d, fact %s", i+1, r.Offset, r.ID)
		}
	}
	damage, err := s.Verify(t.Context(), nil)
	if err != nil || len(damage) > 0 {
		t.Errorf("the record is damaged: %v, %v", damage, err)
	}
}

func TestKilledAtEveryPointNothingIsLostOrDoubled(t *testing.T) {
	for _, point := range []string{"append/before-commit", "append/after-commit", "seal/before-segments", "seal/segment-written", "seal/before-manifest", "seal/after-manifest", "seal/truncating"} {
		t.Run(strings.ReplaceAll(point, "/", " "), func(t *testing.T) {
			dir := t.TempDir()
			for times := range 3 { // again and again in the same folder
				survived(t, dir, killed(t, dir, point, times, 0))
			}
			s, stop, err := openFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			if _, err := s.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := s.SealAll(t.Context()); err != nil {
				t.Error(err)
			}
			if damage, err := s.Verify(t.Context(), nil); err != nil || len(damage) > 0 {
				t.Errorf("after sealing again: %v, %v", damage, err)
			}
		})
	}
}

func TestKilledAtRandomInstantsNothingIsLostOrDoubled(t *testing.T) {
	rounds := 8
	if n, err := strconv.Atoi(os.Getenv("ALMANAC_TORTURE")); err == nil {
		rounds = n
	}
	rng := rand.New(rand.NewPCG(5, 6))
	dir := t.TempDir()
	for range rounds {
		survived(t, dir, killed(t, dir, "never", 0, time.Duration(20+rng.IntN(300))*time.Millisecond))
	}
}
