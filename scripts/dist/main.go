// Command dist packs built programs for release: for every platform an archive, for Linux a container image,
// and for all of them an SBOM and SHA256SUMS. What goes in decides every byte that comes out: files have one
// time and one owner, and names are sorted.
//
//	go run ./scripts/dist -version v1.2.3 -time 1795269438 -out dist dist/.build/linux-amd64/almanac …
package main

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

func main() {
	r := release{}
	seconds := flag.Int64("time", 0, "time of every file, in seconds since 1970")
	flag.StringVar(&r.version, "version", "dev", "version")
	flag.StringVar(&r.out, "out", "dist", "folder for what is made")
	flag.StringVar(&r.certificates, "certificates", "/etc/ssl/certs/ca-certificates.crt", "root certificates of the container image")
	flag.StringVar(&r.lock, "lock", "web/package-lock.json", "npm packages of the dashboard")
	flag.Parse()
	r.at = time.Unix(*seconds, 0).UTC()
	if err := r.make(flag.Args()); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

type release struct {
	version, out       string
	certificates, lock string
	at                 time.Time
}

// build is one built program; its folder is named after its platform: …/linux-amd64/almanac.
type build struct{ path, system, machine string }

func buildOf(path string) (build, error) {
	system, machine, ok := strings.Cut(filepath.Base(filepath.Dir(path)), "-")
	if !ok {
		return build{}, fmt.Errorf("%s: its folder must be named after its platform, as in linux-amd64", path)
	}
	return build{path, system, machine}, nil
}

func (r *release) make(paths []string) error {
	if len(paths) == 0 {
		return fmt.Errorf("no built program was named")
	}
	var made []string
	for _, p := range paths {
		b, err := buildOf(p)
		if err != nil {
			return err
		}
		name, err := r.archive(b)
		if err != nil {
			return err
		}
		made = append(made, name)
		if b.system == "linux" {
			if name, err = r.image(b); err != nil {
				return err
			}
			made = append(made, name)
		}
	}
	name, err := r.sbom(paths)
	if err != nil {
		return err
	}
	made = append(made, name)
	if err := r.describe(made); err != nil {
		return err
	}
	return r.sums(append(made, "release.json"))
}

// describe writes release.json, which `almanac upgrade --check` reads wherever the folder is put.
func (r *release) describe(names []string) error {
	type file struct {
		Name   string `json:"name"`
		URL    string `json:"url"`
		SHA256 string `json:"sha256"`
		OS     string `json:"os,omitempty"`
		Arch   string `json:"arch,omitempty"`
		Kind   string `json:"kind,omitempty"`
	}
	var files []file
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(r.out, n))
		if err != nil {
			return err
		}
		f := file{Name: n, URL: n, SHA256: fmt.Sprintf("%x", sha256.Sum256(b))}
		for _, kind := range []struct{ suffix, name string }{{".image.tar", "image"}, {".tar.gz", "archive"}, {".zip", "archive"}} {
			if platform, ok := strings.CutSuffix(strings.TrimPrefix(n, "almanac-"+r.version+"-"), kind.suffix); ok {
				f.OS, f.Arch, _ = strings.Cut(platform, "-")
				f.Kind = kind.name
			}
		}
		files = append(files, f)
	}
	b, err := json.MarshalIndent(map[string]any{"version": r.version, "date": r.at.Format(time.DateOnly), "files": files}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, "release.json"), append(b, '\n'), 0o644)
}

// sums writes SHA256SUMS in the form that sha256sum -c reads.
func (r *release) sums(names []string) error {
	sort.Strings(names)
	var text strings.Builder
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(r.out, n))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(b), n)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(text.String()), 0o644)
}
