package almanac_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// may says which rooms a room may import besides the standard library and its own sub-folders. Data moves
// one way round the loop; what is not listed here goes against it.
var may = map[string][]string{
	"fact": {}, "sqldb": {}, "blob": {}, "web": {},
	"shop":     {"sqldb"},
	"history":  {"fact", "sqldb", "blob"},
	"ingest":   {"fact", "history"},
	"connect":  {"fact", "decide"},
	"state":    {"fact", "history", "sqldb"},
	"model":    {},
	"predict":  {"state", "model", "blob", "sqldb", "fact"},
	"program":  {"predict", "state", "decide", "model", "fact", "sqldb"},
	"decide":   {"fact", "sqldb"},
	"measure":  {"state", "decide", "model", "fact"},
	"sim":      {"fact"},
	"evaluate": {"fact", "state", "model", "predict", "program", "sim"},
	"serve":    {"fact", "history", "sqldb", "blob", "shop", "ingest", "connect", "state", "model", "predict", "program", "decide", "measure", "web"},
	"cmd":      {"fact", "history", "sqldb", "blob", "shop", "ingest", "connect", "state", "model", "predict", "program", "decide", "measure", "serve", "web", "sim", "evaluate"},
	"scripts":  {},
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
			if strings.HasSuffix(i, "test") { // sqltest, predicttest
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

// sources hands every text file that people write to fn, by its path from here.
func sources(t *testing.T, fn func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 1 || slices.Contains([]string{"node_modules", "dist", "bin", "testdata", "almanac-data"}, e.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".md", ".sh", ".ts", ".tsx", ".mjs", ".js", ".css", ".yaml", ".yml"}, filepath.Ext(path)) && e.Name() != "Makefile" && e.Name() != "Dockerfile" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil {
			fn(path, b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreOneIdea(t *testing.T) {
	sources(t, func(path string, text []byte) {
		// The API's types are generated; a changelog only grows.
		if n := bytes.Count(text, []byte("\n")); n > 500 && path != "web/src/api/openapi.ts" && path != "CHANGELOG.md" {
			t.Errorf("%s has %d lines: past 500 it is two ideas", path, n)
		}
	})
}

var (
	machinePath = regexp.MustCompile(`(?:^|[^\w.~-])/(?:work|root|home|Users)/\w`)
	unfinished  = regexp.MustCompile(`\b(?:` + strings.Join([]string{"TO" + "DO", "FIX" + "ME"}, "|") + `)\b`)
)

func TestNothingPointsToOneMachineOrIsLeftOpen(t *testing.T) {
	sources(t, func(path string, text []byte) {
		for i, line := range bytes.Split(text, []byte("\n")) {
			if machinePath.Match(line) {
				t.Errorf("%s:%d names a folder of one machine", path, i+1)
			}
			if unfinished.Match(line) {
				t.Errorf("%s:%d leaves something open: do it, or open an issue", path, i+1)
			}
		}
	})
}

func TestNothingHappensOnImport(t *testing.T) {
	sources(t, func(path string, text []byte) {
		if filepath.Ext(path) != ".go" {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function: things are made in cmd, where one can see them", path)
			}
		}
	})
}

func TestEveryDirectDependencyIsExplained(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var names []string
	for line := range strings.Lines(read("go.mod")) {
		if f := strings.Fields(strings.TrimPrefix(line, "require ")); len(f) == 2 && strings.HasPrefix(f[1], "v") {
			names = append(names, f[0])
		}
	}
	var web struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(read("web/package.json")), &web); err != nil {
		t.Fatal(err)
	}
	names = slices.AppendSeq(slices.AppendSeq(names, maps.Keys(web.Dependencies)), maps.Keys(web.DevDependencies))
	list := read("DEPENDENCIES.md")
	for _, n := range names {
		if !strings.Contains(list, "\n| "+n+" |") {
			t.Errorf("DEPENDENCIES.md does not say why %s is needed and what its licence is", n)
		}
	}
	if len(names) < 20 {
		t.Errorf("only %d dependencies were found: the files have another form", len(names))
	}
}
