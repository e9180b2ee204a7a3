// Package worldstest holds what tests of evaluations in worlds have in common.
package worldstest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/worlds"
)

// Run lives through worlds on all processors and on one, and demands the same report.
func Run[S any](t *testing.T, o worlds.Options, run func(context.Context, worlds.Options) (*worlds.Report[S], error)) *worlds.Report[S] {
	t.Helper()
	var reports [2]*worlds.Report[S]
	for i := range reports {
		r, err := run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		r.Seconds = 0
		reports[i], o.Workers = r, 1
	}
	if d := cmp.Diff(reports[0], reports[1]); d != "" {
		t.Error(d)
	}
	return reports[0]
}
