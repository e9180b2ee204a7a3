// Package recommend measures the recommenders of model/recommend/session on files of known sessions.
//
// In goes a training file, with or without a test file, in one of three forms: sessions, one a line, with a test file of
// prefixes and targets; a table SessionId, ItemId, Time; or one sequence of items per user, whose last item is held out.
// Gzip or plain. Only the training part is shown to a method; out come its hit rates on the held-out part, for each method
// and for the automatic choice. Every prefix of every test session is a question, and all items are ranked.
//
// Sources: Ludewig and Jannach (2018), "Evaluation of session-based recommendation algorithms", UMUAI 28 (HR, MRR, coverage,
// popularity bias); Wu et al. (2019), "Session-based Recommendation with Graph Neural Networks", AAAI (prefix and target
// files); Kang and McAuley (2018), "Self-Attentive Sequential Recommendation", ICDM (leave the last out).
package recommend

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"almanac/evaluate/data"
	"almanac/model/recommend/session"
)

// Form is how a file tells its sessions.
type Form string

// The forms that files have.
const (
	Lines     Form = "sessions"  // one session a line, items in the order of clicks, lines in the order of time
	Table     Form = "table"     // SessionId, ItemId, Time
	Sequences Form = "sequences" // user and items in the order of time; the last is held out
)

// Set is a training log and questions with known answers.
type Set struct {
	Form  Form
	Train session.Log
	Test  []session.Question
	Items []string // by number
	Users int      // of sequences
	// Attributes are what is known of each item by number, where a file beside the sequences tells; nil elsewhere.
	Attributes [][]int32

	number map[string]int32
	paths  []string
}

// Read reads a training file and its test file; test may be empty, then the latest tenth of the sessions is held out, or
// of sequences the last item. Errors name the file and the line.
func Read(train, test string) (*Set, error) {
	text, err := load(train)
	if err != nil {
		return nil, err
	}
	s := &Set{number: map[string]int32{}, paths: []string{train, test}}
	s.Form = recognise(text, test != "")
	switch s.Form {
	case Table:
		err = s.table(train, text, test)
	case Sequences:
		err = s.sequences(train, text)
	default:
		err = s.lines(train, text, test)
	}
	if err != nil {
		return nil, err
	}
	if s.Train.Len() == 0 || len(s.Test) == 0 {
		return nil, fmt.Errorf("%s: %d sessions to learn from and %d questions to ask: nothing to measure", train, s.Train.Len(), len(s.Test))
	}
	return s, nil
}

// load reads a whole file, unpacked where it is gzip.
func load(path string) (text []byte, err error) {
	f, err := data.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text, err = io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}

// recognise tells the form by the header, and sequences from sessions by their first column, which names a user once.
func recognise(text []byte, hasTest bool) Form {
	first, _, _ := strings.Cut(string(text[:min(len(text), 4096)]), "\n")
	if _, ok := header(first); ok {
		return Table
	}
	if hasTest {
		return Lines
	}
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		user, _, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		if user == "" {
			continue
		}
		if seen[user] {
			return Lines
		}
		seen[user] = true
	}
	return Sequences
}

// header finds the columns of session, item and time.
func header(line string) (at [3]int, ok bool) {
	names := strings.FieldsFunc(strings.ToLower(strings.TrimSpace(line)), func(r rune) bool { return r == '\t' || r == ',' })
	for i, want := range []string{"sessionid", "itemid", "time"} {
		at[i] = slices.Index(names, want)
		if at[i] < 0 {
			return at, false
		}
	}
	return at, true
}

func (s *Set) item(id string) int32 {
	n, ok := s.number[id]
	if !ok {
		n = int32(len(s.Items))
		s.number[id] = n
		s.Items = append(s.Items, id)
	}
	return n
}

// known is the number of an item of the training part, −1 for any other.
func (s *Set) known(id string) int32 {
	if n, ok := s.number[id]; ok {
		return n
	}
	return -1
}

