package session

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Shallow is the linear item–item model EASE: with X the sessions (rows) by items and G = XᵀX,
//
//	P = (G + λI)⁻¹,  B = −P / diag(P) by columns, diag(B) = 0   (Steck 2019, eq. 8)
//
// A visitor's scores are x·B, x weighing the prefix by Position^(clicks since).
type Shallow struct {
	Ridge    float64 // λ
	Position float64
	Keep     int // largest weights kept an item
}

// MostShallow is the most items that EASE is solved for: the inverse takes time with the third and memory with the second power.
const MostShallow = 10_000

// ErrTooWide says that a catalogue is too large for a closed form.
var ErrTooWide = errors.New("too many items for the closed form")

// NewShallow solves EASE exactly and keeps the positive weights as pairs. Memory while solving is 16 bytes an item
// squared. ErrTooWide for more than MostShallow items.
func NewShallow(l *Log, c Shallow) (*Pairs, error) {
	n := l.Items()
	if n > MostShallow {
		return nil, fmt.Errorf("EASE of %d items: %w (%d)", n, ErrTooWide, MostShallow)
	}
	g := mat.NewSymDense(max(1, n), nil)
	for i := range l.Len() {
		items := distinct(l.At(i))
		for a, x := range items {
			for _, y := range items[a:] {
				g.SetSym(int(x), int(y), g.At(int(x), int(y))+1)
			}
		}
	}
	for i := range n {
		g.SetSym(i, i, g.At(i, i)+c.Ridge)
	}
	var chol mat.Cholesky
	if !chol.Factorize(g) {
		return nil, fmt.Errorf("EASE of %d items with ridge %g: the matrix is not positive definite; a ridge above 0 makes it so", n, c.Ridge)
	}
	if err := chol.InverseTo(g); err != nil {
		return nil, fmt.Errorf("EASE of %d items with ridge %g: %w; a larger ridge helps", n, c.Ridge, err)
	}
	p := &Pairs{start: make([]int32, n+1), position: float32(c.Position)}
	s := NewSheet(n)
	for a := range n {
		s.Clear()
		for b := range n {
			if b != a {
				s.Add(int32(b), float32(-g.At(a, b)/g.At(b, b)))
			}
		}
		for _, t := range s.Top(c.Keep, nil) {
			p.item, p.score = append(p.item, t.Item), append(p.score, t.Score)
		}
		p.start[a+1] = int32(len(p.item))
	}
	return p, nil
}

func distinct(items []int32) []int32 {
	out := make([]int32, 0, len(items))
	seen := make(map[int32]bool, len(items))
	for _, it := range items {
		if !seen[it] {
			seen[it] = true
			out = append(out, it)
		}
	}
	return out
}
