// Package outbox hands approved decisions to people and systems that almanac has no connector for: purchase orders, transfers,
// reorder points, changes of prices and messages to customers, as a CSV file in a folder, as a signed call to a webhook, and as a mail to the merchant with
// the CSV attached.
//
// A batch of decisions goes in; a draft goes out. Every channel may be given the same batch again: a file
// keeps its name, a webhook gets the same idempotency key, a mail the same Message-ID.
package outbox

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"almanac/decide"
)

// form is how one kind of action is told of, in every channel.
type form struct {
	header []string
	rows   func(b decide.Batch, d decide.Decision) [][]string // in the order of header; none where there is nothing to do
	event  func(b decide.Batch) any                           // the body of a webhook
	letter func(b decide.Batch) (subject, text string)
}

var forms = map[decide.Kind]form{decide.KindOrder: orderForm, decide.KindPrice: priceForm, decide.KindMessage: messageForm, decide.KindMove: moveForm,
	decide.KindLevels: levelsForm}

// Draft writes a batch as CSV. Cells that a spreadsheet would take for a formula are made harmless.
func Draft(b decide.Batch) ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	f := forms[b.Kind()]
	rows := [][]string{f.header}
	for _, d := range b.Decisions {
		rows = append(rows, f.rows(b, d)...)
	}
	if len(rows) == 1 {
		return nil, fmt.Errorf("%w: batch %s holds nothing to do", decide.ErrRefused, b.ID)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// day is the day of approval (UTC).
func day(b decide.Batch) string { return b.ApprovedAt.UTC().Format(time.DateOnly) }

// note says where a line was made from synthetic data.
func note(d decide.Decision) string {
	if d.Synthetic {
		return "SYNTHETIC DATA - do not send"
	}
	return ""
}

// safe puts an apostrophe before text that a spreadsheet would run as a formula: behind these signs, the full-width ones
// of East Asian keyboards among them, and behind spaces before them, which some programs drop.
func safe(s string) string {
	if first, size := utf8.DecodeRuneInString(strings.TrimLeft(s, " ")); size > 0 && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) {
		return "'" + s
	}
	return s
}