func (s *Set) lines(path string, text []byte, test string) error {
	var all [][]int32
	for line := range bytes.Lines(text) {
		var items []int32
		for _, id := range strings.Fields(string(line)) {
			items = append(items, s.item(id))
		}
		if len(items) > 0 {
			all = append(all, items)
		}
	}
	train := all
	if test == "" {
		train = all[:len(all)-len(all)/10]
	}
	for i, items := range train {
		s.Train.Add(items, int64(i))
	}
	if test == "" {
		s.hold(all[len(train):])
		return nil
	}
	text, err := load(test)
	if err != nil {
		return err
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		shown, target, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), "\t")
		target = strings.TrimSpace(target)
		if !ok || target == "" {
			return fmt.Errorf("%s, line %d: no TAB between prefix and target; %s is read as one session a line, which such a test file goes with", test, n, path)
		}
		q := session.Question{Target: s.known(target)}
		for _, id := range strings.Fields(shown) {
			q.Prefix = append(q.Prefix, s.known(id))
		}
		s.Test = append(s.Test, q)
	}
	return nil
}

// hold asks for every item of the sessions after the first.
func (s *Set) hold(sessions [][]int32) {
	known := int32(s.Train.Items())
	for _, items := range sessions {
		items = slices.DeleteFunc(items, func(it int32) bool { return it < 0 || it >= known })
		for i := 1; i < len(items); i++ {
			s.Test = append(s.Test, session.Question{Prefix: items[:i:i], Target: items[i]})
		}
	}
}

type click struct {
	session int
	item    int32
	at      float64
}

func (s *Set) table(path string, text []byte, test string) error {
	train, at, err := s.sessionsOf(path, text, s.item)
	if err != nil {
		return err
	}
	held := train[:0:0]
	if test == "" {
		n := len(train) - len(train)/10
		train, held = train[:n], train[n:]
	}
	for i, items := range train {
		s.Train.Add(items, int64(at[i]))
	}
	if test != "" {
		text, err := load(test)
		if err != nil {
			return err
		}
		if held, _, err = s.sessionsOf(test, text, s.known); err != nil {
			return err
		}
	}
	s.hold(held)
	return nil
}

// sessionsOf reads a table into sessions in the order of their last clicks, each in the order of its clicks.
func (s *Set) sessionsOf(path string, text []byte, item func(string) int32) (sessions [][]int32, ended []float64, err error) {
	number := map[string]int{}
	var clicks []click
	var cols [3]int
	n := 0
	for line := range bytes.Lines(text) {
		n++
		row := strings.TrimRight(string(line), "\r\n")
		if n == 1 {
			var ok bool
			if cols, ok = header(row); !ok {
				return nil, nil, fmt.Errorf("%s, line 1: no header with SessionId, ItemId and Time", path)
			}
			continue
		}
		if strings.TrimSpace(row) == "" {
			continue
		}
		cells := strings.FieldsFunc(row, func(r rune) bool { return r == '\t' || r == ',' })
		if len(cells) <= max(cols[0], cols[1], cols[2]) {
			return nil, nil, fmt.Errorf("%s, line %d: %d columns; the header has more", path, n, len(cells))
		}
		at, err := strconv.ParseFloat(cells[cols[2]], 64)
		if err != nil || math.IsNaN(at) || math.Abs(at) > 1e15 {
			return nil, nil, fmt.Errorf("%s, line %d: time %q is not a number of seconds", path, n, cells[cols[2]])
		}
		k, ok := number[cells[cols[0]]]
		if !ok {
			k = len(number)
			number[cells[cols[0]]] = k
		}
		clicks = append(clicks, click{k, item(cells[cols[1]]), at})
	}
	slices.SortStableFunc(clicks, func(a, b click) int { return cmp.Compare(a.at, b.at) })
	type one struct {
		items []int32
		at    float64
	}
	all := make([]one, len(number))
	for _, c := range clicks {
		o := &all[c.session]
		o.items, o.at = append(o.items, c.item), c.at
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.at, b.at) })
	for _, o := range all {
		sessions, ended = append(sessions, o.items), append(ended, o.at)
	}
	return sessions, ended, nil
}

func (s *Set) sequences(path string, text []byte) error {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		ids := strings.Fields(string(line))
		if len(ids) == 0 {
			continue
		}
		if len(ids) == 1 {
			return fmt.Errorf("%s, line %d: %q has no items; a line is a user and the items, with spaces between", path, n, ids[0])
		}
		items := make([]int32, 0, len(ids)-1)
		for _, id := range ids[1:] {
			items = append(items, s.item(id))
		}
		s.Users++
		last := len(items) - 1
		if last == 0 { // nothing is left to ask by
			s.Train.Add(items, 0)
			continue
		}
		// Users stand beside one another in time: none is later than the others.
		s.Train.Add(items[:last], 0)
		s.Test = append(s.Test, session.Question{Prefix: items[:last:last], Target: items[last]})
	}
	return s.attributes(path)
}
