package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// parquetReader reads flat Parquet files; dates, times and decimals come out as text.
type parquetReader struct {
	f        *os.File
	rows     *parquet.GenericReader[any]
	header   []string
	types    []parquet.Type
	fields   []string
	buf      []parquet.Row
	have, at int
	line     int64
	total    int64
	progress func(done, total int64)
}

func openParquet(f *os.File, size int64, o Options) (r *parquetReader, err error) {
	damaged := &Error{Code: "damaged", Message: "the Parquet file cannot be read", Remedy: "It may have been cut off. Export it again."}
	defer func() { // the library answers some damaged files with a panic
		if p := recover(); p != nil {
			err = damaged
		}
	}()
	file, err := parquet.OpenFile(f, size)
	if err != nil {
		return nil, damaged
	}
	r = &parquetReader{f: f, rows: parquet.NewGenericReader[any](file), buf: make([]parquet.Row, 256), total: file.NumRows(), progress: o.Progress}
	for _, path := range file.Schema().Columns() {
		leaf, ok := file.Schema().Lookup(path...)
		if !ok || leaf.MaxRepetitionLevel > 0 {
			return nil, &Error{Code: "nested", Message: "column " + strings.Join(path, ".") + " holds lists", Remedy: "Write one row per element, with plain columns.", Column: strings.Join(path, ".")}
		}
		r.header = append(r.header, strings.Join(path, "."))
		r.types = append(r.types, leaf.Node.Type())
	}
	r.fields = make([]string, len(r.header))
	return r, nil
}

func (r *parquetReader) Header() []string { return r.header }
func (r *parquetReader) Close() error     { return errors.Join(r.rows.Close(), r.f.Close()) }

func (r *parquetReader) Next() (row Row, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Code: "damaged", Line: r.line + 1, Message: fmt.Sprintf("the Parquet file is damaged at row %d", r.line+1), Remedy: "Export it again."}
		}
	}()
	if r.at >= r.have {
		n, err := r.rows.ReadRows(r.buf)
		if n == 0 {
			if err == nil || errors.Is(err, io.EOF) {
				return Row{}, io.EOF
			}
			return Row{}, &Error{Code: "damaged", Line: r.line + 1, Message: "the Parquet file is damaged: " + err.Error(), Remedy: "Export it again."}
		}
		r.have, r.at = n, 0
		if r.progress != nil {
			r.progress(r.line+int64(n), r.total)
		}
	}
	clear(r.fields)
	for _, v := range r.buf[r.at] {
		if c := v.Column(); c >= 0 && c < len(r.fields) && !v.IsNull() {
			r.fields[c] = parquetText(v, r.types[c])
		}
	}
	r.at++
	r.line++
	raw := map[string]string{}
	for i, h := range r.header {
		raw[h] = r.fields[i]
	}
	b, err := json.Marshal(raw)
	return Row{Line: r.line, Fields: r.fields, Raw: string(b)}, err
}

func parquetText(v parquet.Value, t parquet.Type) string {
	if l := t.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *format.TimestampType:
			at := instant(v.Int64(), l.Unit)
			if !l.IsAdjustedToUTC { // a clock on the wall: the file's time zone is to be said elsewhere
				return at.Format("2006-01-02T15:04:05.999999999")
			}
			return at.Format(time.RFC3339Nano)
		case *format.IntType:
			if !l.IsSigned {
				return strconv.FormatUint(unsigned(v), 10)
			}
		case *format.DateType:
			return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
		case *format.DecimalType:
			return decimalText(v, int(l.Scale))
		}
	}
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32:
		return strconv.FormatInt(int64(v.Int32()), 10)
	case parquet.Int64:
		return strconv.FormatInt(v.Int64(), 10)
	case parquet.Int96:
		return julian(v.Int96()).Format("2006-01-02T15:04:05.999999999")
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'f', -1, 32)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'f', -1, 64)
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return string(v.ByteArray())
	}
	return v.String()
}

func unsigned(v parquet.Value) uint64 {
	if v.Kind() == parquet.Int32 {
		return uint64(v.Uint32())
	}
	return v.Uint64()
}

// julian reads the timestamp of older writers: nanoseconds of the day, then the Julian day number. The day
// 2440588 began at the noon before 1970-01-01; by convention it is counted from midnight.
func julian(v deprecated.Int96) time.Time {
	nanos := int64(v[1])<<32 | int64(v[0])
	return time.Unix((int64(v[2])-2440588)*86400, nanos).UTC()
}

func instant(n int64, unit format.TimeUnit) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

func decimalText(v parquet.Value, scale int) string {
	n := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		n.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		n.SetInt64(v.Int64())
	default: // big-endian two's complement
		b := v.ByteArray()
		n.SetBytes(b)
		if len(b) > 0 && b[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
	}
	s := new(big.Int).Abs(n).String()
	if len(s) <= scale {
		s = strings.Repeat("0", scale-len(s)+1) + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}
