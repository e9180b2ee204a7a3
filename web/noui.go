//go:build noui

// Package web stands in for the dashboard in builds that leave it out (`-tags noui`).
package web

import (
	_ "embed"
	"io/fs"
	"testing/fstest"
)

//go:embed noui.html
var page []byte

// Files answers a page that says the dashboard is missing, and false.
func Files() (fs.FS, bool) {
	return fstest.MapFS{"index.html": &fstest.MapFile{Data: page, Mode: 0o444}}, false
}
