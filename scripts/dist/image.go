package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// nobody is the user of the container; it owns the data folder.
const nobody = 65532

// imageMost bounds an image, as it is carried.
const imageMost = 40 << 20

// image writes a container image without a daemon: one layer with the program, root certificates, a data
// folder and /tmp. The file is an OCI image layout (OCI image specification 1.1), and carries the
// manifest.json by which `docker load` of every age knows it.
func (r *release) image(b build) (string, error) {
	program, err := os.ReadFile(b.path)
	if err != nil {
		return "", err
	}
	roots, err := os.ReadFile(r.certificates)
	if err != nil {
		return "", fmt.Errorf("root certificates for the image: %w (name their file with -certificates)", err)
	}
	layer, err := tarred([]entry{
		{name: "almanac", bytes: program, mode: 0o755},
		{name: "data/", mode: 0o750, owner: nobody},
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", bytes: []byte(fmt.Sprintf("nonroot:x:%d:%d:nonroot:/data:/nologin\n", nobody, nobody)), mode: 0o644},
		{name: "etc/ssl/", mode: 0o755},
		{name: "etc/ssl/certs/", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", bytes: roots, mode: 0o644},
		{name: "tmp/", mode: 0o1777},
	}, r.at)
	if err != nil {
		return "", err
	}
	packed, err := gzipped(layer)
	if err != nil {
		return "", err
	}
	l := &layout{}
	config, err := l.json("application/vnd.oci.image.config.v1+json", r.config(b, digest(layer)))
	if err != nil {
		return "", err
	}
	data := l.blob("application/vnd.oci.image.layer.v1.tar+gzip", packed)
	manifest, err := l.json("application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []descriptor{data}})
	if err != nil {
		return "", err
	}
	manifest.Platform = map[string]string{"os": b.system, "architecture": b.machine}
	manifest.Annotations = map[string]string{"org.opencontainers.image.ref.name": r.version, "io.containerd.image.name": "docker.io/library/almanac:" + r.version}
	if err := l.close(manifest, []map[string]any{{"Config": config.path(), "RepoTags": []string{"almanac:" + r.version}, "Layers": []string{data.path()}}}); err != nil {
		return "", err
	}
	whole, err := tarred(l.entries, r.at)
	if err != nil {
		return "", err
	}
	if len(whole) >= imageMost {
		return "", fmt.Errorf("the image for %s/%s has %d bytes, and %d are the most: find out what made the program grow", b.system, b.machine, len(whole), imageMost-1)
	}
	name := fmt.Sprintf("almanac-%s-%s-%s.image.tar", r.version, b.system, b.machine)
	return name, os.WriteFile(filepath.Join(r.out, name), whole, 0o644)
}

func (r *release) config(b build, layer string) map[string]any {
	at := r.at.Format(time.RFC3339)
	return map[string]any{
		"created": at, "os": b.system, "architecture": b.machine,
		"config": map[string]any{
			"User": fmt.Sprint(nobody), "WorkingDir": "/data", "Env": []string{"ALMANAC_DATA=/data"},
			"Entrypoint": []string{"/almanac"}, "Cmd": []string{"serve", "--listen", "0.0.0.0:8080"},
			"ExposedPorts": map[string]any{"8080/tcp": map[string]any{}}, "Volumes": map[string]any{"/data": map[string]any{}},
			"Labels": map[string]string{"org.opencontainers.image.version": r.version, "org.opencontainers.image.title": "Almanac", "org.opencontainers.image.licenses": "Apache-2.0"},
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{layer}},
		"history": []map[string]any{{"created": at, "created_by": "almanac " + r.version}},
	}
}

// descriptor names a blob, as the specification has it.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func (d descriptor) path() string { return "blobs/sha256/" + d.Digest[len("sha256:"):] }

func digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

// layout is an image layout that grows.
type layout struct{ entries []entry }

func (l *layout) blob(media string, b []byte) descriptor {
	d := descriptor{MediaType: media, Digest: digest(b), Size: len(b)}
	l.entries = append(l.entries, entry{name: d.path(), bytes: b, mode: 0o644})
	return d
}

func (l *layout) json(media string, v any) (descriptor, error) {
	b, err := json.Marshal(v)
	return l.blob(media, b), err
}

func (l *layout) close(manifest descriptor, docker any) error {
	for _, f := range []struct {
		name string
		v    any
	}{
		{"oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"}},
		{"index.json", map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []descriptor{manifest}}},
		{"manifest.json", docker},
	} {
		b, err := json.Marshal(f.v)
		if err != nil {
			return err
		}
		l.entries = append(l.entries, entry{name: f.name, bytes: b, mode: 0o644})
	}
	return nil
}
