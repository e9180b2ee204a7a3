package history

import (
	"context"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// The keys of accepted facts are kept so that a fact that comes again is known: those of business facts
// (orders, products, counts) and of files for good; those of tracked messages, which are many and are sent
// again within days, under the day of their event, for at least keepMessages after they came.

// forever marks a key that is kept for good. It sorts before all days.
const forever = -1 << 62

const (
	keepMessages = 7                          // days
	oldest       = 6 * 24 * time.Hour         // an older message is kept for good: its day goes soon
	future       = 24 * time.Hour             // as is one of the future
	jitter       = 15 * 60 * int64(1_000_000) // by how much the corrected time of a message sent again may differ, in µs
)

// keyDay says where the key of a fact is kept.
func keyDay(f *fact.Fact, now time.Time) int64 {
	if !fact.Behavioural(f.Body) || strings.HasPrefix(f.Source, "file:") {
		return forever
	}
	if age := now.Sub(f.OccurredAt); age > oldest || age < -future {
		return forever
	}
	return dayOf(sqldb.Micros(f.OccurredAt))
}

// otherDays are the days besides its own under which a message may have been entered when it came before.
func (e *entry) otherDays() (days []int64) {
	if !fact.Behavioural(e.f.Body) || strings.HasPrefix(e.f.Source, "file:") {
		return nil
	}
	at := sqldb.Micros(e.f.OccurredAt)
	for _, d := range [...]int64{dayOf(at - jitter), dayOf(at), dayOf(at + jitter)} {
		if d != e.day && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	return days
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
			(SELECT day, fact_key FROM message_key WHERE day < ? ORDER BY day, fact_key LIMIT 20000)`, before)
		n += gone
		if err != nil || gone == 0 {
			return n, err
		}
	}
}
