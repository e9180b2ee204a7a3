package session

// knob is one setting with the values that are tried for it.
type knob[S any] struct {
	values []float64
	set    func(*S, float64)
}

// climb looks for good settings one knob after the other, from a start that is usual, until a round changes nothing or the
// rounds are over. Ties keep what was.
func climb[S any](start S, rounds int, knobs []knob[S], score func(S) float64) (best S, at float64) {
	best, at = start, score(start)
	for range rounds {
		moved := false
		for _, k := range knobs {
			from := best
			for _, v := range k.values {
				next := from
				k.set(&next, v)
				// A gain within the noise of the sample is no reason to leave what is usual.
				if got := score(next); got > at+1e-4 {
					best, at, moved = next, got, true
				}
			}
		}
		if !moved {
			break
		}
	}
	return best, at
}

// ages are half-lives to try, as shares of the time that a log spans.
func ages(l *Log) []float64 {
	if l.Len() == 0 || l.last() == l.at[0] {
		return nil
	}
	s := float64(l.span())
	return []float64{0, s, s / 2, s / 4, s / 8, s / 16}
}

func usualWeights() Weights {
	return Weights{K: 500, Latest: 2000, Position: 0.7, Rare: 1, Length: 0.5, Near: 0.8, Before: 1, Again: 1}
}

// classicWeights are those of V-SKNN as published, but for the linear decay, which is geometric here.
func classicWeights() Weights {
	return Weights{K: 100, Latest: 2000, Position: 0.7, Rare: 1, Length: 0.5, Near: 1, Before: 1, Again: 1}
}

func weightKnobs(half []float64) []knob[Weights] {
	return []knob[Weights]{
		{half, func(w *Weights, v float64) { w.HalfLife = v }},
		{[]float64{0.4, 0.55, 0.7, 0.85}, func(w *Weights, v float64) { w.Position = v }},
		{[]float64{0.15, 0.3, 0.6, 1}, func(w *Weights, v float64) { w.Before = v }},
		{[]float64{0.6, 0.8, 0.9, 1}, func(w *Weights, v float64) { w.Near = v }},
		{[]float64{1, 1.5, 2.5}, func(w *Weights, v float64) { w.Rare = v }},
		{[]float64{0, 0.3, 0.5, 0.7}, func(w *Weights, v float64) { w.Length = v }},
		{[]float64{0, 0.3, 0.6}, func(w *Weights, v float64) { w.RareNext = v }},
		{[]float64{100, 250, 1000}, func(w *Weights, v float64) { w.K = int(v) }},
		{[]float64{1, 1.5, 2.5}, func(w *Weights, v float64) { w.Again = v }},
	}
}

const keptPairs = 200

func ruleCounting() Counting {
	return Counting{Step: 0.8, Window: 10, Position: 0.5, From: 0.5, Keep: keptPairs}
}

func ruleKnobs(half []float64) []knob[Counting] {
	return []knob[Counting]{
		{half, func(c *Counting, v float64) { c.HalfLife = v }},
		{[]float64{0.3, 0.7, 0.85}, func(c *Counting, v float64) { c.Position = v }},
		{[]float64{0.5, 0.9}, func(c *Counting, v float64) { c.Step = v }},
		{[]float64{0.25, 0.5, 1}, func(c *Counting, v float64) { c.Back = v }},
		{[]float64{0, 0.8}, func(c *Counting, v float64) { c.From = v }},
		{[]float64{0.15, 0.3, 0.5}, func(c *Counting, v float64) { c.To = v }},
	}
}

func cosineCounting() Counting {
	return Counting{Step: 1, Back: 1, Window: 15, Position: 0.8, From: 0.5, To: 0.5, Keep: keptPairs}
}

func cosineKnobs(half []float64) []knob[Counting] {
	return []knob[Counting]{
		{half, func(c *Counting, v float64) { c.HalfLife = v }},
		{[]float64{0.5, 0.65, 0.9}, func(c *Counting, v float64) { c.Position = v }},
	}
}

func chainCounting() Counting {
	return Counting{Step: 1, Window: 1, Position: 0, From: 1, Recent: 1, Keep: keptPairs}
}

// graphCounting is what a walk goes over: the rules, with a way back, and with less pull of what is popular.
func graphCounting(rules Counting) Counting {
	rules.To = max(rules.To, 0.3)
	rules.Back = max(rules.Back, 0.5)
	return rules
}

func graphKnobs(half []float64) []knob[Counting] {
	return []knob[Counting]{
		{[]float64{0.3, 0.5, 0.7}, func(c *Counting, v float64) { c.To = v }},
		{[]float64{0.5, 0.75, 1}, func(c *Counting, v float64) { c.Back = v }},
		{half, func(c *Counting, v float64) { c.HalfLife = v }},
		{[]float64{0.5, 0.65, 0.9}, func(c *Counting, v float64) { c.Step = v }},
		{[]float64{0.3, 0.5, 0.7, 0.85}, func(c *Counting, v float64) { c.Position = v }},
	}
}
