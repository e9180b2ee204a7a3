package serve_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A scenario is a conversation with the server that a person can read:
//
//	as operator                          who speaks from here on: a person or key of the world, or nobody
//	with Content-Encoding: gzip          a header of the next call; gzip also packs its body
//	POST /api/keys {"name":"theme"}      a call; @name sends testdata/name, *1000 repeats the word before
//	> 200                                its status
//	> code forbidden                     the code of its problem document
//	> /key/kind write                    what stands at a place of its JSON answer (RFC 6901)
//	> /items/length 3                    how long a list is
//	> has /user/id                       that something stands there
//	> header Cache-Control no-store      a header
//	> text hello                         a part of the body
//	keep /key/id as ID                   {ID} stands for it in later lines
//	wait                                 until no job is running
//	settle                               until state shows every fact
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			(&talk{w: newWorld(t), t: t, kept: map[string]string{}}).run(name, string(b))
		})
	}
}

type talk struct {
	w      *world
	t      *testing.T
	as     string
	header http.Header
	kept   map[string]string
	answer *httptest.ResponseRecorder
	body   any
}

func (k *talk) run(name, text string) {
	k.header = http.Header{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		for from, to := range k.kept {
			line = strings.ReplaceAll(line, "{"+from+"}", to)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		if err := k.step(line); err != nil {
			k.t.Errorf("%s:%d: %s: %v\n%s", name, n, line, err, k.told())
		}
	}
}

func (k *talk) told() string {
	if k.answer == nil {
		return ""
	}
	s := k.answer.Body.String()
	return fmt.Sprintf("%d %.600s", k.answer.Code, s)
}

func (k *talk) step(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "as":
		k.as = rest
	case "with":
		name, value, _ := strings.Cut(rest, ":")
		k.header.Set(name, strings.TrimSpace(value))
	case "keep":
		where, name, _ := strings.Cut(rest, " as ")
		v, ok := at(k.body, where)
		if !ok {
			return fmt.Errorf("nothing stands at %s", where)
		}
		k.kept[name] = fmt.Sprint(v)
	case "settle":
		return errors.Join(k.w.projector.CatchUp(k.t.Context(), nil), k.w.config.Availability.Refill(k.t.Context()))
	case "wait":
		return k.wait()
	case ">":
		return k.expect(rest)
	default:
		return k.call(word, rest)
	}
	return nil
}

func (k *talk) call(method, rest string) error {
	target, body, _ := strings.Cut(rest, " ")
	content := []byte(strings.TrimSpace(body))
	if name, ok := strings.CutPrefix(string(content), "@"); ok {
		var err error
		if content, err = os.ReadFile(filepath.Join("testdata", name)); err != nil {
			return err
		}
	}
	for {
		i := bytes.LastIndex(content, []byte("*"))
		if i < 0 {
			break
		}
		end := i + 1
		for end < len(content) && content[end] >= '0' && content[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(string(content[i+1 : end]))
		if err != nil {
			break
		}
		start := bytes.LastIndexAny(content[:i], `" `) + 1
		content = append(append(append([]byte{}, content[:start]...), bytes.Repeat(content[start:i], n)...), content[end:]...)
	}
	if k.header.Get("Content-Encoding") == "gzip" {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write(content); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		content = z.Bytes()
	}
	var r *http.Request
	if len(content) > 0 {
		r = k.w.request(k.as, method, target, bytes.NewReader(content))
	} else {
		r = k.w.request(k.as, method, target, nil)
	}
	for name, v := range k.header {
		if v[0] == "" {
			r.Header.Del(name)
		} else {
			r.Header[name] = v
		}
		if name == "Host" {
			r.Host = v[0]
		}
	}
	k.header = http.Header{}
	k.answer = k.w.do(r)
	k.body = nil
	if strings.Contains(k.answer.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(k.answer.Body.Bytes(), &k.body); err != nil {
			return fmt.Errorf("the answer is not JSON: %w", err)
		}
	}
	for _, c := range k.answer.Result().Cookies() {
		if c.Name == "almanac_session" {
			k.w.sessions[k.as] = c.Value
		}
	}
	return nil
}

func (k *talk) expect(rest string) error {
	what, want, _ := strings.Cut(rest, " ")
	switch {
	case what[0] >= '0' && what[0] <= '9':
		if got := strconv.Itoa(k.answer.Code); got != what {
			return fmt.Errorf("status %s", got)
		}
	case what == "code":
		if got, _ := at(k.body, "/code"); got != want {
			return fmt.Errorf("code %v", got)
		}
	case what == "has":
		if _, ok := at(k.body, want); !ok {
			return fmt.Errorf("nothing stands there")
		}
	case what == "lacks":
		if v, ok := at(k.body, want); ok {
			return fmt.Errorf("%v stands there", v)
		}
	case what == "header":
		name, value, _ := strings.Cut(want, " ")
		if got := k.answer.Header().Get(name); !strings.Contains(got, value) || value == "" && got != "" {
			return fmt.Errorf("it is %q", got)
		}
	case what == "text":
		if !strings.Contains(k.answer.Body.String(), want) {
			return fmt.Errorf("not there")
		}
	case what == "no-text":
		if strings.Contains(k.answer.Body.String(), want) {
			return fmt.Errorf("it is there")
		}
	case what[0] == '/':
		got, _ := at(k.body, what)
		if f, ok := got.(float64); ok {
			got = strconv.FormatFloat(f, 'f', -1, 64)
		}
		if fmt.Sprint(got) != want {
			return fmt.Errorf("it is %v", got)
		}
	default:
		return fmt.Errorf("not a line of a scenario")
	}
	return nil
}

// wait asks for the jobs until none is running; they run in this process.
func (k *talk) wait() error {
	for range 10_000 {
		if err := k.call(http.MethodGet, "/api/jobs"); err != nil {
			return err
		}
		if !strings.Contains(k.answer.Body.String(), `"running"`) {
			return k.w.projector.CatchUp(k.t.Context(), nil)
		}
	}
	return fmt.Errorf("a job does not end")
}

// at finds a place in a JSON value by RFC 6901, with the addition of length for lists.
func at(v any, pointer string) (any, bool) {
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch x := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = x[part]; !ok {
				return nil, false
			}
		case []any:
			if part == "length" {
				v = float64(len(x))
				continue
			}
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}
