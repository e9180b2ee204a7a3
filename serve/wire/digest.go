package wire

// Digest is a shop's week in short: what happened, what waits, where money is lost, what ran out, what is wrong with
// the data. It names no persons.
type Digest struct {
	Shop                    string          `json:"shop"`
	Currency                string          `json:"currency"`
	From                    string          `json:"from"`
	To                      string          `json:"to"`
	KnownUntil              string          `json:"known_until,omitempty" doc:"Newest day with a sale; absent while there is none"`
	NetMinor                DigestFigure    `json:"net_minor"`
	Orders                  DigestFigure    `json:"orders"`
	OpenDecisions           int64           `json:"open_decisions"`
	OpenDecisionsValueMinor *int64          `json:"open_decisions_value_minor,omitempty"`
	Leaks                   []Leak          `json:"leaks" doc:"The three costliest of the last 52 weeks"`
	Out                     []DigestProduct `json:"out" doc:"Wanted products of which nothing is left, the most wanted first, at most five"`
	OutTotal                int64           `json:"out_total"`
	Soon                    []DigestProduct `json:"soon" doc:"Products with less than two weeks of cover, the most wanted first, at most five"`
	SoonTotal               int64           `json:"soon_total"`
	Findings                []DigestFinding `json:"findings"`
	Quarantined             int64           `json:"quarantined"`
	Synthetic               []string        `json:"synthetic" doc:"Sources of made-up data"`
	MailDay                 string          `json:"mail_day" doc:"Day on which it is mailed, or off"`
	MailHour                int             `json:"mail_hour" doc:"Hour of that day, in the shop's time zone"`
	Readers                 []string        `json:"readers" doc:"To whom it is mailed; nobody: to whom the server was told to mail"`
	Mails                   bool            `json:"mails" doc:"The server knows how to send mail"`
}

// DigestPlan says when the digest of a shop is mailed, and to whom.
type DigestPlan struct {
	Day     string   `json:"day" enum:"off,monday,tuesday,wednesday,thursday,friday,saturday,sunday"`
	Hour    int      `json:"hour" minimum:"0" maximum:"23"`
	Readers []string `json:"readers" maxItems:"50"`
}

// DigestFigure is a figure of the week beside those of other weeks; absent where the data does not cover them.
type DigestFigure struct {
	Value    *int64 `json:"value,omitempty"`
	LastWeek *int64 `json:"last_week,omitempty" doc:"The seven days before"`
	LastYear *int64 `json:"last_year,omitempty" doc:"The same weekdays 52 weeks before"`
}

// DigestProduct is a product that ran out, or will.
type DigestProduct struct {
	SKU          string   `json:"sku"`
	Title        string   `json:"title"`
	OnHand       int64    `json:"on_hand"`
	DemandWeek   *float64 `json:"demand_week,omitempty"`
	WeeksOfCover *float64 `json:"weeks_of_cover,omitempty"`
}

// DigestFinding is something odd in the data, without examples.
type DigestFinding struct {
	Title    string `json:"title"`
	Severity string `json:"severity" enum:"info,warning,error"`
	Count    int64  `json:"count"`
	Remedy   string `json:"remedy"`
}
