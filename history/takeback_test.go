package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// line is the nth fact that files tell of: orders, counts and tracked messages of several days and sources.
func line(n int) fact.Fact {
	f := fact.Fact{Shop: "a", Source: fmt.Sprint("file:", n%2), ID: fmt.Sprint("f", n), OccurredAt: noon.Add(-time.Duration(n%5) * 24 * time.Hour), ReceivedAt: noon}
	switch n % 3 {
	case 0:
		f.Body = &fact.OrderLine{Order: f.ID, Line: "1", SKU: "mug", Units: 1, Currency: "EUR", Gross: 400, Customer: "c"}
	case 1:
		f.Body = &fact.PageView{Actor: fact.Actor{Visitor: "v"}, Path: fmt.Sprint("/", n)}
	case 2:
		f.Body = &fact.ProductEvent{Actor: fact.Actor{Visitor: "v"}, SKU: fmt.Sprint("s", n)}
	}
	f.Kind = fact.OrderPlaced
	switch f.Body.(type) {
	case *fact.PageView:
		f.Kind = fact.PageViewed
	case *fact.ProductEvent:
		f.Kind = fact.ProductViewed
	}
	return f
}

func linesOf(numbers ...int) (out []fact.Fact) {
	for _, n := range numbers {
		out = append(out, line(n))
	}
	return out
}

type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func imported(t fatal, s *history.Store, id string, facts []fact.Fact) {
	t.Helper()
	ctx := context.Background()
	res, err := s.AppendImport(ctx, id, facts)
	if err != nil {
		t.Fatal(err)
	}
	run := history.ImportRun{ID: id, Shop: "a", Status: "done", StartedAt: noon, Facts: int64(res.Accepted)}
	if err := s.SaveImport(ctx, run); err != nil {
		t.Fatal(err)
	}
}

func nothing(context.Context) error { return nil }

