package almanac_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// may says which rooms a room may import besides the standard library and its own sub-folders. Data moves
// one way round the loop; what is not listed here goes against it.
var may = map[string][]string{
	"fact": {}, "sqldb": {}, "blob": {}, "web": {},
	"shop":    {"sqldb"},
	"history": {"fact", "sqldb", "blob"},
	"ingest":  {"fact", "history"},
	"connect": {"fact", "decide"},
	"state":   {"fact", "history", "sqldb"},
	"model":   {},
	"predict": {"state", "model", "blob", "sqldb", "fact"},
	"program": {"predict", "state", "decide", "model", "fact"},
	"decide":  {"fact", "sqldb"},
	"measure": {"state", "decide", "model", "fact"},
	"serve":   {"fact", "history", "sqldb", "blob", "shop", "ingest", "connect", "state", "model", "predict", "program", "decide", "measure", "web"},
	"cmd":     {"fact", "history", "sqldb", "blob", "shop", "ingest", "connect", "state", "model", "predict", "program", "decide", "measure", "serve", "web"},
	"scripts": {},
}

type pkg struct {
	ImportPath string
	Dir        string
	Doc        string
	Imports    []string
	GoFiles    []string
}

func packages(t *testing.T) (out []pkg) {
	t.Helper()
	b, err := exec.Command("go", "list", "-tags", "noui", "-json=ImportPath,Dir,Doc,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			out = append(out, p)
		}
	}
}

func room(path string) string {
	path = strings.TrimPrefix(path, "almanac/")
	first, _, _ := strings.Cut(path, "/")
	return first
}

func TestRoomsImportOnlyWhatTheLoopAllows(t *testing.T) {
	for _, p := range packages(t) {
		here := room(p.ImportPath)
		allowed, ok := may[here]
		if !ok {
			t.Errorf("%s is not a room of the loop: add it to the architecture page and to this test, or move it", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, "almanac/") || room(i) == here {
				continue
			}
			if !slices.Contains(allowed, room(i)) {
				t.Errorf("%s may not import %s", p.ImportPath, i)
			}
			if strings.HasSuffix(i, "/sqltest") || strings.HasSuffix(i, "test") && strings.Contains(i, "/predict") {
				t.Errorf("%s imports the test helper %s outside tests", p.ImportPath, i)
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		for _, vague := range []string{"utils", "util", "common", "helpers", "misc"} {
			if filepath.Base(p.ImportPath) == vague {
				t.Errorf("%s: the name does not say what is in it", p.ImportPath)
			}
		}
	}
}

func TestFilesAreOneIdea(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.GoFiles {
			b, err := os.ReadFile(filepath.Join(p.Dir, f))
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(b, []byte("\n")); n > 500 {
				t.Errorf("%s/%s has %d lines: past 500 it is two ideas", p.ImportPath, f, n)
			}
			if bytes.Contains(b, []byte("\nfunc init()")) {
				t.Errorf("%s/%s has an init function: things are made in cmd, where one can see them", p.ImportPath, f)
			}
		}
	}
}
