package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// event is one line of `go test -json` (go doc cmd/test2json).
type event struct {
	Action, Package, Test, Output, FailedBuild string
}

// readGo counts the tests of `go test -json`. A package that fails without a failing test (it does not build,
// it panics, its time is over) counts as one failure.
func readGo(r io.Reader, say io.Writer) (tally, error) {
	t := tally{skipped: map[string]int{}}
	output := map[string][]string{}
	failedIn := map[string]bool{}
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			_, _ = fmt.Fprintln(say, in.Text())
			continue
		}
		key := strings.TrimSpace(e.Package + " " + e.Test)
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
			continue
		case "build-output":
			_, _ = fmt.Fprint(say, e.Output)
			continue
		case "pass":
			if e.Test != "" {
				t.passed++
			}
		case "skip":
			if e.Test != "" {
				t.skipped[reason(output[key])]++
			}
		case "fail":
			if e.Test != "" {
				t.failed++
				failedIn[e.Package] = true
			} else if !failedIn[e.Package] {
				t.failed++
			}
			_, _ = fmt.Fprintf(say, "--- FAIL %s\n%s", key, strings.Join(output[key], ""))
		default:
			continue
		}
		delete(output, key)
	}
	return t, in.Err()
}

// reason is the line that a test said when it skipped itself.
func reason(output []string) string {
	for _, o := range output {
		if _, why, ok := strings.Cut(o, ".go:"); ok {
			if _, why, ok = strings.Cut(why, ": "); ok {
				return strings.TrimSpace(why)
			}
		}
	}
	return "no reason given"
}

var (
	tapTotal  = regexp.MustCompile(`^# (pass|fail|cancelled) (\d+)$`)
	tapFailed = regexp.MustCompile(`^\s*not ok \d+ - (.*)$`)
	tapSkip   = regexp.MustCompile(`^\s*ok \d+ - .* # SKIP ?(.*)$`)
)

// readTAP takes the totals at the end of what `node --test` wrote, and the names and reasons from its lines.
func readTAP(r io.Reader, say io.Writer) (tally, error) {
	t := tally{skipped: map[string]int{}}
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		if m := tapTotal.FindStringSubmatch(in.Text()); m != nil {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				return t, err
			}
			if m[1] == "pass" {
				t.passed += n
			} else {
				t.failed += n
			}
		} else if m := tapFailed.FindStringSubmatch(in.Text()); m != nil {
			_, _ = fmt.Fprintf(say, "--- FAIL %s\n", m[1])
		} else if m := tapSkip.FindStringSubmatch(in.Text()); m != nil {
			t.skipped[m[1]]++
		}
	}
	return t, in.Err()
}
