package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRunsAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		read func() (tally, error)
		want tally
	}{
		"go": {func() (tally, error) {
			return readGo(strings.NewReader(`{"Action":"run","Package":"a","Test":"T1"}
{"Action":"pass","Package":"a","Test":"T1"}
{"Action":"output","Package":"a","Test":"T2","Output":"    x_test.go:7: needs a database\n"}
{"Action":"skip","Package":"a","Test":"T2"}
{"Action":"pass","Package":"a"}
{"Action":"fail","Package":"b","Test":"T3"}
{"Action":"fail","Package":"b"}
{"Action":"fail","Package":"c"}
{"Action":"skip","Package":"d"}
`), &strings.Builder{})
		}, tally{passed: 1, failed: 2, skipped: map[string]int{"needs a database": 1}}},
		"node": {func() (tally, error) {
			return readTAP(strings.NewReader(`TAP version 13
    ok 1 - a
    ok 2 - b # SKIP needs x
    not ok 3 - c
not ok 1 - suite
ok 2 - d # SKIP
# tests 3
# pass 1
# fail 1
# cancelled 1
# skipped 1
`), &strings.Builder{})
		}, tally{passed: 1, failed: 2, skipped: map[string]int{"needs x": 1, "": 1}}},
	} {
		got, err := c.read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(tally{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestFailuresAreShown(t *testing.T) {
	var said strings.Builder
	if _, err := readGo(strings.NewReader(`{"Action":"output","Package":"a","Test":"T","Output":"want 2\n"}
{"Action":"fail","Package":"a","Test":"T"}
`), &said); err != nil || said.String() != "--- FAIL a T\nwant 2\n" {
		t.Errorf("%q %v", said.String(), err)
	}
}
