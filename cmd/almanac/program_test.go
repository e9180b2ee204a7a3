package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const programEnv = "ALMANAC_TEST_PROGRAM"

// TestMain turns the test binary into the program itself, to be killed.
func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is a server in a process of its own.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	said *bytes.Buffer
	mu   sync.Mutex
	gone chan struct{}
}

func startProgram(t *testing.T, data string, more ...string) *program {
	t.Helper()
	return startCommand(t, append([]string{"--data", data, "serve", "--listen", "127.0.0.1:0"}, more...)...)
}

func startCommand(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, said: &bytes.Buffer{}, gone: make(chan struct{})}
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), programEnv+"=1")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout, p.cmd.Stderr = in, in
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	found := make(chan string, 1)
	go func() {
		defer close(p.gone)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			line := lines.Text()
			p.mu.Lock()
			p.said.WriteString(line + "\n")
			p.mu.Unlock()
			if i := strings.Index(line, "http://127.0.0.1:"); i >= 0 {
				select {
				case found <- strings.TrimRight(strings.Fields(line[i:])[0], "/\"."):
				default:
				}
			}
		}
		_ = out.Close()
	}()
	select {
	case p.url = <-found:
	case <-p.gone:
		t.Fatalf("the program ended:\n%s", p.log())
	}
	if i := strings.Index(p.url[len("http://"):], "/"); i >= 0 { // a sign-in link
		p.url = p.url[:len("http://")+i]
	}
	t.Cleanup(p.kill)
	return p
}

func (p *program) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// kill is kill -9.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	<-p.gone
}

// await looks until something is so, or the program ends or half a minute is over.
func (p *program) await(what string, so func() bool) {
	p.t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(50 * time.Millisecond) { // nothing tells of it
		if time.Now().After(end) {
			p.t.Fatalf("there is no sign of %s:\n%s", what, p.log())
		}
	}
}

// writeKey makes a key while nothing runs.
func writeKey(t *testing.T, data string) string {
	t.Helper()
	var k struct {
		Secret string `json:"secret"`
	}
	must(t, &k, "--data", data, "--json", "key", "create", "web", "--kind", "write")
	return k.Secret
}

// send posts a body as a tracking client does; nil where it was acknowledged.
func send(ctx context.Context, url, key, path string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.SetBasicAuth(key, "")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%d: %s", res.StatusCode, answer)
	}
	return nil
}

// The whole program is killed at random instants, while it takes events in, folds them into its views and
// answers. What it acknowledged is in the record once, and the views are those of a rebuild.
func TestTheProgramKilledUnderLoadLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program again and again")
	}
	data := filepath.Join(t.TempDir(), "data")
	key := writeKey(t, data)
	rng := rand.New(rand.NewPCG(7, 8))
	acknowledged := map[string]bool{}
	n := 0
	for range 3 {
		p := startProgram(t, data)
		const clients = 4
		from := n
		var mu sync.Mutex
		var all sync.WaitGroup
		for k := range clients {
			all.Go(func() {
				for i := 0; ; i++ {
					var batch []map[string]any
					var ids []string
					for j := range 25 {
						id := fmt.Sprintf("%d-%d-%d-%d", from, k, i, j)
						ids = append(ids, id)
						batch = append(batch, map[string]any{"type": "track", "event": "Product Viewed", "messageId": id, "anonymousId": fmt.Sprint("v", j),
							"properties": map[string]any{"product_id": fmt.Sprint("sku-", j%7)}})
					}
					if send(context.Background(), p.url, key, "/v1/batch", map[string]any{"batch": batch}) != nil {
						return // it is dead
					}
					mu.Lock()
					for _, id := range ids {
						acknowledged[id] = true
					}
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(200+rng.IntN(600)) * time.Millisecond) // the instant of the kill, no condition to wait for
		p.kill()
		all.Wait()
		n++
	}
	if len(acknowledged) < 100 {
		t.Fatalf("only %d events were acknowledged", len(acknowledged))
	}
	var ok struct{ OK bool }
	must(t, &ok, "--data", data, "--json", "verify") // state as rebuilt, and every checksum
	code, out, fault := almanac(t, "--data", data, "export", "facts")
	if code != 0 {
		t.Fatal(fault)
	}
	seen := map[string]int{}
	for d := json.NewDecoder(strings.NewReader(out)); ; {
		var f struct{ ID string }
		if err := d.Decode(&f); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen[f.ID]++
	}
	for id := range acknowledged {
		if seen[id] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", id, seen[id])
		}
	}
}

// Connections that nobody uses, ten thousand of them, do not keep others out.
func TestTenThousandIdleConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("opens ten thousand connections")
	}
	data := filepath.Join(t.TempDir(), "data")
	key := writeKey(t, data)
	p := startProgram(t, data)
	var idle []net.Conn
	defer func() {
		for _, c := range idle {
			_ = c.Close()
		}
	}()
	for range 10_000 {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Skipf("the system gives %d connections: %v", len(idle), err)
		}
		idle = append(idle, c)
	}
	for i := range 20 {
		if err := send(t.Context(), p.url, key, "/v1/page", map[string]any{"messageId": fmt.Sprint(i), "anonymousId": "v"}); err != nil {
			t.Fatal(err)
		}
	}
}
