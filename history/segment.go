package history

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"almanac/fact"
	"almanac/sqldb"
)

// row is a fact as a segment holds it; docs/record.md describes the columns. Empty text and zero are NULL.
type row struct {
	Seq      int64    `parquet:"seq,delta"`
	Kind     string   `parquet:"kind,dict"`
	Source   string   `parquet:"source,dict"`
	ID       string   `parquet:"id,optional,zstd"`
	UUID     [16]byte `parquet:"id_uuid,optional,uuid"` // ids that are UUIDs, at less than half the size
	Rev      int64    `parquet:"rev,optional,delta"`
	Occurred int64    `parquet:"occurred_at,timestamp(microsecond),delta"`
	Delay    int64    `parquet:"delay_us,delta"` // received − occurred
	Customer string   `parquet:"customer,optional,dict"`
	Visitor  string   `parquet:"visitor,optional,dict"`
	Session  string   `parquet:"session,optional,dict"`
	SKU      string   `parquet:"sku,optional,dict"`
	Title    string   `parquet:"title,optional,dict"`
	Category string   `parquet:"category,optional,dict"`
	List     string   `parquet:"list,optional,dict"`
	URL      string   `parquet:"url,optional,dict"`
	Path     string   `parquet:"path,optional,dict"`
	Referrer string   `parquet:"referrer,optional,dict"`
	Query    string   `parquet:"query,optional,dict"`
	Order    string   `parquet:"order,optional,dict"`
	Line     string   `parquet:"line,optional,zstd"`
	Currency string   `parquet:"currency,optional,dict"`
	Country  string   `parquet:"country,optional,dict"`
	Location string   `parquet:"location,optional,dict"`
	Units    int64    `parquet:"units,optional,delta"`
	Price    int64    `parquet:"price,optional,delta"`
	Gross    int64    `parquet:"gross,optional,delta"`
	Discount int64    `parquet:"discount,optional,delta"`
	Tax      int64    `parquet:"tax,optional,delta"`
	Shipping int64    `parquet:"shipping,optional,delta"`
	Position int64    `parquet:"position,optional,delta"`
	Rest     []byte   `parquet:"body,optional,zstd"` // what has no column, as JSON
	Ext      []byte   `parquet:"ext,optional,zstd"`
}

type textColumn struct {
	name string // of the field in the body
	to   *string
}

type numberColumn struct {
	name string
	to   *int64
}

func (r *row) texts() []textColumn {
	return []textColumn{{"cust", &r.Customer}, {"visitor", &r.Visitor}, {"session", &r.Session}, {"sku", &r.SKU}, {"title", &r.Title},
		{"category", &r.Category}, {"list", &r.List}, {"url", &r.URL}, {"path", &r.Path}, {"referrer", &r.Referrer}, {"query", &r.Query},
		{"order", &r.Order}, {"line", &r.Line}, {"cur", &r.Currency}, {"country", &r.Country}, {"loc", &r.Location}}
}

func (r *row) numbers() []numberColumn {
	return []numberColumn{{"units", &r.Units}, {"price", &r.Price}, {"gross", &r.Gross}, {"disc", &r.Discount}, {"tax", &r.Tax},
		{"ship", &r.Shipping}, {"pos", &r.Position}}
}

// setID keeps an id that is a UUID in its short form; the nil UUID, which reads as NULL, as text.
func (r *row) setID(id string) {
	if u, ok := parseUUID(id); ok && u != [16]byte{} {
		r.UUID = u
		return
	}
	r.ID = id
}

func (r *row) id() string {
	if r.ID == "" && r.UUID != [16]byte{} {
		h := hex.EncodeToString(r.UUID[:])
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	}
	return r.ID
}

// parseUUID reads a UUID in its canonical lower-case form only, so that writing it gives the same text.
func parseUUID(s string) (u [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' || strings.ToLower(s) != s {
		return u, false
	}
	_, err := hex.Decode(u[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:]))
	return u, err == nil
}

// bySubject is the order of rows in a segment: of one customer or visitor together, in time.
func bySubject(a, b *row) int {
	if c := strings.Compare(a.Customer, b.Customer); c != 0 {
		return c
	}
	if c := strings.Compare(a.Visitor, b.Visitor); c != 0 {
		return c
	}
	if a.Occurred != b.Occurred {
		return sign(a.Occurred - b.Occurred)
	}
	return sign(a.Seq - b.Seq)
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// encodeSegment writes rows, which it sorts, as a Parquet file. The same rows give the same bytes.
func encodeSegment(rows []*row) ([]byte, error) {
	slices.SortFunc(rows, bySubject)
	var out bytes.Buffer
	w := parquet.NewGenericWriter[row](&out, parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.CreatedBy("almanac", "1", ""), parquet.DataPageStatistics(false))
	for chunk := range slices.Chunk(rows, 1024) {
		flat := make([]row, len(chunk))
		for i, r := range chunk {
			flat[i] = *r
		}
		if _, err := w.Write(flat); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// decodeSegment reads the rows of a Parquet file.
func decodeSegment(b []byte) (rows []row, err error) {
	defer func() { // the library answers some damaged files with a panic
		if p := recover(); p != nil {
			err = fmt.Errorf("not a readable Parquet file: %v", p)
		}
	}()
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	r := parquet.NewGenericReader[row](f)
	defer func() { err = errors.Join(err, r.Close()) }()
	rows = make([]row, f.NumRows())
	for at := 0; at < len(rows); {
		n, err := r.Read(rows[at:])
		at += n
		if err != nil && (!errors.Is(err, io.EOF) || at < len(rows)) {
			return nil, err
		}
	}
	return rows, nil
}

// record turns a row back into what was appended.
func (r *row) record(shop string) (Record, error) {
	kind := fact.Kind(r.Kind)
	body, err := fact.DecodeBody(kind, join(r))
	if err != nil {
		return Record{}, fmt.Errorf("record %d: %w", r.Seq, err)
	}
	rec := Record{r.Seq, fact.Fact{Shop: shop, Source: r.Source, ID: r.id(), Rev: r.Rev, Kind: kind,
		OccurredAt: sqldb.Time(r.Occurred), ReceivedAt: sqldb.Time(r.Occurred + r.Delay), Body: body}}
	if len(r.Ext) > 0 {
		rec.Ext = r.Ext
	}
	return rec, nil
}
