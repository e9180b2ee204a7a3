package onsite_test

import (
	"fmt"
	"testing"

	"almanac/program/onsite"
)

// crowds is a shop where most look at p0, those who come from search at p8, and those on phones at p10.
func crowds(e *onsite.Engine, people int) {
	for i := range people {
		for _, c := range []struct {
			came onsite.Circumstances
			sku  string
			each int
		}{{onsite.Circumstances{Referrer: "mail", Device: "computer"}, "p0", 1}, {onsite.Circumstances{Referrer: "search", Device: "computer"}, "p8", 3}, {onsite.Circumstances{Referrer: "mail", Device: "phone"}, "p10", 3}} {
			if i%c.each > 0 {
				continue
			}
			who := fmt.Sprint(c.sku, "-", i)
			e.Came(who, c.came)
			e.Heard(who, c.sku, onsite.Looked, noon)
		}
	}
	e.SetCatalogue(shelf(20))
}

func first(t *testing.T, e *onsite.Engine, q onsite.Question) string {
	t.Helper()
	q.Placement, q.N = "home", 4
	return ask(t, e, q).Items[0].Product.SKU
}

func TestStrangersSeeWhatThoseWhoCameLikeThemTurnTo(t *testing.T) {
	e := engine(onsite.Options{}, shelf(20))
	crowds(e, 900)
	for _, c := range []struct {
		q    onsite.Question
		want string
	}{
		{onsite.Question{}, "p0"},
		{onsite.Question{Came: onsite.Circumstances{Referrer: "search"}}, "p8"},
		{onsite.Question{Came: onsite.Circumstances{Device: "phone"}}, "p10"},
		{onsite.Question{Came: onsite.Circumstances{Referrer: "mail", Device: "computer"}}, "p0"},
		{onsite.Question{Came: onsite.Circumstances{Referrer: "blog.example"}}, "p0"},
		{onsite.Question{Came: onsite.Circumstances{Device: "phone"}, Category: "pens"}, "p1"},
	} {
		if got := first(t, e, c.q); got != c.want {
			t.Errorf("%+v sees %s first, want %s", c.q.Came, got, c.want)
		}
	}
	// Who is known to have come so sees the same without saying it again; the next engine knows it of groups too.
	e.Came("v", onsite.Circumstances{Referrer: "search"})
	if got := first(t, e, onsite.Question{Visitor: "v"}); got != "p8" {
		t.Error(got)
	}
	next := engine(onsite.Options{}, nil)
	for i := range 900 { // what the record tells, without how they came
		for _, sku := range []string{"p0", "p8", "p10"}[:1+2*((i+2)%3/2)] {
			next.Heard(fmt.Sprint("w", i, sku), sku, onsite.Looked, noon)
		}
	}
	next.Follow(e)
	next.SetCatalogue(shelf(20))
	if got := first(t, next, onsite.Question{Came: onsite.Circumstances{Referrer: "search"}}); got != "p8" {
		t.Error(got)
	}
}

func TestAFewDeedsOfAGroupDoNotOutweighTheShop(t *testing.T) {
	e := engine(onsite.Options{}, shelf(20))
	crowds(e, 900)
	e.Came("one", onsite.Circumstances{Referrer: "blog.example"})
	e.Heard("one", "p15", onsite.Looked, noon)
	e.SetCatalogue(shelf(20))
	if got := first(t, e, onsite.Question{Came: onsite.Circumstances{Referrer: "blog.example"}}); got != "p0" {
		t.Error(got)
	}
}

func TestGroupsAreBoundedHoweverManyHostsThereAre(t *testing.T) {
	e := engine(onsite.Options{}, shelf(20))
	for i := range 5000 {
		who := fmt.Sprint("v", i)
		e.Came(who, onsite.Circumstances{Referrer: fmt.Sprint("host", i, ".example"), Country: "DE"})
		e.Heard(who, fmt.Sprint("x", i), onsite.Looked, noon)
	}
	crowds(e, 900)
	if got := first(t, e, onsite.Question{Came: onsite.Circumstances{Device: "phone"}}); got != "p10" {
		t.Error(got)
	}
	if got := first(t, e, onsite.Question{Came: onsite.Circumstances{Referrer: "host4999.example"}}); got != "p0" {
		t.Error(got)
	}
}

func TestReferrersChannelsAndDevices(t *testing.T) {
	const page = "https://www.shop.example/p/1"
	for referrer, want := range map[string]string{
		"https://www.google.co.uk/search?q=cups": "search", "android-app://com.google.android.gm/": "search", "https://mail.google.com/": "mail", "https://t.co/x": "social", "https://l.instagram.com/": "social",
		"https://www.blog.example/best-cups": "blog.example", "https://shop.example/": "", "": "direct", "::": "", "https://at.co/": "at.co", "https://duckduckgo.com": "search",
	} {
		if got := onsite.Referrer(referrer, page); got != want {
			t.Errorf("%s is %q, want %q", referrer, got, want)
		}
	}
	for channel, want := range map[string]string{"Organic Search": "search", "google / cpc": "search", "search ad": "search", "Paid Social": "social", "email": "mail", "newsletter": "mail", "display": "display"} {
		if got := onsite.Channel(channel); got != want {
			t.Errorf("%s is %q, want %q", channel, got, want)
		}
	}
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1": "phone",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36":      "phone",
		"Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36":             "tablet",
		"Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1":          "tablet",
		"Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0":                                 "computer",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                               "",
		"Go-http-client/1.1": "", "": "",
	} {
		if got := onsite.Device(agent); got != want {
			t.Errorf("%s is %q, want %q", agent, got, want)
		}
	}
}
