package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// almanac runs the program and returns its exit code and output.
func almanac(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, fault bytes.Buffer
	code = run(t.Context(), args, &out, &fault)
	return code, out.String(), fault.String()
}

// must runs the program and reads the one JSON document that it prints.
func must(t *testing.T, v any, args ...string) {
	t.Helper()
	code, out, fault := almanac(t, args...)
	if code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, fault)
	}
	d := json.NewDecoder(strings.NewReader(out))
	if err := d.Decode(v); err != nil || d.More() {
		t.Fatalf("%v printed no single JSON document: %v: %.200s", args, err, out)
	}
}

const small = "order,sku,description,quantity,date,price,customer,country\n" +
	"1,mug,Mug,2,2026-01-05 10:00,4.25,c1,United Kingdom\n1,cup,Cup,1,2026-01-05 10:00,3.00,c1,United Kingdom\n" +
	"2,mug,Mug,1,2026-01-12 10:00,4.25,c2,United Kingdom\nC3,mug,Mug,-1,2026-01-13 10:00,4.25,c2,United Kingdom\n"

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheWayRoundOnASmallFile(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	path := write(t, "orders.csv", small)
	var first, again account
	must(t, &first, "--data", data, "--json", "import", path)
	must(t, &again, "--data", data, "import", path, "--json")
	if first.Read != 4 || first.Accepted != 4 || first.Facts != 4 || again.Facts != 0 || again.Duplicates != 4 {
		t.Errorf("%+v then %+v", first, again)
	}
	var trained struct{ Models []struct{ Question string } }
	must(t, &trained, "--data", data, "--json", "train")
	if len(trained.Models) == 0 {
		t.Error("nothing was trained")
	}
	var decided struct {
		New       int
		Readiness []struct {
			Ready   bool
			Missing []struct{ File string }
		}
	}
	must(t, &decided, "--data", data, "--json", "decide")
	if decided.New != 0 || len(decided.Readiness) != 1 || decided.Readiness[0].Ready || decided.Readiness[0].Missing[0].File != "stock counts" {
		t.Errorf("%+v", decided)
	}
	var verified struct {
		OK    bool
		Facts int
	}
	must(t, &verified, "--data", data, "--json", "verify")
	if !verified.OK || verified.Facts != 4 {
		t.Errorf("%+v", verified)
	}
	_, before, _ := almanac(t, "--data", data, "export")
	if code, _, fault := almanac(t, "--data", data, "replay"); code != 0 {
		t.Fatal(fault)
	}
	_, after, _ := almanac(t, "--data", data, "export", "state")
	if before == "" || before != after {
		t.Error("replay changed the state")
	}
	// Facts that were exported make the same state elsewhere.
	out := filepath.Join(t.TempDir(), "facts.jsonl")
	if code, _, fault := almanac(t, "--data", data, "export", "facts", "--out", out); code != 0 {
		t.Fatal(fault)
	}
	other := filepath.Join(t.TempDir(), "other")
	var moved account
	must(t, &moved, "--data", other, "--json", "import", out, "--currency", "GBP")
	if _, copied, _ := almanac(t, "--data", other, "export"); copied != before {
		t.Error("exported facts make another state")
	}
}

