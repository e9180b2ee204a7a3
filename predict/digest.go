package predict

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
)

// Digest adds training data up to a hash for the card. The caller feeds it in an order that follows from the data (by
// id, by day), never from arrival.
type Digest struct {
	sum hash.Hash
	buf []byte
}

// NewDigest is an empty digest.
func NewDigest() *Digest { return &Digest{sum: sha256.New()} }

// String adds a text with its length, so that neighbouring texts cannot run into one another.
func (d *Digest) String(s string) {
	d.Int(int64(len(s)))
	d.buf = append(d.buf[:0], s...)
	d.write()
}

// Int adds a number.
func (d *Digest) Int(v int64) {
	d.buf = binary.LittleEndian.AppendUint64(d.buf[:0], uint64(v))
	d.write()
}

// Float adds a number; all NaN count as one.
func (d *Digest) Float(v float64) {
	if math.IsNaN(v) {
		v = math.NaN()
	}
	d.buf = binary.LittleEndian.AppendUint64(d.buf[:0], math.Float64bits(v))
	d.write()
}

func (d *Digest) write() { _, _ = d.sum.Write(d.buf) } // a hash never fails to take bytes

// Hex is the hash so far, in hexadecimal.
func (d *Digest) Hex() string { return hex.EncodeToString(d.sum.Sum(nil)) }
