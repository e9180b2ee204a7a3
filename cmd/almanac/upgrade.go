package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

type upgradeCmd struct {
	Check bool   `help:"Ask whether there is a newer version. Nothing is changed; Almanac never asks by itself."`
	URL   string `name:"url" help:"Address of the release.json that describes the newest version." env:"ALMANAC_UPGRADE_URL"`
}

// published is what a release.json says; `make dist` writes one. Addresses may be relative to its own.
type published struct {
	Version string          `json:"version"` // as in v1.2.3 or v1.2.3-rc.1 (Semantic Versioning 2.0.0)
	Date    string          `json:"date"`    // YYYY-MM-DD
	Notes   string          `json:"notes,omitempty"`
	Files   []publishedFile `json:"files"`
}

type publishedFile struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	OS     string `json:"os,omitempty"`   // as Go names it: linux, darwin, windows
	Arch   string `json:"arch,omitempty"` // amd64, arm64
	Kind   string `json:"kind,omitempty"` // archive or image
}

// upgrade is what --json prints.
type upgrade struct {
	Current string         `json:"current"`
	Latest  string         `json:"latest"`
	Newer   *bool          `json:"newer"` // null where the program in use has no version number
	Date    string         `json:"date,omitempty"`
	Notes   string         `json:"notes,omitempty"`
	File    *publishedFile `json:"file,omitempty"` // the archive for this system
}

// Run tells whether there is a newer version, and where.
func (c *upgradeCmd) Run(ctx context.Context, term *terminal) error {
	if !c.Check {
		return &hint{errors.New("almanac does not replace itself"), "`almanac upgrade --check` tells whether there is a newer version, and where.", exitUsage}
	}
	if c.URL == "" {
		return &hint{errors.New("nobody has said where new versions are published"), "Name the address of a release.json with --url or ALMANAC_UPGRADE_URL.", exitUsage}
	}
	p, err := fetchRelease(ctx, c.URL)
	if err != nil {
		return err
	}
	u, err := compare(version, p)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, u)
	}
	switch {
	case u.Newer == nil:
		err = term.say("This is %s, which has no version number to compare. The newest version is %s of %s.", u.Current, u.Latest, u.Date)
	case !*u.Newer:
		return term.say("This is %s; the newest version is %s. There is nothing newer.", u.Current, u.Latest)
	default:
		err = term.say("This is %s. There is a newer version: %s of %s.", u.Current, u.Latest, u.Date)
	}
	if u.Notes != "" {
		err = errors.Join(err, term.say("What is new: %s", u.Notes))
	}
	if u.File == nil {
		return errors.Join(err, term.say("It has no archive for %s on %s.", runtime.GOOS, runtime.GOARCH))
	}
	return errors.Join(err, term.say("%s\nSHA-256: %s\nNothing was changed. Make a backup (almanac backup), then put the new program in the place of this one.", u.File.URL, u.File.SHA256))
}

// releaseLimit bounds a release.json in bytes.
const releaseLimit = 1 << 20

func fetchRelease(ctx context.Context, where string) (p published, err error) {
	at, err := url.Parse(where)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return p, &hint{fmt.Errorf("%q is not an address", where), "Give --url as https://…/release.json.", exitUsage}
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return p, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return p, &hint{fmt.Errorf("ask for the newest version: %w", err), "Nothing was changed. Check the address and whether this machine reaches it.", 0}
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return p, &hint{fmt.Errorf("%s answers %s", where, res.Status), "Nothing was changed. Check the address.", 0}
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, releaseLimit+1))
	if err != nil {
		return p, &hint{fmt.Errorf("read %s: %w", where, err), "Nothing was changed. Try again.", 0}
	}
	if len(text) > releaseLimit {
		return p, &hint{fmt.Errorf("%s has more than %d bytes", where, releaseLimit), "It is not a release.json: check the address.", 0}
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, &hint{fmt.Errorf("%s is not a release.json: %w", where, err), "Check the address; its form is in docs/guide/operate.md.", 0}
	}
	if p.Notes, err = absolute(res.Request.URL, p.Notes); err != nil {
		return p, err
	}
	for i := range p.Files {
		if p.Files[i].URL, err = absolute(res.Request.URL, p.Files[i].URL); err != nil {
			return p, err
		}
	}
	return p, nil
}

// absolute is an address of a release.json as seen from where the file lies.
func absolute(base *url.URL, ref string) (string, error) {
	if ref == "" {
		return "", nil
	}
	u, err := base.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", &hint{fmt.Errorf("the release.json names %q, which is not an address", ref), "Tell those who publish it.", 0}
	}
	return u.String(), nil
}

func compare(current string, p published) (upgrade, error) {
	u := upgrade{Current: current, Latest: p.Version, Date: p.Date, Notes: p.Notes}
	latest, ok := parseVersion(p.Version)
	if !ok {
		return u, &hint{fmt.Errorf("the release.json names the version %q, which is no version number", p.Version), "Tell those who publish it.", 0}
	}
	for i, f := range p.Files {
		if f.OS == runtime.GOOS && f.Arch == runtime.GOARCH && f.Kind == "archive" {
			u.File = &p.Files[i]
		}
	}
	if own, ok := parseVersion(current); ok {
		newer := own.before(latest)
		u.Newer = &newer
	}
	return u, nil
}

// semver is a version number by Semantic Versioning 2.0.0; build metadata does not count.
type semver struct {
	core [3]int
	pre  []string
}

var (
	versionForm = regexp.MustCompile(`^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$`)
	// described is what `git describe` adds for commits after a tag: they are after it, not before.
	described = regexp.MustCompile(`(?:-\d+-g[0-9a-f]+)?(?:-dirty)?$`)
)

func parseVersion(s string) (v semver, ok bool) {
	m := versionForm.FindStringSubmatch(described.ReplaceAllString(s, ""))
	if m == nil {
		return v, false
	}
	for i := range v.core {
		v.core[i], _ = strconv.Atoi(m[i+1]) // at most nine digits
	}
	if m[4] != "" {
		v.pre = strings.Split(m[4], ".")
	}
	return v, true
}

// before says whether v precedes w (section 11 of the standard).
func (v semver) before(w semver) bool {
	for i := range v.core {
		if v.core[i] != w.core[i] {
			return v.core[i] < w.core[i]
		}
	}
	if len(v.pre) == 0 || len(w.pre) == 0 {
		return len(v.pre) > 0 && len(w.pre) == 0
	}
	for i := range min(len(v.pre), len(w.pre)) {
		if c := compareIdentifiers(v.pre[i], w.pre[i]); c != 0 {
			return c < 0
		}
	}
	return len(v.pre) < len(w.pre)
}

func compareIdentifiers(a, b string) int {
	n, aerr := strconv.Atoi(a)
	m, berr := strconv.Atoi(b)
	switch {
	case aerr == nil && berr == nil:
		return cmp.Compare(n, m)
	case aerr == nil:
		return -1
	case berr == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
