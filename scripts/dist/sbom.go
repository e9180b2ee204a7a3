package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"sort"
	"strings"
	"time"
)

// component is one line of the bill of materials, in the terms of CycloneDX 1.6.
type component struct {
	Type     string           `json:"type"`
	Ref      string           `json:"bom-ref"`
	Name     string           `json:"name"`
	Version  string           `json:"version"`
	PURL     string           `json:"purl,omitempty"`
	Hashes   []hash           `json:"hashes,omitempty"`
	Licenses []map[string]any `json:"licenses,omitempty"`
	Props    []property       `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// sbom writes what is inside: the Go modules that the programs themselves name, the standard library, and the
// npm packages from which the dashboard was built (those of package-lock.json that are not for building
// only). The form is CycloneDX 1.6 JSON.
func (r *release) sbom(paths []string) (string, error) {
	found := map[string]component{}
	for _, p := range paths {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			return "", fmt.Errorf("modules of %s: %w", p, err)
		}
		for _, c := range modules(info) {
			found[c.Ref] = c
		}
	}
	lock, err := os.ReadFile(r.lock)
	if err != nil {
		return "", err
	}
	npm, err := packages(lock)
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.lock, err)
	}
	for _, c := range npm {
		found[c.Ref] = c
	}
	all := make([]component, 0, len(found))
	for _, c := range found {
		all = append(all, c)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Ref < all[j].Ref })
	text, err := r.document(all)
	if err != nil {
		return "", err
	}
	name := "almanac-" + r.version + ".cdx.json"
	return name, os.WriteFile(filepath.Join(r.out, name), text, 0o644)
}

func (r *release) document(all []component) ([]byte, error) {
	self := component{Type: "application", Ref: "almanac", Name: "almanac", Version: r.version, Licenses: license("Apache-2.0")}
	doc := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":   map[string]any{"timestamp": r.at.Format(time.RFC3339), "component": self},
		"components": all,
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	// The serial number is a UUID of the content (RFC 9562, version 8), so that the same content has the same.
	u := sha256.Sum256(b)
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	doc["serialNumber"] = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	err = e.Encode(doc)
	return out.Bytes(), err
}

// modules of a program, and the standard library that it was built with.
func modules(info *debug.BuildInfo) []component {
	std := strings.TrimPrefix(strings.Fields(info.GoVersion + " ")[0], "go")
	out := []component{{Type: "library", Ref: "pkg:golang/std@" + std, Name: "std", Version: std, PURL: "pkg:golang/std@" + std, Licenses: license("BSD-3-Clause")}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		purl := "pkg:golang/" + m.Path + "@" + url.PathEscape(m.Version)
		out = append(out, component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl, Props: []property{{"almanac:go.sum", m.Sum}}})
	}
	return out
}

// packages of a package-lock.json (lockfileVersion 2 or 3) that are not for building only.
func packages(lock []byte) ([]component, error) {
	var l struct {
		Packages map[string]struct {
			Version   string `json:"version"`
			Integrity string `json:"integrity"`
			License   string `json:"license"`
			Dev       bool   `json:"dev"`
			Optional  bool   `json:"optional"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(lock, &l); err != nil {
		return nil, err
	}
	if len(l.Packages) == 0 {
		return nil, fmt.Errorf("no packages: lockfileVersion 2 or 3 is needed")
	}
	var out []component
	for path, p := range l.Packages {
		i := strings.LastIndex(path, "node_modules/")
		if i < 0 || p.Dev || p.Optional {
			continue
		}
		name := path[i+len("node_modules/"):]
		purl := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version
		c := component{Type: "library", Ref: purl, Name: name, Version: p.Version, PURL: purl, Licenses: license(p.License)}
		if sum, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
			b, err := base64.StdEncoding.DecodeString(sum)
			if err != nil {
				return nil, fmt.Errorf("integrity of %s: %w", name, err)
			}
			c.Hashes = []hash{{"SHA-512", hex.EncodeToString(b)}}
		}
		out = append(out, c)
	}
	return out, nil
}

// license names a licence by its SPDX identifier or expression.
func license(id string) []map[string]any {
	switch {
	case id == "":
		return nil
	case strings.ContainsAny(id, " ("):
		return []map[string]any{{"expression": id}}
	}
	return []map[string]any{{"license": map[string]any{"id": id}}}
}
