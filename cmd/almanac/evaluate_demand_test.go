package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// weekends is six items over 160 days that sell on two days of the week, with the calendar to day 180.
func weekends() (sales, calendar string) {
	var s, c strings.Builder
	s.WriteString("item_id,dept_id,cat_id,store_id,state_id,first_day,sales_to_d160,price_runs_wk\n")
	for i := range 6 {
		fmt.Fprintf(&s, "item%d,dept,cat,store,N,1,", i)
		for d := range 160 {
			n := 0
			if d%7 < 2 {
				n = 2 + (d/7+i)%3
			}
			fmt.Fprintf(&s, "%d ", n)
		}
		fmt.Fprintf(&s, ",100:%d.50 110:2\n", i+1)
	}
	c.WriteString("date,wm_yr_wk,wday,d,event_name_1,snap_N\n")
	for d := range 180 {
		fmt.Fprintf(&c, "%s,%d,%d,d_%d,,%d\n", time.Date(2020, 1, 4+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 100+d/7, d%7+1, d+1, d%2)
	}
	return s.String(), c.String()
}

func TestDemandIsMeasuredFromTheCommandLine(t *testing.T) {
	s, c := weekends()
	sales, calendar := write(t, "sales.csv", s), write(t, "calendar.csv", c)
	var doc struct {
		Task    string
		Data    map[string]any
		Auto    map[string]any
		Methods map[string]map[string]any
	}
	args := []string{"evaluate", "demand", "--sales", sales, "--calendar", calendar, "--horizon", "14", "--rows", "2000"}
	must(t, &doc, append(args, "--origin", "146", "--every", "2", "--json")...)
	if doc.Task != "demand" || doc.Data["series"] != 3.0 || doc.Data["teaching"] != 6.0 || doc.Auto["wspl"] == nil || !(doc.Auto["wape"].(float64) < .5*doc.Methods["mean of 28 days"]["wape"].(float64)) {
		t.Errorf("%+v", doc)
	}
	for says, c := range map[string]struct {
		args []string
		code int
	}{
		"choose an earlier origin": {append(args, "--origin", "150"), exitFailed},
		"out of range":             {append(args, "--origin", "0"), exitUsage},
		"no column item_id":        {[]string{"evaluate", "demand", "--sales", calendar, "--calendar", calendar, "--origin", "9"}, exitFailed},
		"no column date":           {[]string{"evaluate", "demand", "--sales", sales, "--calendar", sales, "--origin", "9"}, exitFailed},
	} {
		if code, _, fault := almanac(t, c.args...); code != c.code || !strings.Contains(fault, says) {
			t.Errorf("%s: exit code %d, %s", says, code, fault)
		}
	}
}
