package session

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Question is the beginning of a session and the item that came next; a target below 0 is an item nobody could know.
type Question struct {
	Prefix []int32
	Target int32
}

// Outcome is how the answers of a scorer to questions fared.
type Outcome struct {
	Questions int
	HR        float64 // share of targets among the first k
	MRR       float64 // mean of 1/rank, 0 beyond the first k
	HR10      float64 // share of targets among the first ten
	NDCG10    float64 // mean of 1/log₂(rank+1), 0 beyond the first ten
	Shown     map[int32]int
	Took      []time.Duration // of every answer, shortest first
}

// Ask puts questions to a scorer, k items an answer, with as many workers as there are processors. With again false,
// items of the prefix are not shown.
func Ask(sc Scorer, questions []Question, items, k int, again bool) Outcome {
	workers := min(runtime.GOMAXPROCS(0), max(1, len(questions)/100))
	parts := make([]Outcome, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			o := &parts[w]
			o.Shown = map[int32]int{}
			sheet := NewSheet(items)
			for i := w; i < len(questions); i += workers {
				o.ask(sc, questions[i], sheet, k, again)
			}
		})
	}
	all.Wait()
	sum := Outcome{Questions: len(questions), Shown: map[int32]int{}}
	for _, o := range parts {
		sum.HR += o.HR
		sum.MRR += o.MRR
		sum.HR10 += o.HR10
		sum.NDCG10 += o.NDCG10
		sum.Took = append(sum.Took, o.Took...)
		for it, n := range o.Shown {
			sum.Shown[it] += n
		}
	}
	sum.Mean()
	slices.Sort(sum.Took)
	return sum
}

func (o *Outcome) ask(sc Scorer, q Question, sheet *Sheet, k int, again bool) {
	var keep func(int32) bool
	if !again {
		keep = func(it int32) bool { return !slices.Contains(q.Prefix, it) }
	}
	began := time.Now()
	sheet.Clear()
	sc.Score(q.Prefix, sheet)
	top := sheet.Top(k, keep)
	o.Took = append(o.Took, time.Since(began))
	for rank, t := range top {
		o.Shown[t.Item]++
		if t.Item == q.Target {
			o.found(rank)
		}
	}
}

// Replay is a log cut in two: what a method may learn from, and questions from what came after.
type Replay struct {
	Train     Log
	Questions []Question
}

// CutByTime holds out the latest share of the sessions, and asks for every item of theirs after the first. Items that
// were new in them are left out, as the tests of session recommenders do.
func CutByTime(l *Log, share float64) *Replay {
	r := &Replay{}
	cut := l.Len() - max(1, int(float64(l.Len())*share))
	for i := range max(0, cut) {
		r.Train.Add(l.At(i), l.When(i))
	}
	known := make([]bool, l.Items())
	for _, it := range r.Train.item {
		known[it] = true
	}
	for i := max(0, cut); i < l.Len(); i++ {
		items := slices.DeleteFunc(slices.Clone(l.At(i)), func(it int32) bool { return !known[it] })
		for j := 1; j < len(items); j++ {
			r.Questions = append(r.Questions, Question{items[:j:j], items[j]})
		}
	}
	return r
}

// CutLast holds out the last item of every session that has two or more.
func CutLast(l *Log) *Replay {
	r := &Replay{}
	for i := range l.Len() {
		items := l.At(i)
		n := len(items) - 1
		if n == 0 {
			r.Train.Add(items, l.When(i))
			continue
		}
		r.Train.Add(items[:n], l.When(i))
		r.Questions = append(r.Questions, Question{items[:n:n], items[n]})
	}
	return r
}

// deal splits questions into parts of at most the sizes given, each an even sample of all, none in two of them; where
// there are fewer, all parts shrink alike.
func deal(questions []Question, sizes ...int) [][]Question {
	total := 0
	for _, n := range sizes {
		total += n
	}
	out := make([][]Question, len(sizes))
	scale := math.Min(1, float64(len(questions))/float64(total))
	// The questions of one session stand together; a golden-ratio walk spreads each part over all of them.
	order := make([]int, len(questions))
	step := int(float64(len(questions)) * 0.6180339887)
	for step > 1 && gcd(step, len(questions)) != 1 {
		step--
	}
	for i := range order {
		order[i] = i * max(1, step) % len(questions)
	}
	for p, n := range sizes {
		n = int(float64(n) * scale)
		for _, i := range order[:n] {
			out[p] = append(out[p], questions[i])
		}
		order = order[n:]
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
