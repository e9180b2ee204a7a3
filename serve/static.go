package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"almanac/serve/problem"
)

// dashboardFiles answers the built dashboard. Paths that are no file are pages of the dashboard itself,
// which index.html draws. Files under assets/ carry a hash of their content in their name and never
// change; everything else is asked for again each time and answered 304 where it is the same.
func (s *Server) dashboardFiles(w http.ResponseWriter, r *http.Request) {
	p := r.URL.Path
	isAPI := p == "/api" || p == "/v1" || strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/v1/")
	if isAPI || r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.noRoute(w, r)
		return
	}
	name := strings.TrimPrefix(path.Clean(p), "/")
	if name == "" {
		name = "index.html"
	}
	data, err := s.file(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "assets/") && path.Ext(name) != ".js" {
		name = "index.html"
		data, err = s.file(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		problem.Write(w, problem.New(http.StatusNotFound, "no_file", "There is no such file", "The dashboard has no file of this name.",
			"Reload the page: the dashboard may have been updated. If it was left out of this build, run: make build"))
		return
	}
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	h := w.Header()
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		h.Set("Content-Type", t)
	}
	switch {
	case strings.HasPrefix(name, "assets/"):
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	case name == collector: // every page of a shop loads it: a browser asks again after a while
		h.Set("Cache-Control", "public, max-age=600")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	default:
		sum := sha256.Sum256(data)
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", `W/"`+hex.EncodeToString(sum[:12])+`"`)
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// collector is the script that shops' pages load.
const collector = "almanac.js"

func (s *Server) file(name string) ([]byte, error) {
	if s.Web == nil || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, ".") {
		return nil, fs.ErrNotExist
	}
	st, err := fs.Stat(s.Web, name)
	if err != nil || st.IsDir() {
		return nil, fs.ErrNotExist
	}
	return fs.ReadFile(s.Web, name)
}
