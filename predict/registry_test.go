package predict_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/blob"
	"almanac/predict"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

type toy struct {
	Level float64 `json:"level"`
}

// clock moves by a minute with every look.
type clock struct{ at time.Time }

func (c *clock) now() time.Time {
	c.at = c.at.Add(time.Minute)
	return c.at
}

type fixture struct {
	*predict.Registry
	blobs blob.Store
	root  string
	clock *clock
}

func open(t *testing.T, db *sqldb.DB) fixture {
	t.Helper()
	root := t.TempDir()
	blobs, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Date(2011, 12, 10, 0, 0, 0, 0, time.UTC)}
	r, err := predict.NewRegistry(t.Context(), db, blobs, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{r, blobs, root, c}
}

func card(shop string) predict.Card {
	c := predict.Card{
		Question: predict.Demand, Shop: shop, Cutoff: "2011-12-05", Window: predict.Window{From: "2010-12-01", To: "2011-12-04"},
		Rows: 3, DataHash: "abc", Champion: "moving average (8)", Baseline: "seasonal naive (13)", Folds: 3, CodeVersion: "1", Seed: 1,
	}
	c.Measure("wape", 0.5, 0.7, "lower")
	return c
}

func register(t *testing.T, r *predict.Registry, c predict.Card, level float64) predict.Version {
	t.Helper()
	data, err := predict.Encode(c, toy{level})
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.Register(t.Context(), c, data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func champion(t *testing.T, r *predict.Registry, shop string) (string, float64) {
	t.Helper()
	got, err := predict.Load[toy](t.Context(), r, shop, predict.Demand)
	if err != nil {
		t.Fatal(err)
	}
	return got.Version.Hash, got.Model.Level
}

func TestArtefactsCarryNoTime(t *testing.T) {
	a, b := card("s"), card("s")
	b.TrainedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	x, errX := predict.Encode(a, toy{1})
	y, errY := predict.Encode(b, toy{1})
	if errX != nil || errY != nil {
		t.Fatal(errX, errY)
	}
	if predict.Hash(x) != predict.Hash(y) {
		t.Error("same card, same model, other bytes")
	}
	var m toy
	back, err := predict.Decode(x, &m)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, back); d != "" || m.Level != 1 {
		t.Errorf("model %+v, card (-want +got):\n%s", m, d)
	}
	if _, err := predict.Decode([]byte("no gzip"), &m); err == nil {
		t.Error("decoded what is no artefact")
	}
}

func TestWhatIsNoNumberIsNoMetric(t *testing.T) {
	var c predict.Card
	c.Measure("wape", math.NaN(), 1, "lower")
	c.Measure("auc", 1, math.Inf(1), "higher")
	c.Measure("bias", 0.12345678, 0, "near 0")
	want := map[string]predict.Metric{"bias": {Model: 0.123457, Better: "near 0"}}
	if d := cmp.Diff(want, c.Metrics); d != "" {
		t.Error(d)
	}
}

func TestTheLifeOfAnArtefact(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		f := open(t, openDB())
		ctx := t.Context()
		if _, err := f.Champion(ctx, "s", predict.Demand); !errors.Is(err, predict.ErrNone) {
			t.Fatalf("before training: %v", err)
		}
		first := register(t, f.Registry, card("s"), 1)
		second := register(t, f.Registry, card("s"), 2)
		third := register(t, f.Registry, card("s"), 3)
		other := register(t, f.Registry, card("other"), 9)
		if h, level := champion(t, f.Registry, "s"); h != third.Hash || level != 3 {
			t.Errorf("the newest does not answer: %v", level)
		}
		if third.Card.TrainedAt.IsZero() || !third.Champion {
			t.Errorf("registered as %+v", third)
		}

		if v, err := f.Rollback(ctx, "s", predict.Demand); err != nil || v.Hash != second.Hash {
			t.Fatalf("rolled back to %v, %v", v.Hash, err)
		}
		register(t, f.Registry, card("s"), 3)
		if _, level := champion(t, f.Registry, "s"); level != 2 {
			t.Error("training on unchanged data undid a rollback")
		}
		if v, err := f.Rollback(ctx, "s", predict.Demand); err != nil || v.Hash != first.Hash {
			t.Fatalf("rolled back to %v, %v", v.Hash, err)
		}
		if _, err := f.Rollback(ctx, "s", predict.Demand); !errors.Is(err, predict.ErrNone) {
			t.Errorf("rolled back behind the first: %v", err)
		}
		if v, err := f.Promote(ctx, "s", predict.Demand, third.Hash); err != nil || !v.Champion {
			t.Errorf("promote: %+v, %v", v, err)
		}
		if _, err := f.Promote(ctx, "s", predict.Demand, other.Hash); !errors.Is(err, predict.ErrNone) {
			t.Errorf("promoted another shop's artefact: %v", err)
		}

		all, err := f.List(ctx, "s", "")
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		champions := 0
		for _, v := range all {
			listed = append(listed, v.Hash)
			if v.Champion {
				champions++
			}
		}
		if d := cmp.Diff([]string{third.Hash, second.Hash, first.Hash}, listed); d != "" || champions != 1 {
			t.Errorf("%d champions, listed (-want +got):\n%s", champions, d)
		}
		if h, level := champion(t, f.Registry, "other"); h != other.Hash || level != 9 {
			t.Error("shops are mixed up")
		}
	})
}

