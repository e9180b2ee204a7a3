package onsite

import (
	"net/url"
	"strings"
)

// Circumstances are what is known of somebody of whom nothing else is: the host that they came from or the channel that brought
// them, the country they are in, and what device they hold. Each is empty where it is not known.
type Circumstances struct {
	Referrer string // as Referrer writes it
	Country  string // ISO 3166
	Device   string // phone, tablet, computer
}

// Came notes the circumstances of a visitor, for what they do from now on. What is empty stays as it was.
func (e *Engine) Came(who string, c Circumstances) {
	e.came(who, e.traits(c))
}

func (e *Engine) came(who string, of traits) {
	if who == "" || of == (traits{}) {
		return
	}
	key := e.key(who)
	e.people.Lock()
	defer e.people.Unlock()
	v, known := e.visitors[key]
	if !known {
		e.makeRoom()
		v.last = e.o.Now().Unix()
	}
	v.traits = of.over(v.traits)
	e.visitors[key] = v
}

// traits are the groups of circumstances.
func (e *Engine) traits(c Circumstances) (t traits) {
	for i, name := range [...]string{c.Referrer, c.Country, c.Device} {
		if name != "" {
			t[i] = e.trend.group([...]string{"r:", "c:", "d:"}[i] + name)
		}
	}
	return t
}

// over is t, and where it says nothing what was known before.
func (t traits) over(before traits) traits {
	for i := range t {
		if t[i] == 0 {
			t[i] = before[i]
		}
	}
	return t
}

var channels = map[string][]string{
	"search": {"google", "bing", "duckduckgo", "yahoo", "ecosia", "baidu", "yandex", "qwant", "startpage", "search", "cpc", "ppc", "sem", "seo"},
	"social": {"facebook", "instagram", "t.co", "twitter", "x.com", "pinterest", "tiktok", "reddit", "youtube", "linkedin", "lnkd", "snapchat", "threads", "vk.com", "whatsapp", "social"},
	"mail":   {"mail", "outlook", "newsletter"},
}

// Referrer is the group of a referrer, by its address and that of the page: search, social, mail, direct where there is none,
// or the host. Empty where somebody came from another page of the shop, or the referrer cannot be read.
func Referrer(referrer, page string) string {
	if strings.TrimSpace(referrer) == "" {
		return "direct"
	}
	from, err := url.Parse(referrer)
	if err != nil || from.Hostname() == "" {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(from.Hostname()), "www.")
	if at, err := url.Parse(page); err == nil && strings.EqualFold(strings.TrimPrefix(at.Hostname(), "www."), host) {
		return ""
	}
	labels := strings.Split(host, ".")
	for _, name := range [...]string{"mail", "search", "social"} { // mail.google.com is mail
		for _, c := range channels[name] {
			if strings.Contains(c, ".") && (host == c || strings.HasSuffix(host, "."+c)) {
				return name
			}
			for _, l := range labels {
				if l == c {
					return name
				}
			}
		}
	}
	return host
}

// Channel is the group of a channel as campaigns name it: search, social, mail, or its own name.
func Channel(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	for _, group := range [...]string{"mail", "search", "social"} {
		for _, w := range words {
			for _, c := range channels[group] {
				if w == c || group == "mail" && w == "email" {
					return group
				}
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(name))
}

// Device is the class of a browser by its User-Agent: phone, tablet or computer; empty for what is no browser.
func Device(agent string) string {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(agent, w) {
				return true
			}
		}
		return false
	}
	switch {
	case !strings.HasPrefix(agent, "Mozilla/") || has("bot", "Bot", "crawl", "spider"):
		return ""
	case has("iPad", "Tablet", "Silk/") || has("Android") && !has("Mobile"):
		return "tablet"
	case has("Mobi", "iPhone", "Android"):
		return "phone"
	}
	return "computer"
}