// content is what a record says: its facts without their offsets, and its counts of sources.
func content(t fatal, s *history.Store) (facts, sources []string) {
	t.Helper()
	for after := int64(0); ; {
		last, err := s.Read(context.Background(), after, 1000, func(r history.Record) error {
			b, err := json.Marshal(r.Fact)
			facts = append(facts, string(b))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			break
		}
		after = last
	}
	slices.Sort(facts)
	stats, err := s.Sources(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range stats {
		sources = append(sources, fmt.Sprint(v.Source, " ", v.Kind, " ", v.Facts, " ", v.First, " ", v.Last))
	}
	if damage, err := s.Verify(context.Background(), nil); err != nil || len(damage) > 0 {
		t.Fatalf("the record is damaged: %v %v", damage, err)
	}
	return facts, sources
}

func TestAnImportThatIsTakenBackHadNeverCome(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			s, never := open(t, openDB()), open(t, openDB())
			type file struct {
				id    string
				facts []fact.Fact
				gone  bool
			}
			var files []*file
			var others [][]fact.Fact
			for i := range rapid.IntRange(1, 5).Draw(rt, "steps") {
				facts := linesOf(rapid.SliceOfN(rapid.IntRange(0, 30), 1, 25).Draw(rt, "lines")...)
				if rapid.IntRange(0, 4).Draw(rt, "door") == 0 { // the tracking door, beside the files
					for k := range facts {
						facts[k].Source = "segment:web"
					}
					others = append(others, facts)
					if _, err := s.Append(rt.Context(), facts); err != nil {
						rt.Fatal(err)
					}
				} else {
					f := &file{id: fmt.Sprint("imp_", i), facts: facts}
					files = append(files, f)
					imported(rt, s, f.id, facts)
				}
				if rapid.Bool().Draw(rt, "seal") {
					if _, err := s.SealAll(rt.Context()); err != nil {
						rt.Fatal(err)
					}
				}
			}
			for _, f := range files {
				if f.gone = rapid.Bool().Draw(rt, "gone"); !f.gone {
					imported(rt, never, f.id, f.facts)
				}
			}
			for _, f := range others {
				if _, err := never.Append(rt.Context(), f); err != nil {
					rt.Fatal(err)
				}
			}
			for _, i := range rapid.Permutation(indices(len(files))).Draw(rt, "order") {
				if !files[i].gone {
					continue
				}
				if run, err := s.TakeBack(rt.Context(), "a", files[i].id, nothing, nil); err != nil || run.Status != history.TakenBack || run.TakenBackAt == nil {
					rt.Fatalf("%+v %v", run, err)
				}
			}
			check := func(when string) {
				gotFacts, gotSources := content(rt, s)
				wantFacts, wantSources := content(rt, never)
				if d := cmp.Diff(wantFacts, gotFacts); d != "" {
					rt.Fatalf("%s: %s", when, d)
				}
				if d := cmp.Diff(wantSources, gotSources); d != "" {
					rt.Fatalf("%s: %s", when, d)
				}
			}
			check("taken back")
			for i, f := range files { // and may come again
				if f.gone {
					imported(rt, s, fmt.Sprint("again_", i), f.facts)
					imported(rt, never, fmt.Sprint("again_", i), f.facts)
				}
			}
			check("imported again")
		})
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func numbers(from, to int) (out []int) {
	for n := from; n < to; n++ {
		out = append(out, n)
	}
	return out
}

func TestTakingBackGoesOnWhereItWasStopped(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		for _, point := range []string{"takeback/segment-written", "takeback/segment-gone", "takeback/tail-step", "derive"} {
			for times := range 3 {
				t.Run(fmt.Sprint(point, " ", times), func(t *testing.T) {
					db, dir := openDB(), t.TempDir()
					s := vault(t, db, dir)
					imported(t, s, "bad", linesOf(numbers(0, 40)...))
					imported(t, s, "good", linesOf(numbers(30, 60)...))
					if _, err := s.SealAll(t.Context()); err != nil {
						t.Fatal(err)
					}
					if _, err := s.AppendImport(t.Context(), "bad", linesOf(numbers(60, 90)...)); err != nil {
						t.Fatal(err)
					}
					left := times
					stop := func(at string) {
						if at == point {
							if left--; left < 0 {
								panic("stopped")
							}
						}
					}
					s.Crash(stop)
					func() {
						defer func() { _ = recover() }()
						_, _ = s.TakeBack(t.Context(), "a", "bad", func(context.Context) error { stop("derive"); return nil }, nil)
					}()
					s = vault(t, db, dir) // another process
					derived := 0
					run, err := s.TakeBack(t.Context(), "a", "bad", func(context.Context) error { derived++; return nil }, nil)
					if err != nil && (left >= 0 && errors.Is(err, history.ErrTakenBack)) {
						return // there are fewer such points: it had ended
					}
					if err != nil || derived != 1 || run.Taken != 60 || run.Status != history.TakenBack {
						t.Fatalf("%+v, derived %d times, %v", run, derived, err)
					}
					if _, err := s.Sweep(t.Context()); err != nil {
						t.Error(err)
					}
					if facts, _ := content(t, s); len(facts) != 30 {
						t.Errorf("%d facts are left of 30", len(facts))
					}
				})
			}
		}
	})
}

func TestTakingBackTellsWhatItCannotDo(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	if _, err := s.TakeBack(t.Context(), "a", "unknown", nothing, nil); !errors.Is(err, history.ErrNoImport) {
		t.Errorf("an unknown import: %v", err)
	}
	if err := s.SaveImport(t.Context(), history.ImportRun{ID: "old", Shop: "a", Facts: 5, StartedAt: noon}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeBack(t.Context(), "a", "old", nothing, nil); !errors.Is(err, history.ErrUntraced) {
		t.Errorf("an import without traces: %v", err)
	}
	imported(t, s, "mine", linesOf(1, 2, 3))
	if err := s.Quarantine(t.Context(), []history.Quarantined{{Shop: "a", Import: "mine", Reason: "r", Raw: "x"}, {Shop: "a", Import: "other", Reason: "r", Raw: "y"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeBack(t.Context(), "b", "mine", nothing, nil); !errors.Is(err, history.ErrNoImport) {
		t.Errorf("another shop's import: %v", err)
	}
	if run, err := s.TakeBack(t.Context(), "a", "mine", nothing, nil); err != nil || run.Taken != 3 || run.TakenLines != 1 {
		t.Errorf("%+v %v", run, err)
	}
	if _, err := s.TakeBack(t.Context(), "a", "mine", nothing, nil); !errors.Is(err, history.ErrTakenBack) {
		t.Errorf("twice: %v", err)
	}
}
