package fact

import "time"

// Touch is a contact that may have brought a visit: ad, mail, referrer, social, direct.
type Touch struct {
	Actor
	Channel  string `json:"channel"`
	Source   string `json:"source,omitempty"`
	Campaign string `json:"campaign,omitempty"`
	Click    string `json:"click,omitempty"` // click id of the ad system
}

// Kind is touch.
func (*Touch) Kind() Kind { return Touched }

// Check demands an actor and a channel.
func (b *Touch) Check(p *Problems) { b.check(p); p.need("channel", b.Channel) }

// Message is one step in the life of a mail, text message or push.
type Message struct {
	Message  string `json:"message"`
	Customer string `json:"cust"`
	Channel  string `json:"channel,omitempty"`
	Campaign string `json:"campaign,omitempty"`
	Link     string `json:"link,omitempty"`
	Machine  bool   `json:"machine,omitempty"` // opened or clicked by a proxy or scanner, not by a person
}

// Kind is message.sent.
func (*Message) Kind() Kind { return MessageSent }

// Check demands message and customer.
func (b *Message) Check(p *Problems) { p.need("message", b.Message); p.need("cust", b.Customer) }

// Plan is a campaign or promotion that is going to happen.
type Plan struct {
	Plan    string    `json:"plan"`
	Name    string    `json:"name,omitempty"`
	Channel string    `json:"channel,omitempty"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	SKUs    []string  `json:"skus,omitempty"`
	Percent float64   `json:"percent,omitempty"` // price cut, 0 to 100
}

// Kind is campaign.planned.
func (*Plan) Kind() Kind { return CampaignPlanned }

// Check demands a plan id and an end after the start.
func (b *Plan) Check(p *Problems) {
	p.need("plan", b.Plan)
	if b.To.Before(b.From) {
		p.Add("to", "is before from")
	}
	if b.Percent < 0 || b.Percent > 100 {
		p.Add("percent", "is not between 0 and 100")
	}
}
