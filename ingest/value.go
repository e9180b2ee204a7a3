package ingest

import (
	"fmt"
	"strings"
	"time"

	"almanac/fact"
)

// number reads a decimal as people and programs write it: with a currency sign, with grouping, with a
// minus before or behind, or in parentheses. mark is the decimal mark, the other of . and , groups digits.
func number(s string, mark byte) (fact.Decimal, error) {
	if d, ok := simple(s, mark); ok {
		return d, nil
	}
	t := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'', '’', '€', '$', '£', '¥':
			return -1
		}
		return r
	}, s)
	neg := false
	if strings.HasPrefix(t, "(") && strings.HasSuffix(t, ")") {
		neg, t = true, t[1:len(t)-1]
	}
	if strings.HasSuffix(t, "-") {
		neg, t = !neg, t[:len(t)-1]
	}
	group := byte(',')
	if mark == ',' {
		group = '.'
	}
	whole, frac, cut := strings.Cut(t, string(mark))
	if strings.IndexByte(whole, group) >= 0 {
		parts := strings.Split(whole, string(group))
		for i, p := range parts {
			if (i > 0 && len(p) != 3) || (i == 0 && (len(strings.TrimLeft(p, "+-")) > 3 || strings.TrimLeft(p, "+-") == "")) {
				return fact.Decimal{}, fmt.Errorf("%q is not a number with the decimal mark %q", s, mark)
			}
		}
		whole = strings.Join(parts, "")
	}
	if cut {
		whole += "." + frac
	}
	d, err := fact.ParseDecimal(whole)
	if err != nil {
		return d, fmt.Errorf("%q is not a number", s)
	}
	if neg {
		d.Coef = -d.Coef
	}
	return d, nil
}

// simple reads the common case without allocating: digits, a minus, the decimal mark.
func simple(s string, mark byte) (fact.Decimal, bool) {
	i, neg := 0, false
	if len(s) > 0 && s[0] == '-' {
		i, neg = 1, true
	}
	if len(s) == i || len(s) > 18 {
		return fact.Decimal{}, false
	}
	var d fact.Decimal
	point := -1
	for ; i < len(s); i++ {
		c := s[i]
		if c == mark && point < 0 {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			return fact.Decimal{}, false
		}
		d.Coef = d.Coef*10 + int64(c-'0')
	}
	if point >= 0 {
		d.Scale = len(s) - point - 1
		for d.Scale > 0 && d.Coef%10 == 0 {
			d.Coef, d.Scale = d.Coef/10, d.Scale-1
		}
	}
	if neg {
		d.Coef = -d.Coef
	}
	return d, true
}

// dateParts are the numbers of a written date.
type dateParts struct {
	n          [3]int
	yearFirst  bool
	monthNamed bool // n is day, month, year
	clock      time.Duration
	zone       *time.Location // nil: the file's
}

var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// scanDate takes a written date apart: numbers in any order, a month's name, a time of day with or without
// seconds, AM or PM, a zone. It does not decide which number is the day.
func scanDate(s string) (p dateParts, ok bool) {
	i, found := 0, 0
	digits := func(limit int) (v, n int) {
		for i < len(s) && n < limit && s[i] >= '0' && s[i] <= '9' {
			v, i, n = v*10+int(s[i]-'0'), i+1, n+1
		}
		return v, n
	}
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if len(s)-i == 8 && allDigits(s[i:]) { // 20110131
		v, _ := digits(8)
		p.n, p.yearFirst = [3]int{v / 10000, v / 100 % 100, v % 100}, true
		return p, true
	}
	for found < 3 && i < len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			v, n := digits(4)
			if found == 0 && n == 4 {
				p.yearFirst = true
			}
			p.n[found] = v
			found++
		case isLetter(c) && (found == 0 || !p.monthNamed) && i+3 <= len(s) && months[strings.ToLower(s[i:i+3])] > 0:
			p.monthNamed = true
			p.n[found] = months[strings.ToLower(s[i:i+3])]
			if found == 0 { // January 31, 2011: as if the day came first
				p.n[1] = p.n[0]
			}
			for i < len(s) && isLetter(s[i]) {
				i++
			}
			if found == 0 {
				for i < len(s) && (s[i] == ' ' || s[i] == '.') {
					i++
				}
				v, n := digits(2)
				if n == 0 {
					return p, false
				}
				p.n[0] = v
				found = 2
			} else {
				found++
			}
		case c == '-' || c == '/' || c == '.' || c == ' ' || c == ',':
			i++
		default:
			return p, false
		}
	}
	if found < 3 {
		return p, false
	}
	return p, scanClock(s[i:], &p)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// scanClock reads " 08:26:00.5 PM +01:00" in any of its shortened forms.
