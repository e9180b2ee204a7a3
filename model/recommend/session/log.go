// Package session ranks what a visitor will want next from the items they touched so far, in order.
//
// In go sessions: lists of item numbers (dense, from 0; the caller keeps the table from its own ids) in the order of
// their clicks, each with the time of its last click. Out come rankings of items for the beginning of a session. The
// scorers are neighbours among recent sessions ([Index], [KNN]), counted pairs of items ([Pairs]), a linear item–item
// model ([Linear]), likeness by attributes ([Attributes]), popularity ([Popular]), and a weighted [Blend] of them all.
// [Choose] fits them to a log and lets a replay of its latest part decide which one answers.
//
// Sources: Ludewig and Jannach (2018), "Evaluation of session-based recommendation algorithms", UMUAI 28 (V-SKNN,
// sequential rules); Garg et al. (2019), "Sequence and time aware neighborhood for session-based recommendations: STAN",
// SIGIR; Ludewig, Mauro, Latifi and Jannach (2021), "Empirical analysis of session-based recommendation algorithms",
// UMUAI 31 (VSTAN); Kersbergen, Sprangers and Schelter (2022), "Serenade: low-latency session-based recommendation in
// e-commerce at scale", SIGMOD (VMIS-kNN: bounded postings); Deshpande and Karypis (2004), ACM TOIS 22(1) (item-kNN);
// Steck (2019), "Embarrassingly shallow autoencoders for sparse data", WWW (EASE); McFadden (1974), "Conditional logit
// analysis of qualitative choice behavior" (weights of the blend).
package session

// Log is sessions in the order of time.
type Log struct {
	item  []int32
	start []int32 // of each session in item; one more than there are sessions once anything was added
	at    []int64 // of each session's last click, any unit that only grows
	most  int32
}

// Add appends a session that ended at an instant; its items in the order of their clicks. Negative items are left out,
// and a session without items is not counted.
func (l *Log) Add(items []int32, at int64) {
	if len(l.start) == 0 {
		l.start = append(l.start, 0)
	}
	n := len(l.item)
	for _, it := range items {
		if it >= 0 {
			l.item = append(l.item, it)
			l.most = max(l.most, it+1)
		}
	}
	if len(l.item) == n {
		return
	}
	l.start = append(l.start, int32(len(l.item)))
	l.at = append(l.at, at)
}

// Len is the number of sessions.
func (l *Log) Len() int { return len(l.at) }

// Items is one more than the largest item number seen.
func (l *Log) Items() int { return int(l.most) }

// Clicks is the number of clicks of all sessions.
func (l *Log) Clicks() int { return len(l.item) }

// At is the items of session i; the caller does not change them.
func (l *Log) At(i int) []int32 { return l.item[l.start[i]:l.start[i+1]:l.start[i+1]] }

// When is when session i ended.
func (l *Log) When(i int) int64 { return l.at[i] }

// span is how much time lies between the first and the last session, at least 1.
func (l *Log) span() int64 {
	if l.Len() == 0 {
		return 1
	}
	return max(1, l.at[len(l.at)-1]-l.at[0])
}

// last is when the last session ended.
func (l *Log) last() int64 {
	if l.Len() == 0 {
		return 0
	}
	return l.at[len(l.at)-1]
}

// counts is how many clicks each item has, of n items.
func (l *Log) counts(n int) []int32 {
	c := make([]int32, max(n, l.Items()))
	for _, it := range l.item {
		c[it]++
	}
	return c
}

// latest is the latest sessions with at most so many clicks together.
func (l *Log) latest(clicks int) Log {
	if l.Clicks() <= clicks {
		return *l
	}
	var out Log
	from := l.Len()
	for n := 0; from > 0 && n+len(l.At(from-1)) <= clicks; from-- {
		n += len(l.At(from - 1))
	}
	for i := from; i < l.Len(); i++ {
		out.Add(l.At(i), l.When(i))
	}
	out.most = l.most
	return out
}
