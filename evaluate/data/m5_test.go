package data

import (
	"strings"
	"testing"
)

const header = "item_id,dept_id,cat_id,store_id,state_id,first_day,sales_to_d3,price_runs_wk\n"

func TestBrokenSalesAreNamedByLine(t *testing.T) {
	good := "A,D,C,S,CA,2,4 5,11101:1.50 11103:2\n"
	for _, c := range []struct{ file, says string }{
		{"", "empty"},
		{"a,b\n", "no column item_id"},
		{strings.Replace(header, "sales_to_d3", "sold", 1) + good, "no column sales_to_d"},
		{strings.Replace(header, "sales_to_d3", "sales_to_dx", 1) + good, "does not end in a day"},
		{header, "no rows"},
		{header + good + "B,D,C,S,CA,zero,4 5,\n", `line 3: first_day "zero"`},
		{header + good + "B,D,C,S,CA,2,4 -5,\n", `line 3: day 2 of the sales is "-5"`},
		{header + good + "B,D,C,S,CA,2,4 NaN,\n", `line 3: day 2 of the sales is "NaN"`},
		{header + good + "B,D,C,S,CA,2,,\n", "line 3: there are no sales"},
		{header + good + "B,D,C,S,CA,2,4 5 6,\n", "line 3: 3 days of sales from day 2 end on day 4, not 3"},
		{header + good + "B,D,C,S,CA,2,4 5,11101\n", `line 3: price_runs_wk holds "11101"`},
		{header + good + "B,D,C,S,CA,2,4 5,11103:1 11102:2\n", "line 3: price_runs_wk: week 11102"},
		{header + good + good, "line 3: item A of store S is there twice"},
		{header + "B,D\n", "wrong number of fields"},
	} {
		if _, err := readSales(strings.NewReader(c.file), 1); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	items, err := readSales(strings.NewReader(header+good+"B,D,C,S,CA,3,7,\n"), 1)
	if err != nil || len(items) != 2 || items[0].Sales[1] != 5 || items[0].Prices[1].Price != 2 || items[1].Prices != nil {
		t.Errorf("%+v, %v", items, err)
	}
}

func TestBrokenCalendarsAreNamedByLine(t *testing.T) {
	const header = "date,wm_yr_wk,wday,d,event_name_1,event_name_2,snap_CA\n"
	good := "2011-01-29,11101,1,d_1,Easter,,1\n"
	for _, c := range []struct{ file, says string }{
		{"date,d\n", "no column wm_yr_wk"},
		{header, "no rows"},
		{header + good + "29.1.2011,11101,2,d_2,,,0\n", "line 3: date"},
		{header + good + "2011-01-30,x,2,d_2,,,0\n", "line 3: wm_yr_wk"},
		{header + good + "2011-01-30,11101,8,d_2,,,0\n", "line 3: wday"},
		{header + good + "2011-01-31,11101,3,d_3,,,0\n", `line 3: d is "d_3", not d_2`},
	} {
		if _, err := readCalendar(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	days, err := readCalendar(strings.NewReader(header + good))
	if err != nil || len(days) != 1 || !days[0].SNAP["CA"] || days[0].Events[0] != "Easter" || days[0].OfMonth != 29 {
		t.Errorf("%+v, %v", days, err)
	}
}
