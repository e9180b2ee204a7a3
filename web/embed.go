//go:build !noui

// Package web carries the built dashboard inside the binary. In: web/dist, made by `npm run build` before `go build`.
// Out: the files to serve at /. Building with `-tags noui` leaves the dashboard out, so that Go can be built and tested
// without Node.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files answers the dashboard's files, index.html at the root, and true.
func Files() (fs.FS, bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist, false
	}
	return files, true
}
