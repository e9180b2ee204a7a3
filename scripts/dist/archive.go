package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is a file or, where its name ends in a slash, a folder of an archive.
type entry struct {
	name  string
	bytes []byte
	mode  int64
	owner int
}

// archive packs a program with its licence and README: a zip for Windows, else a tar.gz.
func (r *release) archive(b build) (string, error) {
	folder := fmt.Sprintf("almanac-%s-%s-%s", r.version, b.system, b.machine)
	var entries []entry
	for _, f := range []struct {
		path string
		mode int64
	}{{"LICENSE", 0o644}, {"README.md", 0o644}, {b.path, 0o755}} {
		content, err := os.ReadFile(f.path)
		if err != nil {
			return "", err
		}
		entries = append(entries, entry{name: folder + "/" + filepath.Base(f.path), bytes: content, mode: f.mode})
	}
	name, packed, err := folder+".tar.gz", []byte(nil), error(nil)
	if b.system == "windows" {
		name = folder + ".zip"
		packed, err = zipped(entries, r.at)
	} else if packed, err = tarred(entries, r.at); err == nil {
		packed, err = gzipped(packed)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return name, os.WriteFile(filepath.Join(r.out, name), packed, 0o644)
}

func tarred(entries []entry, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.bytes)), Mode: e.mode, Uid: e.owner, Gid: e.owner, ModTime: at, Format: tar.FormatUSTAR}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.bytes); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func zipped(entries []entry, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(os.FileMode(e.mode))
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(e.bytes); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
