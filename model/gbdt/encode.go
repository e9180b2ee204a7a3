package gbdt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// magic begins an encoded model; its last byte is the version of the form.
const magic = "gbdt\x01"

// Encode writes the model compactly: the same model gives the same bytes.
func (m *Model) Encode() []byte {
	b := append([]byte(magic), byte(m.Objective))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.Start))
	b = binary.AppendUvarint(b, uint64(len(*m.columns)))
	for _, c := range *m.columns {
		b = binary.AppendUvarint(b, uint64(len(c.name)))
		b = append(b, c.name...)
		if c.categorical {
			b = append(b, 1)
			b = binary.AppendUvarint(b, uint64(len(c.codes)))
			for _, k := range c.codes {
				b = binary.AppendUvarint(b, uint64(k))
			}
			continue
		}
		b = append(b, 0)
		b = binary.AppendUvarint(b, uint64(len(c.cuts)))
		for _, v := range c.cuts {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(m.trees)))
	for _, t := range m.trees {
		b = binary.AppendUvarint(b, uint64(len(t.nodes)))
		for _, n := range t.nodes {
			b = binary.AppendUvarint(b, uint64(n.column))
			b = binary.AppendVarint(b, int64(n.child[toLeft]))
			b = binary.AppendVarint(b, int64(n.child[toRight]))
			if n.set < 0 {
				b = append(b, n.lift, n.upTo)
				continue
			}
			b = append(b, 2)
			for _, w := range t.sets[n.set] {
				b = binary.LittleEndian.AppendUint64(b, w)
			}
		}
		for _, v := range t.leaf {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return b
}

// Decode reads what [Model.Encode] wrote. Anything else is an error.
func Decode(b []byte) (*Model, error) {
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return nil, errors.New("these bytes are no gradient-boosted model, or of another version")
	}
	d := &decoder{b: b[len(magic):]}
	m := &Model{Objective: Objective(d.byte()), Start: math.Float64frombits(d.uint64()), columns: &columns{}}
	for range d.count(2) {
		*m.columns = append(*m.columns, d.column())
	}
	var trees []*tree
	for range d.count(1) {
		trees = append(trees, d.tree(*m.columns))
	}
	switch {
	case d.err != nil:
		return nil, fmt.Errorf("the model is damaged: %w", d.err)
	case len(d.b) > 0:
		return nil, fmt.Errorf("the model is damaged: %d bytes too many", len(d.b))
	case m.Objective > Pinball || math.IsNaN(m.Start) || math.IsInf(m.Start, 0):
		return nil, errors.New("the model is damaged: its objective or start cannot be")
	}
	m.plant(trees)
	return m, nil
}

type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = errors.New(what)
	}
	d.b = nil
}

func (d *decoder) take(n int) []byte {
	if len(d.b) < n {
		d.fail("it ends early")
		return make([]byte, n)
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) byte() byte     { return d.take(1)[0] }
func (d *decoder) uint64() uint64 { return binary.LittleEndian.Uint64(d.take(8)) }
func (d *decoder) float() float32 { return math.Float32frombits(binary.LittleEndian.Uint32(d.take(4))) }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail("it ends early")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail("it ends early")
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count is a number of things of which each takes at least size bytes.
func (d *decoder) count(size int) int {
	v := d.uvarint()
	if v > uint64(len(d.b)/size) {
		d.fail("a count is larger than what follows")
		return 0
	}
	return int(v)
}

func (d *decoder) column() (c column) {
	c.name = string(d.take(d.count(1)))
	switch d.byte() {
	case 0:
		for range d.count(4) {
			c.cuts = append(c.cuts, d.float())
		}
		if !slices.IsSorted(c.cuts) || len(c.cuts) > 254 {
			d.fail("the bins of a column are out of order")
		}
		c.most = len(c.cuts) + 1
	case 1:
		c.categorical = true
		for range d.count(1) {
			c.codes = append(c.codes, int32(min(d.uvarint(), math.MaxInt32)))
		}
		if !slices.IsSorted(c.codes) || len(c.codes) > 255 {
			d.fail("the categories of a column are out of order")
		}
		c.most = len(c.codes)
	default:
		d.fail("a column is of an unknown kind")
	}
	return c
}

func (d *decoder) tree(of columns) *tree {
	t := &tree{}
	n := d.count(5)
	child := func(at int) int32 {
		v := d.varint()
		// A node's children come after it, so that every way ends at a leaf.
		if v < -int64(n)-1 || v >= int64(n) || v >= 0 && v <= int64(at) {
			d.fail("a tree leads nowhere")
			return -1
		}
		return int32(v)
	}
	for at := range n {
		k := node{set: -1}
		column := d.uvarint()
		if column >= uint64(len(of)) {
			d.fail("a tree asks for a column that is not there")
			return t
		}
		k.column, k.child = uint16(column), [2]int32{child(at), child(at)}
		switch k.lift = d.byte(); k.lift {
		case 2:
			k.set, k.lift = int32(len(t.sets)), 0
			t.sets = append(t.sets, [4]uint64{d.uint64(), d.uint64(), d.uint64(), d.uint64()})
		case 0, 1:
			k.upTo = d.byte()
		default:
			d.fail("a node is of an unknown kind")
		}
		t.nodes = append(t.nodes, k)
	}
	for range n + 1 {
		v := d.float()
		if v != v {
			d.fail("a leaf has no value")
		}
		t.leaf = append(t.leaf, v)
	}
	return t
}
