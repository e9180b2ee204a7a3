//go:build unix

package history_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// cluster is a PostgreSQL of the test's own, which it may stop.
type cluster struct {
	t         *testing.T
	bin, data string
	port      int
	as        *syscall.Credential
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	if os.Getenv(sqltest.Variable) == "" {
		t.Skip("no PostgreSQL: set " + sqltest.Variable + " to run this test")
	}
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		t.Fatal(err)
	}
	if len(bins) == 0 {
		t.Skip("no PostgreSQL that a test may stop: install Debian's package postgresql")
	}
	slices.Sort(bins)
	dir, err := os.MkdirTemp("", "cluster") // not t.TempDir: its parents are root's alone
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{t: t, bin: filepath.Dir(bins[len(bins)-1]), data: filepath.Join(dir, "data")}
	t.Cleanup(func() {
		c.run("pg_ctl", "-D", c.data, "-m", "immediate", "stop")
		_ = os.RemoveAll(dir)
	})
	if os.Getuid() == 0 { // PostgreSQL refuses to be run by root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("no user postgres:", err)
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			t.Fatal(err)
		}
		for up := filepath.Dir(dir); len(up) > len("/tmp"); up = filepath.Dir(up) {
			_ = os.Chmod(up, 0o755) // so that this user reaches the folder
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	if out, err := c.run("initdb", "-D", c.data, "-A", "trust", "-U", "postgres", "--locale=C", "--encoding=UTF8"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c.start()
	return c
}

func (c *cluster) run(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	var out bytes.Buffer
	log, err := os.CreateTemp("", "postgres") // a pipe would be held open by the server
	if err != nil {
		return nil, err
	}
	defer os.Remove(log.Name())
	cmd.Stdout, cmd.Stderr = log, log
	err = cmd.Run()
	if _, seek := log.Seek(0, 0); seek == nil {
		_, _ = out.ReadFrom(log)
	}
	return out.Bytes(), errors.Join(err, log.Close())
}

func (c *cluster) start() {
	c.t.Helper()
	o := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories=%s", c.port, filepath.Dir(c.data))
	if out, err := c.run("pg_ctl", "-D", c.data, "-w", "-o", o, "start"); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
}

func (c *cluster) address() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

// PostgreSQL goes down in the middle of things and comes back: who got an error sends again, and in the end
// everything is there once.
func TestPostgresRestartedUnderLoad(t *testing.T) {
	c := newCluster(t)
	db, err := sqldb.Open(t.Context(), c.address(), sqldb.Options{Schema: "record"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := history.Open(context.Background(), db, segments(t), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const senders, each = 4, 60
	var all4, half sync.WaitGroup
	var refused [senders]int
	half.Add(senders)
	for k := range senders {
		all4.Go(func() {
			for i := range each {
				if i == each/2 {
					half.Done()
				}
				facts := []fact.Fact{viewed(fmt.Sprintf("%d-%d", k, i), "mug"), viewed(fmt.Sprintf("%d-%d-too", k, i), "cup")}
				for try := 0; ; try++ {
					_, err := s.Append(context.Background(), facts)
					if err == nil {
						break
					}
					refused[k]++
					if try > 3000 {
						t.Errorf("after %d attempts: %v", try, err)
						return
					}
					time.Sleep(10 * time.Millisecond) // a sender that waits before it tries again
				}
			}
		})
	}
	half.Wait()
	if out, err := c.run("pg_ctl", "-D", c.data, "-m", "immediate", "-w", "stop"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := s.Append(t.Context(), []fact.Fact{viewed("down", "mug")}); err == nil {
		t.Error("without its database the record took a fact")
	}
	c.start()
	all4.Wait()
	seen := map[string]int{}
	for _, r := range all(t, s) {
		seen[r.ID]++
	}
	for k := range senders {
		for i := range each {
			for _, id := range []string{fmt.Sprintf("%d-%d", k, i), fmt.Sprintf("%d-%d-too", k, i)} {
				if seen[id] != 1 {
					t.Errorf("%s is there %d times", id, seen[id])
				}
			}
		}
	}
	if damage, err := s.Verify(t.Context(), nil); err != nil || len(damage) > 0 {
		t.Errorf("%v, %v", damage, err)
	}
	t.Logf("attempts refused: %v", refused)
}
