package session

import (
	"maps"
	"slices"
)

// Presets are ways to weigh neighbours that suit different shops: visits with one aim, long visits that wander, shops where
// what was popular last month is over, and shops where people go back and forth.
func Presets(span int64) map[string]Weights {
	base := Weights{K: 100, Latest: 300, Position: 0.6, Rare: 1, Length: 0.4, Near: 0.8, Before: 0.5, Again: 1}
	set := func(change func(*Weights)) Weights { w := base; change(&w); return w }
	return map[string]Weights{
		"usual":    base,
		"one aim":  set(func(w *Weights) { w.Position, w.Near, w.Before = 0.4, 0.6, 0.25 }),
		"wander":   set(func(w *Weights) { w.Position, w.Near, w.Before = 0.85, 0.95, 1 }),
		"of today": set(func(w *Weights) { w.HalfLife, w.Rare = float64(span)/8, 1.5 }),
	}
}

// LeastReplayed is how many questions the latest part of a log must hold for a choice among presets.
const LeastReplayed = 100

// Prefer asks the latest part of a log which preset finds most, and answers with its name; a log that is too short to tell
// gets the usual one. It takes at most sample questions a preset and looks at the latest clicks only, so that it is done in
// about a second.
func Prefer(l *Log, k, sample int) (name string, w Weights, outcome map[string]Outcome) {
	presets := Presets(l.span())
	late := l.latest(mostReplayed / 4)
	replay := CutByTime(&late, 0.1)
	if len(replay.Questions) < LeastReplayed || sample < LeastReplayed {
		return "usual", presets["usual"], nil
	}
	questions := deal(replay.Questions, sample)[0]
	again := seenAgain(questions)
	x := indexOf(&replay.Train)
	outcome = map[string]Outcome{}
	name = "usual"
	for n, w := range presets {
		o := Ask(KNN{x, w}, questions, l.Items(), k, again)
		o.Shown, o.Took = nil, nil
		outcome[n] = o
	}
	for _, n := range slices.Sorted(maps.Keys(outcome)) {
		// A difference within the noise of the sample is no reason to leave what is usual.
		if outcome[n].Gain() > outcome[name].Gain()+0.002 {
			name = n
		}
	}
	return name, presets[name], outcome
}
