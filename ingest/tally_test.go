package ingest_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"os"
	"strconv"
	"testing"
)

// sums of a file of orders, in pence.
type sums struct {
	sold, back              int64
	lines, reversals, moves int
}

// tally reads the Online Retail file with the standard library and exact fractions.
func tally(t *testing.T, path string) (s sums) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	hundred, half := big.NewRat(100, 1), big.NewRat(1, 2)
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatal(err)
		}
		units, err := strconv.ParseInt(rec[3], 10, 64)
		price, ok := new(big.Rat).SetString(rec[5])
		if err != nil || !ok {
			t.Fatal(rec)
		}
		if price.Sign() < 0 {
			continue
		}
		value := new(big.Rat).Mul(price, hundred)
		value.Mul(value, new(big.Rat).SetInt64(max(units, -units)))
		minor := new(big.Int).Quo(value.Num(), value.Denom()).Int64()
		rest := new(big.Rat).Sub(value, new(big.Rat).SetInt64(minor))
		if c := rest.Cmp(half); c > 0 || c == 0 && minor%2 == 1 {
			minor++
		}
		switch {
		case units < 0 && price.Sign() == 0 && rec[6] == "":
			s.moves++
		case units < 0:
			s.back += minor
			s.reversals++
		default:
			s.sold += minor
			s.lines++
		}
	}
}