func TestPruningSparesTheChampion(t *testing.T) {
	f := open(t, sqltest.SQLite(t))
	ctx := t.Context()
	first := register(t, f.Registry, card("s"), 1)
	for level := 2.0; level <= 5; level++ {
		register(t, f.Registry, card("s"), level)
	}
	if _, err := f.Promote(ctx, "s", predict.Demand, first.Hash); err != nil {
		t.Fatal(err)
	}
	if gone, err := f.Prune(ctx, "s", predict.Demand, 2); err != nil || gone != 2 {
		t.Fatalf("pruned %d, %v", gone, err)
	}
	if _, level := champion(t, f.Registry, "s"); level != 1 {
		t.Error("the champion was pruned")
	}
	names, err := f.blobs.List(ctx, "artefact/s/")
	if err != nil || len(names) != 3 {
		t.Errorf("%d blobs are left, %v", len(names), err)
	}
}

func TestForgettingLeavesNothingOfBefore(t *testing.T) {
	f := open(t, sqltest.SQLite(t))
	ctx := t.Context()
	register(t, f.Registry, card("s"), 1)
	erased := f.clock.now()
	register(t, f.Registry, card("s"), 2)
	if gone, err := f.Forget(ctx, "s", erased); err != nil || gone != 1 {
		t.Fatalf("forgot %d, %v", gone, err)
	}
	if _, level := champion(t, f.Registry, "s"); level != 2 {
		t.Error("the artefact trained after the erasure does not answer")
	}
	if gone, err := f.Forget(ctx, "s", f.clock.now()); err != nil || gone != 1 {
		t.Fatalf("forgot %d, %v", gone, err)
	}
	if _, err := f.Champion(ctx, "s", predict.Demand); !errors.Is(err, predict.ErrNone) {
		t.Errorf("after forgetting all: %v", err)
	}
}

func TestDamagedBytesAreRefused(t *testing.T) {
	f := open(t, sqltest.SQLite(t))
	v := register(t, f.Registry, card("s"), 1)
	path := filepath.Join(f.root, "artefact", "s", "demand", v.Hash+".json.gz")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := predict.Load[toy](t.Context(), f.Registry, "s", predict.Demand); !errors.Is(err, predict.ErrDamaged) {
		t.Errorf("loaded damaged bytes: %v", err)
	}
}

func TestALiveModelFollowsTheChampion(t *testing.T) {
	f := open(t, sqltest.SQLite(t))
	ctx := t.Context()
	live := predict.NewLive[toy](f.Registry, predict.Demand)
	if _, err := live.Get(ctx, "s"); !errors.Is(err, predict.ErrNone) {
		t.Fatalf("before training: %v", err)
	}
	register(t, f.Registry, card("s"), 1)
	level := func() float64 {
		t.Helper()
		got, err := live.Get(ctx, "s")
		if err != nil {
			t.Fatal(err)
		}
		return got.Model.Level
	}
	if level() != 1 {
		t.Error("the first model does not answer")
	}
	second := register(t, f.Registry, card("s"), 2)
	if level() != 2 {
		t.Error("the second model does not answer")
	}
	// A champion that cannot be read: the old model goes on answering, and the error shows.
	if _, err := f.Rollback(ctx, "s", predict.Demand); err != nil {
		t.Fatal(err)
	}
	if level() != 1 {
		t.Error("the rollback is not seen")
	}
	if err := os.Remove(filepath.Join(f.root, "artefact", "s", "demand", second.Hash+".json.gz")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Promote(ctx, "s", predict.Demand, second.Hash); err != nil {
		t.Fatal(err)
	}
	got, err := live.Get(ctx, "s")
	if err == nil || got.Model == nil || got.Model.Level != 1 {
		t.Errorf("with a lost artefact: %+v, %v", got, err)
	}
}

func TestALiveModelIsSafeForManyReaders(t *testing.T) {
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	still := time.Date(2011, 12, 10, 0, 0, 0, 0, time.UTC)
	r, err := predict.NewRegistry(t.Context(), sqltest.SQLite(t), blobs, func() time.Time { return still })
	if err != nil {
		t.Fatal(err)
	}
	register(t, r, card("s"), 1)
	live := predict.NewLive[toy](r, predict.Demand)
	errs := make(chan error, 8)
	for range 8 {
		go func() {
			_, err := live.Get(context.Background(), "s")
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestDigestTellsNeighboursApart(t *testing.T) {
	sum := func(parts ...string) string {
		d := predict.NewDigest()
		for _, p := range parts {
			d.String(p)
		}
		return d.Hex()
	}
	again := sum("ab", "c")
	if sum("ab", "c") == sum("a", "bc") || sum("ab", "c") != again {
		t.Error("the digest does not depend on the parts alone")
	}
}
