package session

// Walk scores by two steps over counted pairs: what goes with what goes with the prefix. It reaches items that never met the
// prefix in one session, which matters for items with few clicks (random walks with few steps: Cooper et al. 2014,
// "Random walks in recommender systems", WWW, P³ without its last step).
type Walk struct {
	Pairs  *Pairs
	First  int // neighbours taken in the first step
	Second int // in the second
	Recent int // clicks of the prefix that count
}

// Score implements [Scorer].
func (w Walk) Score(prefix []int32, s *Sheet) {
	weight := float32(1)
	for i := len(prefix) - 1; i >= 0 && len(prefix)-i <= w.Recent; i-- {
		items, scores := w.Pairs.Of(prefix[i])
		items, scores, sum := head(items, scores, w.First)
		for j, it := range items {
			next, ways, total := w.second(it)
			for k, to := range next {
				s.Add(to, weight*scores[j]/sum*ways[k]/total)
			}
		}
		weight *= w.Pairs.position
	}
}

func (w Walk) second(it int32) (items []int32, scores []float32, sum float32) {
	items, scores = w.Pairs.Of(it)
	return head(items, scores, w.Second)
}

// head is the first n and the sum of their scores.
func head(items []int32, scores []float32, n int) (i []int32, s []float32, sum float32) {
	n = min(n, len(items))
	for _, v := range scores[:n] {
		sum += v
	}
	return items[:n], scores[:n], max(sum, 1e-30)
}
