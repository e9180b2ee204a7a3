package session

import "slices"

// Scored is one item of a ranking; scores compare within one ranking only.
type Scored struct {
	Item  int32
	Score float32
}

// Scorer gives scores to items that may come next. It writes only to the sheet, so that many may ask at once.
type Scorer interface {
	// Score adds a score to every item that it can say something about, for a session that began with these items,
	// oldest first. Scores are positive; an item that is not on the sheet counts as 0.
	Score(prefix []int32, s *Sheet)
}

// Sheet adds up scores of items without clearing all of them between questions. It is not safe for concurrent use.
type Sheet struct {
	score   []float32
	touched []int32
	near    neighbourhood // scratch of [KNN]
	heap    []Scored
}

// NewSheet is a sheet for items numbered below n; it grows where a larger one comes.
func NewSheet(n int) *Sheet { return &Sheet{score: make([]float32, n)} }

// Add adds to an item's score; what is not positive is ignored.
func (s *Sheet) Add(item int32, v float32) {
	if v <= 0 || item < 0 {
		return
	}
	if int(item) >= len(s.score) {
		s.score = append(s.score, make([]float32, int(item)+1-len(s.score)+len(s.score)/4)...)
	}
	if s.score[item] == 0 {
		s.touched = append(s.touched, item)
	}
	s.score[item] += v
}

// Of is the score of an item, 0 where it has none.
func (s *Sheet) Of(item int32) float32 {
	if item < 0 || int(item) >= len(s.score) {
		return 0
	}
	return s.score[item]
}

// Clear forgets all scores.
func (s *Sheet) Clear() {
	for _, it := range s.touched {
		s.score[it] = 0
	}
	s.touched = s.touched[:0]
}

// Top is the k best items that keep does not refuse, best first, ties by the lower number; nil keeps all. The answer is
// good until the next question to the sheet.
func (s *Sheet) Top(k int, keep func(item int32) bool) []Scored {
	h := s.heap[:0]
	if k <= 0 {
		return h
	}
	for _, it := range s.touched {
		c := Scored{it, s.score[it]}
		if len(h) == k && !before(c, h[0]) || keep != nil && !keep(it) {
			continue
		}
		if len(h) < k {
			h = append(h, c)
			for i := len(h) - 1; i > 0 && before(h[(i-1)/2], h[i]); i = (i - 1) / 2 {
				h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
			}
			continue
		}
		h[0] = c
		sink(h)
	}
	s.heap = h
	slices.SortFunc(h, order)
	return h
}

// before says whether a ranks above b.
func before(a, b Scored) bool { return a.Score > b.Score || a.Score == b.Score && a.Item < b.Item }

func order(a, b Scored) int {
	if before(a, b) {
		return -1
	}
	if before(b, a) {
		return 1
	}
	return 0
}

// sink restores a heap with the worst on top after its top was replaced.
func sink(h []Scored) {
	for i := 0; ; {
		worst := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < len(h) && before(h[worst], h[c]) {
				worst = c
			}
		}
		if worst == i {
			return
		}
		h[i], h[worst] = h[worst], h[i]
		i = worst
	}
}