func TestReorderFromSyntheticFiles(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var b strings.Builder
	b.WriteString("order,sku,description,quantity,date,price,customer\n")
	for d := range 140 { // five of a product every day for twenty weeks
		day := []string{"2025-07", "2025-08", "2025-09", "2025-10", "2025-11"}[d/28]
		b.WriteString(strings.Join([]string{"o" + day + string(rune('A'+d%28)), "mug", "Mug", "5", day + "-" + twoDigits(d%28+1), "10.00", "c1"}, ",") + "\n")
	}
	var a account
	must(t, &a, "--data", data, "--json", "import", write(t, "orders.csv", b.String()), "--currency", "EUR")
	must(t, &a, "--data", data, "--json", "import", write(t, "stock.csv", "sku,on hand\nmug,20\n"), "--as-of", "2025-11-28", "--synthetic")
	must(t, &a, "--data", data, "--json", "import", write(t, "costs.csv", "sku,unit cost,valid from\nmug,4.00,2025-01-01\n"), "--synthetic")
	must(t, &a, "--data", data, "--json", "import", write(t, "lead.csv", "sku,lead time days,supplier,pack size\nmug,14,Potter,6\n"), "--synthetic")
	var trained, decided map[string]any
	must(t, &trained, "--data", data, "--json", "train")
	must(t, &decided, "--data", data, "--json", "decide")
	if decided["new"] != 1.0 {
		t.Errorf("%v", decided)
	}
	must(t, &decided, "--data", data, "--json", "decide")
	if decided["new"] != 0.0 || decided["kept"] != 1.0 {
		t.Errorf("the same need was proposed again: %v", decided)
	}
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func TestWhatIsWrongIsSaidWithWhatToDo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"unknown command", []string{"dance"}, exitUsage, []string{"--help"}},
		{"no such file", []string{"--data", data, "import", "nowhere.csv"}, exitFailed, []string{"cannot be opened", "Check"}},
		{"a question", []string{"--data", data, "import", write(t, "o.csv", "order,sku,qty,date,price\n1,mug,1,01/02/2026,1.5\n"), "--currency", "EUR"}, exitUsage, []string{"--date-order dmy|mdy"}},
		{"no currency", []string{"--data", data, "import", write(t, "o.csv", "order,sku,qty,date,price\n1,mug,1,2026-02-01,1.5\n")}, exitUsage, []string{"--currency"}},
		{"nothing to train on", []string{"--data", data, "train"}, exitFailed, []string{"Import orders first"}},
		{"no such shop", []string{"--data", data, "--shop", "other", "train"}, exitUsage, []string{"default"}},
		{"a settings file that is not there", []string{"--config", "nowhere.yaml", "version"}, exitUsage, []string{"nowhere.yaml"}},
		{"a bad mapping", []string{"--data", data, "import", write(t, "o.csv", small), "--mapping", write(t, "m.yaml", "kind: orders\ncolours: {}\n")}, exitFailed, []string{"colours", "guide"}},
		{"a service level above one", []string{"--data", data, "--reorder-service-level", "1.5", "decide"}, exitUsage, []string{"out of range", "0.999"}},
		{"a webhook without a secret", []string{"--data", data, "serve", "--listen", "127.0.0.1:0", "--webhook-url", "https://example.com"}, exitUsage, []string{"secret"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, fault := almanac(t, c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, s := range c.says {
				if !strings.Contains(fault, s) {
					t.Errorf("%q does not say %q", fault, s)
				}
			}
			if strings.Contains(out, "{") {
				t.Errorf("an error printed %q on standard output", out)
			}
		})
	}
}

func TestAFolderInUseIsRefused(t *testing.T) {
	data := t.TempDir()
	l, err := lockFolder(data, "test")
	if err != nil {
		t.Fatal(err)
	}
	code, _, fault := almanac(t, "--data", data, "doctor")
	if code != exitFailed || !strings.Contains(fault, "in use by process") || !strings.Contains(fault, "--data") {
		t.Errorf("%d %q", code, fault)
	}
	if err := l.release(); err != nil {
		t.Fatal(err)
	}
	if code, _, fault := almanac(t, "--data", data, "verify"); code != 0 {
		t.Errorf("after the lock was released: %d %s", code, fault)
	}
}

func TestSettingsComeFromFileAndEnvironment(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	settings := write(t, "almanac.yaml", "data: "+data+"\nimport: {currency: EUR}\n")
	var a account
	must(t, &a, "--config", settings, "--json", "import", write(t, "o.csv", "order,sku,qty,date,price\n1,mug,1,2026-02-01,1.5\n"))
	if a.Accepted != 1 {
		t.Errorf("%+v", a)
	}
	t.Setenv("ALMANAC_DATA", data)
	var v map[string]any
	must(t, &v, "--json", "verify")
	if v["facts"] != 1.0 {
		t.Errorf("%v", v)
	}
}

// The real file, straight and shuffled, gives one state, byte for byte.
func TestOnlineRetailStraightAndShuffled(t *testing.T) {
	path := "../../../shared/data/orders/online_retail.csv.gz"
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs ../shared")
	}
	if testing.Short() {
		t.Skip("reads half a million rows twice")
	}
	sum := func(file string) (account, [32]byte) {
		data := filepath.Join(t.TempDir(), "data")
		var a account
		must(t, &a, "--data", data, "--json", "import", file)
		out := filepath.Join(t.TempDir(), "state.jsonl")
		if code, _, fault := almanac(t, "--data", data, "export", "--out", out); code != 0 {
			t.Fatal(fault)
		}
		b, err := os.ReadFile(out)
		if err != nil || len(b) == 0 {
			t.Fatal(len(b), err)
		}
		return a, sha256.Sum256(b)
	}
	straight, want := sum(path)
	if straight.Read != 541_909 || straight.Read != straight.Accepted+straight.Duplicates+straight.Filtered+straight.Quarantined {
		t.Errorf("%+v", straight)
	}
	if _, got := sum(shuffled(t, path)); got != want {
		t.Error("the shuffled file gives another state")
	}
}

func shuffled(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	body := rows[1:]
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
	out := filepath.Join(t.TempDir(), "shuffled.csv")
	w, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	b := bufio.NewWriter(w)
	for _, r := range rows {
		_, _ = b.WriteString(r + "\n")
	}
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}
