package history

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// The keys of accepted facts are kept so that a fact that comes again is known: those of business facts
// (orders, products, counts) for good; those of tracked messages, which are many and are sent again within
// days, under the day of their event, for at least keepMessages after they came. Messages of files, and those
// that come late, are kept for good, but by day too: what happened together is entered together, on few pages.

// forever marks a key that is kept for good. It sorts before all days.
const forever = -1 << 62

// forGood is the day under which a message of a day is kept for good. These sort before all days, too.
func forGood(day int64) int64 { return forever + 1<<32 + day }

// firstDay is before every day, and after every forGood.
const firstDay = -1 << 32

const (
	keepMessages = 7                          // days
	oldest       = 6 * 24 * time.Hour         // an older message is kept for good: its day goes soon
	future       = 24 * time.Hour             // as is one of the future
	jitter       = 15 * 60 * int64(1_000_000) // by how much the corrected time of a message sent again may differ, in µs
)

// keyDay says where the key of a fact is kept.
func keyDay(f *fact.Fact, now time.Time) int64 {
	if !fact.Behavioural(f.Body) {
		return forever
	}
	day := dayOf(sqldb.Micros(f.OccurredAt))
	if age := now.Sub(f.OccurredAt); age > oldest || age < -future || strings.HasPrefix(f.Source, "file:") {
		return forGood(day)
	}
	return day
}

// otherDays are the days besides its own under which a message may have been entered when it came before.
func (e *entry) otherDays() (days []int64) {
	if !fact.Behavioural(e.f.Body) {
		return nil
	}
	for _, d := range daysOf(sqldb.Micros(e.f.OccurredAt)) {
		// What was kept for some days may come when it is old; what was old does not become young again.
		if d != e.day && !slices.Contains(days, d) && (d > firstDay || e.day < firstDay) {
			days = append(days, d)
		}
	}
	return days
}

// daysOf are all days under which a message of a time may be kept.
func daysOf(at int64) [6]int64 {
	a, b, c := dayOf(at-jitter), dayOf(at), dayOf(at+jitter)
	return [...]int64{a, b, c, forGood(a), forGood(b), forGood(c)}
}

// keptUnder are all days under which the key of a fact may be kept.
func keptUnder(k fact.Kind, at int64) []int64 {
	if !fact.Behavioural(k.New()) {
		return []int64{forever}
	}
	days := daysOf(at)
	slices.Sort(days[:])
	return slices.Compact(days[:])
}

// enterKeys inserts the keys that are not there yet and notes the others in known. first holds one entry for
// every key, in the order of the keys.
func enterKeys(ctx context.Context, t *sqldb.Tx, entries []entry, first []int, head int64, known map[[16]byte][8]byte) error {
	elsewhere := map[int64][]int{}
	for _, i := range first {
		for _, d := range entries[i].otherDays() {
			elsewhere[d] = append(elsewhere[d], i)
		}
	}
	for d, some := range elsewhere {
		kept, err := entered(ctx, t, d)
		if err != nil {
			return err
		}
		if !kept {
			continue
		}
		if err := lookUp(ctx, t, entries, d, some, head, known); err != nil {
			return err
		}
	}
	byDay := map[int64][]int{}
	for _, i := range first {
		if _, ok := known[entries[i].key]; !ok {
			byDay[entries[i].day] = append(byDay[entries[i].day], i)
		}
	}
	for d, some := range byDay {
		for part := range slices.Chunk(some, 4096) {
			if err := enter(ctx, t, entries, d, part, head, known); err != nil {
				return err
			}
		}
	}
	return nil
}

// entered tells whether any message is kept under a day.
func entered(ctx context.Context, t *sqldb.Tx, day int64) (bool, error) {
	var one int
	err := t.QueryRow(ctx, "SELECT 1 FROM message_key WHERE day = ? LIMIT 1", []any{day}, &one)
	if errors.Is(err, sqldb.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// enter inserts the keys of one day. Every row carries the offset at which its commit began, which tells the
// rows of this commit from older ones.
func enter(ctx context.Context, t *sqldb.Tx, entries []entry, day int64, some []int, head int64, known map[[16]byte][8]byte) error {
	into, conflict, width := "message_key (day, fact_key, body_hash, since)", "(day, fact_key)", 4
	if day == forever {
		into, conflict, width = "dedupe (fact_key, body_hash, since)", "(fact_key)", 3
	}
	args := make([]any, 0, width*len(some))
	for _, i := range some {
		if day != forever {
			args = append(args, day)
		}
		args = append(args, entries[i].key[:], entries[i].hash[:], head)
	}
	inserted, err := t.Insert(ctx, into, "ON CONFLICT "+conflict+" DO NOTHING", width, args)
	if err != nil || inserted == int64(len(some)) {
		return err
	}
	return lookUp(ctx, t, entries, day, some, head, known)
}

// lookUp notes which keys were entered under a day before this commit.
func lookUp(ctx context.Context, t *sqldb.Tx, entries []entry, day int64, some []int, head int64, known map[[16]byte][8]byte) error {
	for part := range slices.Chunk(some, 512) {
		q := "SELECT fact_key, body_hash FROM dedupe WHERE fact_key IN " + sqldb.In(len(part)) + " AND since < ?"
		args := make([]any, 0, len(part)+2)
		if day != forever {
			q = "SELECT fact_key, body_hash FROM message_key WHERE day = ? AND fact_key IN " + sqldb.In(len(part)) + " AND since < ?"
			args = append(args, day)
		}
		for _, i := range part {
			args = append(args, entries[i].key[:])
		}
		err := t.Query(ctx, q, append(args, head), func(r sqldb.Row) error {
			var k, h []byte
			if err := r.Scan(&k, &h); err != nil {
				return err
			}
			known[[16]byte(k)] = [8]byte(h)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ForgetKeys removes the keys of messages whose time is over, some at a time, so that nobody waits long. It
// returns how many.
func (s *Store) ForgetKeys(ctx context.Context) (n int64, err error) {
	// A message is at most `oldest` old when it is entered under its day.
	before := dayOf(sqldb.Micros(s.now())) - keepMessages - int64(oldest/(24*time.Hour)) - 1
	for {
		gone, err := s.db.Exec(ctx, `DELETE FROM message_key WHERE (day, fact_key) IN
			(SELECT day, fact_key FROM message_key WHERE day < ? AND day > ? ORDER BY day, fact_key LIMIT 20000)`, before, firstDay)
		n += gone
		if err != nil || gone == 0 {
			return n, err
		}
	}
}
