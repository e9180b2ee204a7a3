package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"almanac/fact"
)

// mail sends the campaign of the day to those who agreed and have bought, and has them answer each in their way.
func (w *World) mail(d int) {
	c := &w.config.Mail
	if c.Every == 0 || d%c.Every != 3%c.Every {
		return
	}
	campaign := fmt.Sprint("news-", d)
	at := w.at(d, 10*60)
	w.tellAs(fact.CampaignPlanned, "mail:main", campaign, at.Add(-time.Hour), &fact.Plan{Plan: campaign, Name: "News of " + w.calendar.date(d).Format("2 January 2006"), Channel: "email", From: at, To: at.Add(2 * day)})
	for i := range w.people {
		p := &w.people[i]
		if !p.mails || !p.member || d > p.dies+180 { // the shop does not know who has left; it stops in the end
			continue
		}
		id := fmt.Sprint("C", 100_000+p.id)
		if w.policy.Mail != nil && !w.policy.Mail(Recipient{Customer: id, Purchases: p.done}) {
			continue
		}
		w.deliver(d, p, id, campaign)
	}
}

// Send mails a campaign on the next day to those of the customers whom the shop knows by their account and who still agree; they
// answer as to any mail. It returns how many of them there are.
func (w *World) Send(campaign string, customers []string) (n int) {
	var to []int
	for _, id := range customers {
		number, err := strconv.Atoi(strings.TrimPrefix(id, "C"))
		if i := number - 100_000; err == nil && strings.HasPrefix(id, "C") && i >= 0 && i < len(w.people) && w.people[i].member {
			to = append(to, i)
		}
	}
	w.sent = append(w.sent, sending{campaign, to})
	return len(to)
}

// sending is a campaign that somebody outside decided.
type sending struct {
	campaign string
	people   []int
}

// mailFromOutside carries out what was decided outside.
func (w *World) mailFromOutside(d int) {
	for _, s := range w.sent {
		at := w.at(d, 9*60)
		w.tellAs(fact.CampaignPlanned, "mail:main", s.campaign, at, &fact.Plan{Plan: s.campaign, Name: s.campaign, Channel: "email", From: at, To: at.Add(2 * day)})
		for _, i := range s.people {
			if p := &w.people[i]; p.mails {
				w.deliver(d, p, fmt.Sprint("C", 100_000+p.id), s.campaign, 1)
			}
		}
	}
	w.sent = nil
}

// deliver has a mail reach a person. which tells the mails of one day apart.
func (w *World) deliver(d int, p *person, id, campaign string, which ...uint64) {
	c := &w.config.Mail
	r := chanceOf(w.config.Seed, forMail, append([]uint64{uint64(p.id), uint64(d)}, which...)...)
	m := fact.Message{Message: campaign + "/" + id, Customer: id, Channel: "email", Campaign: campaign}
	say := func(kind fact.Kind, step string, minute int, machine bool) {
		b := m
		b.Machine = machine
		w.tellAs(kind, "mail:main", m.Message+"/"+step, w.at(d, minute), &b)
	}
	w.sums.Mails++ // a cent each
	say(fact.MessageSent, "sent", 10*60, false)
	if r.happens(.01) {
		say(fact.MessageBounced, "bounced", 10*60+1, false)
		return
	}
	if r.happens(c.MachineOpens) {
		say(fact.MessageOpened, "opened by a machine", 10*60+2, true)
	}
	if r.happens(c.ScannerClicks) {
		say(fact.MessageClicked, "clicked by a scanner", 10*60+3, true)
	}
	opens, minute := d <= p.dies && r.happens(c.Open), 10*60+20+r.IntN(600)
	if !opens {
		return
	}
	say(fact.MessageOpened, "opened", minute, false)
	w.moved(d, p, r, say, minute)
}

// moved is what an opened mail does to a person.
func (w *World) moved(d int, p *person, r chance, say func(fact.Kind, string, int, bool), minute int) {
	c := &w.config.Mail
	opened := max(c.Open, .01)
	switch {
	case p.group == persuadable && r.happens(min(1, c.Lift/opened)):
		say(fact.MessageClicked, "clicked", minute+2, false)
		w.truth(Truth{Kind: "effect", Day: d, ID: fmt.Sprint(p.id), Value: 1, Note: answers[p.group]})
		id := p.id
		w.later(d+1, func(d int) { w.seek(d, &w.people[id], 1<<32+uint64(d), true) })
	case p.group == sleepingDog && r.happens(min(1, c.Harm/opened)):
		say(fact.MessageUnsubscribed, "unsubscribed", minute+1, false)
		w.truth(Truth{Kind: "effect", Day: d, ID: fmt.Sprint(p.id), Value: -1, Note: answers[p.group]})
		p.dies, p.mails = d, false
	case r.happens(.06):
		say(fact.MessageClicked, "clicked", minute+2, false)
	}
}
