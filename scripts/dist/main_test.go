package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// packed makes a release of this test's own program, told to be Linux's and Windows'.
func packed(t *testing.T) (dir string, program []byte) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if program, err = os.ReadFile(self); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	var paths []string
	for _, name := range []string{"linux-amd64/almanac", "windows-arm64/almanac.exe"} {
		p := filepath.Join(t.TempDir(), name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, program, 0o755)); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	roots := filepath.Join(t.TempDir(), "roots")
	if err := os.WriteFile(roots, []byte("certificates"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	r := release{version: "v1.2.3", out: dir, certificates: roots, lock: "web/package-lock.json", at: time.Unix(1795269438, 0).UTC()}
	if err := r.make(paths); err != nil {
		t.Fatal(err)
	}
	return dir, program
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func untar(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if out[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func gunzip(t *testing.T, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRelease(t *testing.T) {
	var made [2]map[string][]byte
	for i := range made {
		t.Run("pack", func(t *testing.T) {
			dir, program := packed(t)
			made[i] = files(t, dir)
			if i > 0 {
				return
			}
			t.Run("archives hold the program, the licence and the README", func(t *testing.T) { archivesHoldProgramLicenceAndReadme(t, made[i], program) })
			t.Run("the image is a layout whose digests hold", func(t *testing.T) { imageIsALayoutWhoseDigestsHold(t, made[i], program) })
			t.Run("the bill of materials names modules and packages", func(t *testing.T) { billNamesModulesAndPackages(t, made[i]) })
		})
	}
	if first, then := string(made[0]["SHA256SUMS"]), string(made[1]["SHA256SUMS"]); first != then || first == "" {
		t.Errorf("two runs give other bytes: first\n%s\nthen\n%s", first, then)
	}
}

func archivesHoldProgramLicenceAndReadme(t *testing.T, got map[string][]byte, program []byte) {
	for name, b := range got {
		if name == "SHA256SUMS" {
			continue
		}
		if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(b), name); !strings.Contains(string(got["SHA256SUMS"]), want) {
			t.Errorf("SHA256SUMS lacks %q", want)
		}
	}
	for _, want := range []string{`"os": "windows",
   "arch": "arm64",
   "kind": "archive"`, `"os": "linux",
   "arch": "amd64",
   "kind": "image"`, `"version": "v1.2.3"`, `"date": "2026-11-21"`} {
		if !strings.Contains(string(got["release.json"]), want) {
			t.Errorf("release.json lacks %s: %s", want, got["release.json"])
		}
	}
	inside := untar(t, gunzip(t, got["almanac-v1.2.3-linux-amd64.tar.gz"]))
	if !bytes.Equal(inside["almanac-v1.2.3-linux-amd64/almanac"], program) || len(inside["almanac-v1.2.3-linux-amd64/LICENSE"]) == 0 || len(inside["almanac-v1.2.3-linux-amd64/README.md"]) == 0 || len(inside) != 3 {
		t.Errorf("the archive for Linux holds %d files and not the program, LICENSE and README.md", len(inside))
	}
	z := got["almanac-v1.2.3-windows-arm64.zip"]
	r, err := zip.NewReader(bytes.NewReader(z), int64(len(z)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, filepath.Base(f.Name))
	}
	if strings.Join(names, " ") != "LICENSE README.md almanac.exe" {
		t.Errorf("the archive for Windows holds %v", names)
	}
}

func imageIsALayoutWhoseDigestsHold(t *testing.T, got map[string][]byte, program []byte) {
	parts := untar(t, got["almanac-v1.2.3-linux-amd64.image.tar"])
	read := func(d descriptor, v any) []byte {
		t.Helper()
		b := parts[d.path()]
		if digest(b) != d.Digest || len(b) != d.Size {
			t.Fatalf("%s has other bytes than its descriptor tells", d.path())
		}
		if v != nil {
			if err := json.Unmarshal(b, v); err != nil {
				t.Fatal(err)
			}
		}
		return b
	}
	var index struct{ Manifests []descriptor }
	if err := json.Unmarshal(parts["index.json"], &index); err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	read(index.Manifests[0], &manifest)
	var config struct {
		Architecture string
		Rootfs       struct {
			Diff []string `json:"diff_ids"`
		}
	}
	read(manifest.Config, &config)
	layer := gunzip(t, read(manifest.Layers[0], nil))
	if config.Architecture != "amd64" || len(config.Rootfs.Diff) != 1 || config.Rootfs.Diff[0] != digest(layer) {
		t.Errorf("the config tells of another layer: %+v", config)
	}
	if root := untar(t, layer); !bytes.Equal(root["almanac"], program) || string(root["etc/ssl/certs/ca-certificates.crt"]) != "certificates" || root["tmp/"] == nil || root["data/"] == nil {
		t.Error("the layer lacks the program, the certificates, /tmp or /data")
	}
}

func TestModulesAreThoseThatWereLinked(t *testing.T) {
	mods := modules(&debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "example.org/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/new", Version: "v2.0.0+incompatible", Sum: "h1:x="}}}})
	if len(mods) != 2 || mods[0].PURL != "pkg:golang/std@1.26.8" || mods[1].PURL != "pkg:golang/example.org/new@v2.0.0+incompatible" {
		t.Errorf("modules: %+v", mods)
	}
}

func billNamesModulesAndPackages(t *testing.T, got map[string][]byte) {
	var doc struct {
		BomFormat, SpecVersion, SerialNumber string
		Components                           []component
	}
	if err := json.Unmarshal(got["almanac-v1.2.3.cdx.json"], &doc); err != nil {
		t.Fatal(err)
	}
	if doc.BomFormat != "CycloneDX" || doc.SpecVersion != "1.6" || !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(doc.SerialNumber) {
		t.Errorf("head: %s %s %s", doc.BomFormat, doc.SpecVersion, doc.SerialNumber)
	}
	seen := map[string]bool{}
	for _, c := range doc.Components {
		if seen[c.Ref] || c.Version == "" || c.Type != "library" || !strings.HasPrefix(c.PURL, "pkg:") {
			t.Errorf("component %+v is there twice or lacks something", c)
		}
		seen[c.Ref] = true
	}
	var react, vite bool
	for ref := range seen {
		react = react || strings.HasPrefix(ref, "pkg:npm/react@")
		vite = vite || strings.HasPrefix(ref, "pkg:npm/vite@")
	}
	if !react || vite {
		t.Errorf("react %v, vite %v: what is inside is named, what only builds is not", react, vite)
	}
}

func TestWhatCannotBePackedIsNamed(t *testing.T) {
	r := release{out: t.TempDir()}
	for _, paths := range [][]string{nil, {"almanac"}, {"plan9-386/missing"}} {
		if err := r.make(paths); err == nil {
			t.Errorf("%v was packed", paths)
		}
	}
}
