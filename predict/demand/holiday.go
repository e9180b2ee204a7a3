package demand

import (
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"

	"almanac/state"
)

// holidays are those of each country whose are known, by ISO 3166 code; of Australia those of the capital.
var holidays = map[string][]*cal.Holiday{
	"AR": ar.Holidays, "AT": at.Holidays, "AU": au.HolidaysACT, "BE": be.Holidays, "BG": bg.Holidays, "BR": br.Holidays, "CA": ca.Holidays,
	"CH": ch.Holidays, "CZ": cz.Holidays, "DE": de.Holidays, "DK": dk.Holidays, "ES": es.Holidays, "FR": fr.Holidays, "GB": gb.Holidays,
	"GR": gr.Holidays, "HR": hr.Holidays, "IE": ie.Holidays, "IT": it.Holidays, "JP": jp.Holidays, "LT": lt.Holidays, "LV": lv.Holidays,
	"NL": nl.Holidays, "NO": no.Holidays, "NZ": nz.Holidays, "PL": pl.Holidays, "RO": ro.Holidays, "SE": se.Holidays, "SI": si.Holidays,
	"SK": sk.Holidays, "US": us.Holidays, "ZA": za.Holidays,
}

// countries are the names that exports use in place of codes.
var countries = map[string]string{
	"ARGENTINA": "AR", "AUSTRIA": "AT", "AUSTRALIA": "AU", "BELGIUM": "BE", "BULGARIA": "BG", "BRAZIL": "BR", "CANADA": "CA", "SWITZERLAND": "CH",
	"CZECH REPUBLIC": "CZ", "CZECHIA": "CZ", "GERMANY": "DE", "DENMARK": "DK", "SPAIN": "ES", "FRANCE": "FR", "UNITED KINGDOM": "GB", "UK": "GB",
	"GREAT BRITAIN": "GB", "GREECE": "GR", "CROATIA": "HR", "IRELAND": "IE", "EIRE": "IE", "ITALY": "IT", "JAPAN": "JP", "LITHUANIA": "LT",
	"LATVIA": "LV", "NETHERLANDS": "NL", "NORWAY": "NO", "NEW ZEALAND": "NZ", "POLAND": "PL", "ROMANIA": "RO", "SWEDEN": "SE", "SLOVENIA": "SI",
	"SLOVAKIA": "SK", "UNITED STATES": "US", "USA": "US", "UNITED STATES OF AMERICA": "US", "SOUTH AFRICA": "ZA",
}

// days on which people give presents or hunt bargains move sales more than days off; they are not in the lists of holidays.
var saleDays = []*cal.Holiday{
	{Name: "Valentine's Day", Month: time.February, Day: 14, Func: cal.CalcDayOfMonth},
	{Name: "Black Friday", Month: time.November, Weekday: time.Thursday, Offset: 4, CalcOffset: 1, Func: cal.CalcWeekdayOffset},
}

// Mother's Day is the second Sunday of May in most countries, and three weeks before Easter in Britain and Ireland.
var (
	mothersDay     = &cal.Holiday{Name: "Mother's Day", Month: time.May, Weekday: time.Sunday, Offset: 2, Func: cal.CalcWeekdayOffset}
	motheringMarch = &cal.Holiday{Name: "Mother's Day", Offset: -21, Func: cal.CalcEasterOffset}
)

// Holiday is a named day.
type Holiday struct {
	Name string
	Day  state.Day
}

// Holidays lists the holidays of a country, named by code or English name, and days of sales, over some days, by name. None where the
// country is not known.
func Holidays(country string, from, to state.Day) (out []Holiday) {
	code := strings.ToUpper(strings.TrimSpace(country))
	if c, ok := countries[code]; ok {
		code = c
	}
	list, ok := holidays[code]
	if !ok {
		return nil
	}
	mother := mothersDay
	if code == "GB" || code == "IE" {
		mother = motheringMarch
	}
	easter := aa.GoodFriday.Clone(&cal.Holiday{Name: "Easter"})
	all := append(append([]*cal.Holiday{mother, easter}, saleDays...), list...)
	seen := map[Holiday]bool{}
	for _, h := range all {
		for year := from.Time().Year(); year <= to.Time().Year(); year++ {
			actual, _ := h.Calc(year)
			if actual.IsZero() {
				continue
			}
			day := Holiday{h.Name, dateOf(actual)}
			good, _ := easter.Calc(year)
			if from := day.Day - dateOf(good); h != easter && from >= 0 && from <= 3 { // Good Friday to Easter Monday are one event
				continue
			}
			if day.Day >= from && day.Day <= to && !seen[day] {
				seen[day] = true
				out = append(out, day)
			}
		}
	}
	return out
}

func dateOf(t time.Time) state.Day {
	y, m, d := t.Date()
	return state.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), time.UTC)
}

// seenTwice is how often a holiday must lie in the history before anything is said of it.
const seenTwice = 2

// addHolidays makes of each holiday its week and the week before.
func (a *around) addHolidays(country string) {
	type two struct{ on, before []float64 }
	by := map[string]*two{}
	var names []string
	past := map[string]int{}
	for _, h := range Holidays(country, a.w.start, a.w.start+state.Day(7*a.ahead+6)) {
		t := by[h.Name]
		if t == nil {
			t = &two{make([]float64, a.ahead), make([]float64, a.ahead)}
			by[h.Name] = t
			names = append(names, h.Name)
		}
		at := a.weekOf(h.Day)
		if at < a.ahead {
			t.on[at] = 1
		}
		if at > 0 && at <= a.ahead {
			t.before[at-1] = 1
		}
		if at < a.w.n {
			past[h.Name]++
		}
	}
	var taken []*two
	for _, name := range names {
		same := slices.ContainsFunc(taken, func(t *two) bool { return slices.Equal(t.on, by[name].on) }) // Christmas and Boxing Day
		if past[name] >= seenTwice && !same {
			taken = append(taken, by[name])
			a.common = append(a.common, outside{ofHolidays, name, line{week: by[name].on}}, outside{ofHolidays, "The week before " + name, line{week: by[name].before}})
		}
	}
}
