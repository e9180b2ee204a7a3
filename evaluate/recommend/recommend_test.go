package recommend_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/recommend"
	"almanac/model/recommend/session"
)

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, name, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return write(t, name, b.String())
}

func TestTheThreeFormsAreRecognised(t *testing.T) {
	for _, c := range []struct {
		name, train, test string
		form              recommend.Form
		sessions          int
		questions         []session.Question
	}{
		{"lines and prefixes", "10 20 30\n10 40\n", "10 20\t30\n99\t10\n20\t98\n", recommend.Lines, 2,
			[]session.Question{{Prefix: []int32{0, 1}, Target: 2}, {Prefix: []int32{-1}, Target: 0}, {Prefix: []int32{1}, Target: -1}}},
		{"table; items in the order of time, items not seen before left out", "SessionId\tItemId\tTime\n7\tb\t20\n7\ta\t10.5\n8\tc\t5\n8\ta\t6\n",
			"SessionId\tItemId\tTime\n1\ta\t100\n1\tx\t101\n1\tb\t102\n1\tc\t103\n2\ty\t104\n", recommend.Table, 2,
			[]session.Question{{Prefix: []int32{1}, Target: 0}, {Prefix: []int32{1, 0}, Target: 2}}},
		{"sequences, the last held out", "1 a b c\n2 c a\n", "", recommend.Sequences, 2,
			[]session.Question{{Prefix: []int32{0, 1}, Target: 2}, {Prefix: []int32{2}, Target: 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			train, test := packed(t, "train.gz", c.train), ""
			if c.test != "" {
				test = write(t, "test", c.test)
			}
			s, err := recommend.Read(train, test)
			if err != nil {
				t.Fatal(err)
			}
			if s.Form != c.form || s.Train.Len() != c.sessions {
				t.Errorf("form %s, %d sessions", s.Form, s.Train.Len())
			}
			if d := cmp.Diff(c.questions, s.Test); d != "" {
				t.Errorf("questions (-want +got):\n%s", d)
			}
		})
	}
}

func TestWithoutATestFileTheLatestTenthIsHeldOut(t *testing.T) {
	s, err := recommend.Read(write(t, "sessions", strings.Repeat("1 2\n", 20)), "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Form != recommend.Lines || s.Train.Len() != 18 || len(s.Test) != 2 {
		t.Errorf("%s: %d sessions, %d questions", s.Form, s.Train.Len(), len(s.Test))
	}
}

func TestAttributesBesideSequencesAreRead(t *testing.T) {
	path := write(t, "toys.sequences.txt", "1 5 6 7\n2 6 5\n")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "toys.item2attributes.json"), []byte(`{"6":[2,1,2],"99":[4]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := recommend.Read(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]int32{nil, {1, 2}, nil}, s.Attributes); d != "" {
		t.Error(d)
	}
}

func TestBadFilesAreNamedWithTheirLine(t *testing.T) {
	for name, c := range map[string][3]string{
		"no tab":      {"1 2\n", "1 2\n", "line 1"},
		"no time":     {"SessionId\tItemId\tTime\n1\ta\tnoon\n", "", "line 2"},
		"few columns": {"SessionId\tItemId\tTime\n1\ta\n", "", "line 2"},
		"no item":     {"1 a b\n2\n", "", "line 2"},
		"empty":       {"", "", "nothing to measure"},
	} {
		t.Run(name, func(t *testing.T) {
			test := ""
			if c[1] != "" {
				test = write(t, "test", c[1])
			}
			_, err := recommend.Read(write(t, "train", c[0]), test)
			if err == nil || !strings.Contains(err.Error(), c[2]) {
				t.Errorf("%v, want %s", err, c[2])
			}
		})
	}
	if _, err := recommend.Read(filepath.Join(t.TempDir(), "none"), ""); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestTheReportHasTheFormThatOthersRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var train, test strings.Builder
	for range 600 {
		a := r.IntN(20) * 2
		fmt.Fprintf(&train, "%d %d %d\n", r.IntN(40), a, a+1)
	}
	for i := range 40 {
		fmt.Fprintf(&test, "%d\t%d\n", i%20*2, i%20*2+1)
	}
	s, err := recommend.Read(write(t, "train", train.String()), write(t, "test", test.String()))
	if err != nil {
		t.Fatal(err)
	}
	report, err := recommend.Measure(t.Context(), s, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Task    string
		Data    map[string]any
		Auto    map[string]any
		Methods map[string]map[string]float64
		Seconds float64
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields("hr20 mrr20 hr10 ndcg10 coverage popularity_bias p50_us p99_us build_seconds heap_mb") {
		if _, ok := doc.Auto[name].(float64); !ok {
			t.Errorf("auto has no %s", name)
		}
		for m, v := range doc.Methods {
			if x, ok := v[name]; !ok || math.IsNaN(x) {
				t.Errorf("%s has no %s", m, name)
			}
		}
	}
	if doc.Task != "recommend" || doc.Data["questions"] != 40.0 || doc.Auto["method"] == "" || doc.Auto["hr20"].(float64) < 0.9 {
		t.Errorf("%s", b)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("1 2 3\n2 3\n", "1\t2\n")
	f.Add("SessionId\tItemId\tTime\n1\ta\t1\n", "SessionId,ItemId,Time\n1,a,1\n")
	f.Add("1 a b\n2 c d\n", "")
	f.Add("\x1f\x8b", "")
	f.Fuzz(func(t *testing.T, train, test string) {
		path := write(t, "train", train)
		held := ""
		if test != "" {
			held = write(t, "test", test)
		}
		s, err := recommend.Read(path, held)
		if err != nil {
			return
		}
		for _, q := range s.Test {
			if int(q.Target) >= len(s.Items) {
				t.Fatalf("target %d of %d items", q.Target, len(s.Items))
			}
		}
	})
}

// TestMeasuredOnKnownSessions holds the automatic choice to what it reaches on public sessions, where they are at hand.
func TestMeasuredOnKnownSessions(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "recommend")
	train := filepath.Join(dir, "yoochoose100k_train_full.tsv.gz")
	if _, err := os.Stat(train); err != nil || testing.Short() {
		t.Skip("no public sessions beside the repository, or a short run")
	}
	s, err := recommend.Read(train, filepath.Join(dir, "yoochoose100k_test.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := recommend.Measure(t.Context(), s, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if r.Auto.HR20 < 0.69 || r.Auto.MRR20 < 0.368 {
		t.Errorf("%s reaches HR@20 %.4f and MRR@20 %.4f", r.Auto.Method, r.Auto.HR20, r.Auto.MRR20)
	}
	for name, m := range r.Methods {
		if m.HR20 > r.Auto.HR20+0.002 {
			t.Errorf("%s with %.4f is better than the choice, %s with %.4f", name, m.HR20, r.Auto.Method, r.Auto.HR20)
		}
	}
}
