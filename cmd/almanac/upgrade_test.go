package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestVersionsAreOrderedAsTheStandardSays(t *testing.T) {
	// Section 11 of Semantic Versioning 2.0.0, and what git describe adds.
	order := []string{"v0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "v1.0.1", "v1.2.0", "v1.10.0", "v2.0.0"}
	for i := range order {
		for j := range order {
			a, ok := parseVersion(order[i])
			b, also := parseVersion(order[j])
			if !ok || !also || a.before(b) != (i < j) {
				t.Errorf("%s before %s: %v", order[i], order[j], a.before(b))
			}
		}
	}
	after, _ := parseVersion("v1.0.0-5-gbb2c127-dirty")
	tag, _ := parseVersion("v1.0.0")
	if after.before(tag) || tag.before(after) {
		t.Error("five commits after v1.0.0 are taken for older or newer than it")
	}
	for _, s := range []string{"dev", "bb2c127", "", "v1.2", "v1.2.3.4", "v99999999999.0.0"} {
		if _, ok := parseVersion(s); ok {
			t.Errorf("%q is a version number", s)
		}
	}
}

func TestUpgradeTellsOfANewerVersionOnly(t *testing.T) {
	old := version
	defer func() { version = old }()
	answer, status := "", http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/almanac/release.json" || r.Method != http.MethodGet {
			t.Errorf("%s %s was asked for", r.Method, r.URL.Path)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	defer srv.Close()
	where := srv.URL + "/almanac/release.json"
	good := `{"version":"v1.3.0","date":"2026-11-20","notes":"notes.html","files":[{"name":"a.tar.gz","url":"a.tar.gz","sha256":"ab","os":"` + runtime.GOOS + `","arch":"` + runtime.GOARCH + `","kind":"archive"},{"name":"b","url":"b","sha256":"cd","os":"plan9","arch":"386","kind":"archive"}]}`
	dir := t.TempDir()
	t.Chdir(dir)
	ask := func(args ...string) (int, string, string) {
		var out, errs strings.Builder
		code := run(t.Context(), append([]string{"upgrade", "--check", "--url", where}, args...), &out, &errs)
		return code, out.String(), errs.String()
	}
	for _, c := range []struct{ own, newer string }{{"v1.2.9", "true"}, {"v1.3.0", "false"}, {"v1.3.0-2-gabcdef0", "false"}, {"v2.0.0", "false"}, {"v1.3.0-rc.1", "true"}, {"dev", "null"}} {
		version, answer = c.own, good
		code, out, errs := ask("--json")
		var got struct {
			Current, Latest, Notes string
			Newer                  json.RawMessage
			File                   publishedFile
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitOK {
			t.Fatalf("%s: code %d, %v, %s", c.own, code, err, errs)
		}
		if string(got.Newer) != c.newer || got.Current != c.own || got.Latest != "v1.3.0" || got.Notes != srv.URL+"/almanac/notes.html" || got.File.URL != srv.URL+"/almanac/a.tar.gz" {
			t.Errorf("%s: %s", c.own, out)
		}
	}
	version = "v1.2.0"
	if code, out, _ := ask(); code != exitOK || !strings.Contains(out, "v1.3.0") || !strings.Contains(out, "Nothing was changed") {
		t.Errorf("code %d: %s", code, out)
	}
	for name, bad := range map[string]struct {
		status int
		answer string
	}{"not there": {404, "no"}, "not JSON": {200, "<html>"}, "no version": {200, `{"version":"newest"}`}, "not an address": {200, `{"version":"v1.3.0","notes":"javascript:x"}`},
		"too large": {200, strings.Repeat(" ", releaseLimit+1)}} {
		status, answer = bad.status, bad.answer
		if code, out, errs := ask("--json"); code != exitFailed || out != "" || !strings.HasPrefix(errs, "almanac: ") {
			t.Errorf("%s: code %d, %q, %q", name, code, out, errs)
		}
	}
	srv.Close()
	if code, out, errs := ask(); code != exitFailed || out != "" || !strings.Contains(errs, "whether this machine reaches it") {
		t.Errorf("offline: code %d, %q, %q", code, out, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("asking left %v behind, %v", left, err)
	}
}

func TestUpgradeDoesNothingUnasked(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"upgrade"}, {"upgrade", "--check"}, {"upgrade", "--check", "--url", "file:///etc/passwd"}, {"upgrade", "--url", "http://127.0.0.1:1/release.json"}} {
		var out, errs strings.Builder
		if code := run(t.Context(), args, &out, &errs); code != exitUsage || out.String() != "" || errs.String() == "" {
			t.Errorf("%v: code %d, %q, %q", args, code, out.String(), errs.String())
		}
	}
}
