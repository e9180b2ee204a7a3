package outbox

import (
	"fmt"

	"almanac/decide"
)

// messageForm is a list of people to write to. Its columns, one row per person: the batch, the day of approval (UTC), the
// campaign, the channel, the customer's id, the decision's id, and the note on synthetic data. Who is held out is not in
// it. A webhook gets the event message.send with campaign, channel, title, recipients, held_out and decision.
var messageForm = form{
	header: []string{"batch", "date", "campaign", "channel", "customer", "decision", "note"},
	rows: func(b decide.Batch, d decide.Decision) (out [][]string) {
		if d.Message == nil {
			return nil
		}
		for _, who := range d.Message.Recipients {
			out = append(out, []string{b.ID, day(b), safe(d.Message.Campaign), safe(d.Message.Channel), safe(who), d.ID, note(d)})
		}
		return out
	},
	event: func(b decide.Batch) any {
		return eventOf("message.send", b, func(d decide.Decision) messageLine { return messageLine{d.Message, d.ID} })
	},
	letter: func(b decide.Batch) (subject, text string) {
		n := 0
		for _, d := range b.Decisions {
			if d.Message != nil {
				n += len(d.Message.Recipients)
			}
		}
		return fmt.Sprintf("Mail draft %s for %d customers", b.ID, n),
			fmt.Sprintf("%s names %d customers to write to, attached as CSV. Nothing was sent to them: write the mail, and name the campaign in it as the file does, so that its effect can be told.\n", b.ID, n)
	},
}

type messageLine struct {
	*decide.Message
	Decision string `json:"decision"`
}
