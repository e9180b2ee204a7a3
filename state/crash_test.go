//go:build unix

package state_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

const crashEnv = "ALMANAC_TEST_STATE_CRASH"

// bomb is a view that kills the process at a point, when it comes to it for the nth time.
type bomb struct {
	point string
	left  int
}

func (b *bomb) at(point string) {
	if b.point != point {
		return
	}
	if b.left--; b.left < 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (b *bomb) Name() string                  { return "bomb" }
func (b *bomb) Migrations() []sqldb.Migration { return nil }
func (b *bomb) Tables() []state.Table         { return nil }
func (b *bomb) Apply(context.Context, *sqldb.Tx, []history.Record) error {
	b.at("applied") // by all others, and nothing is committed
	return nil
}
func (b *bomb) Settle(context.Context, *sqldb.Tx) error {
	b.at("settled") // and the offset is not moved
	return nil
}

// openState opens record and views as files, the views with a bomb behind them.
func openState(dir string, b *bomb) (h *history.Store, p *state.Projector, stop func(), err error) {
	ctx := context.Background()
	main, err := sqldb.Open(ctx, filepath.Join(dir, "record.db"), sqldb.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	st, err := sqldb.Open(ctx, filepath.Join(dir, "state.db"), sqldb.Options{Derived: true})
	if err != nil {
		return nil, nil, nil, err
	}
	if h, err = history.Open(ctx, main, nil, clock); err != nil {
		return nil, nil, nil, err
	}
	p, err = state.NewProjector(ctx, h, st, "utc", append(folds(1000), b)...)
	return h, p, func() { h.Close(); _ = errors.Join(main.Close(), st.Close()) }, err
}

// day of orders, each a fact that must count once.
func ordersOf(n int) (out []fact.Fact) {
	for i := range 40 {
		at := start.Add(time.Duration(n*40+i) * time.Minute)
		out = append(out, placed("shop:main", fmt.Sprintf("O%d-%d", n, i), "1", fmt.Sprint("sku-", i%7), fmt.Sprint("c", i%11), at, 1, 100, 0))
	}
	return out
}

// TestTheViewsVictim is what the child processes of the test below run.
func TestTheViewsVictim(t *testing.T) {
	parts := strings.Split(os.Getenv(crashEnv), "|")
	if len(parts) != 3 {
		return
	}
	left, err := strconv.Atoi(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	b := &bomb{parts[1], left}
	h, p, _, err := openState(parts[0], b)
	if err != nil {
		t.Fatal(err)
	}
	head, err := h.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := int(head / 40); ; n++ {
		if _, err := h.Append(t.Context(), ordersOf(n)); err != nil {
			t.Fatal(err)
		}
		b.at("appended")
		if err := p.CatchUp(t.Context(), func(int64, int64) { b.at("offset moved") }); err != nil {
			t.Fatal(err)
		}
	}
}

// Wherever the process is killed, the views go on from their offset and count every fact once.
func TestViewsKilledAtEveryPointGoOn(t *testing.T) {
	for _, point := range []string{"appended", "applied", "settled", "offset moved"} {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			for times := range 3 {
				cmd := exec.Command(os.Args[0], "-test.run=^TestTheViewsVictim$")
				cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", crashEnv, dir, point, times))
				if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("it was not killed: %v %s", err, out)
				}
			}
			h, p, stop, err := openState(dir, &bomb{})
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			if err := p.CatchUp(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			live := &world{record: h, projector: p}
			got := live.export(t)
			if err := p.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if want := live.export(t); string(got) != string(want) {
				t.Error(firstDifference(got, want))
			}
			head, err := h.Head(t.Context())
			if err != nil || head < 120 || strings.Count(string(got), `"O`) == 0 {
				t.Errorf("%d facts, %v", head, err)
			}
		})
	}
}