func scanClock(s string, p *dateParts) bool {
	s = strings.TrimLeft(s, " T,")
	if s == "" {
		return true
	}
	var v [3]int
	n := 0
	for n < 3 {
		j := 0
		for j < len(s) && j < 2 && s[j] >= '0' && s[j] <= '9' {
			v[n] = v[n]*10 + int(s[j]-'0')
			j++
		}
		if j == 0 {
			return false
		}
		s, n = s[j:], n+1
		if !strings.HasPrefix(s, ":") {
			break
		}
		s = s[1:]
	}
	var frac time.Duration
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, ",") {
		unit := time.Second / 10
		for s = s[1:]; s != "" && s[0] >= '0' && s[0] <= '9'; s = s[1:] {
			frac += time.Duration(s[0]-'0') * unit
			unit /= 10
		}
	}
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[1] == 'M' || s[1] == 'm') {
		switch s[0] | 0x20 {
		case 'p':
			if v[0] < 12 {
				v[0] += 12
			}
		case 'a':
			if v[0] == 12 {
				v[0] = 0
			}
		default:
			return false
		}
		s = strings.TrimSpace(s[2:])
	}
	if v[0] > 24 || v[1] > 59 || v[2] > 60 {
		return false
	}
	p.clock = time.Duration(v[0])*time.Hour + time.Duration(v[1])*time.Minute + time.Duration(v[2])*time.Second + frac
	return scanZone(s, p)
}

func scanZone(s string, p *dateParts) bool {
	switch {
	case s == "":
		return true
	case s == "Z" || s == "z" || s == "UTC" || s == "GMT":
		p.zone = time.UTC
		return true
	case s[0] != '+' && s[0] != '-':
		return false
	}
	d := strings.ReplaceAll(s[1:], ":", "")
	if len(d) == 2 {
		d += "00"
	}
	if len(d) != 4 || !allDigits(d) {
		return false
	}
	sec := (int(d[0]-'0')*10+int(d[1]-'0'))*3600 + (int(d[2]-'0')*10+int(d[3]-'0'))*60
	if s[0] == '-' {
		sec = -sec
	}
	p.zone = time.FixedZone(s, sec)
	return true
}

// in puts the parts together under an order of day and month: ymd, dmy or mdy.
func (p dateParts) in(order string, zone *time.Location) (time.Time, bool) {
	y, m, d := p.n[2], p.n[1], p.n[0]
	switch {
	case p.yearFirst:
		y, m, d = p.n[0], p.n[1], p.n[2]
	case p.monthNamed:
	case order == "mdy":
		m, d = p.n[0], p.n[1]
	}
	if y < 100 && !p.yearFirst {
		y += 2000
	}
	if p.zone != nil {
		zone = p.zone
	}
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	c := p.clock
	t := time.Date(y, time.Month(m), d, int(c/time.Hour), int(c/time.Minute)%60, int(c/time.Second)%60, int(c%time.Second), zone)
	if day := time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC); day.Day() != d {
		return time.Time{}, false // 31 February
	}
	return t, true
}
