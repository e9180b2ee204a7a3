package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/connect/outbox"
	"almanac/serve"
	"almanac/serve/digest"
)

// digestFlags say when the weekly digest is mailed, and to whom. It is off until a day is named.
type digestFlags struct {
	Day  string   `help:"Weekday on which a digest of the last seven days is mailed, in the shop's time zone: monday to sunday, or off." default:"off" env:"ALMANAC_DIGEST_DAY"`
	Hour int      `help:"Hour of that day, 0 to 23." default:"7" env:"ALMANAC_DIGEST_HOUR"`
	To   []string `help:"Who gets it; --mail-to where nobody is named." env:"ALMANAC_DIGEST_TO"`
}

func (f digestFlags) schedule() (digest.Schedule, error) {
	s, err := digest.ParseSchedule(f.Day, f.Hour)
	if err != nil {
		return s, &hint{err, "Set --digest-day and --digest-hour.", exitUsage}
	}
	return s, nil
}

type digestCmd struct {
	Print bool `help:"Print it; it is not mailed."`
}

// Run prints the digest of the last whole week. The server mails it.
func (c *digestCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	if !c.Print && !term.json {
		return &hint{errors.New("the server mails the digest, where --digest-day is set"), "almanac digest --print shows it.", exitUsage}
	}
	return withApp(ctx, root, term, "digest", func(a *app) error {
		sh, err := a.shop(ctx)
		if err != nil {
			return err
		}
		if err := a.projector.CatchUp(ctx, nil); err != nil {
			return err
		}
		s, err := a.quietServer(ctx)
		if err != nil {
			return err
		}
		if term.json {
			d, err := s.Digest(ctx, sh)
			if err != nil {
				return err
			}
			return printJSON(term, d)
		}
		l, err := s.DigestLetter(ctx, sh)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(term.out, l.Text)
		return err
	})
}

// postman takes digests to their readers: *outbox.Mail.
type postman interface {
	Letter(ctx context.Context, readers []string, id, subject, text, html string) error
}

// postman makes the way by which digests go; nil where nothing says how mail is sent and no shop has to have one.
func (c *serveCmd) postman(f digestFlags) (postman, error) {
	s, err := f.schedule()
	if err != nil || !s.On && c.MailHost == "" {
		return nil, err
	}
	to := f.To
	if len(to) == 0 {
		to = c.MailTo
	}
	m, err := outbox.NewMail(c.mail(to))
	if err != nil {
		return nil, &hint{fmt.Errorf("digest: %w", err), "Set --mail-host, --mail-from and --digest-to, or --digest-day off.", exitUsage}
	}
	return m, nil
}

// mailDigests sends what is due, for every shop. What could not be sent is tried again the next time.
func (a *app) mailDigests(ctx context.Context, s *serve.Server, sent *digest.Sent, by postman) error {
	shops, err := a.shops.List(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, sh := range shops {
		now := a.now()
		plan, err := s.Digests.Of(ctx, sh.ID)
		var day time.Time
		due := false
		if err == nil {
			day, due, err = sent.Due(ctx, sh.ID, plan.Schedule, now, sh.Location())
		}
		if err == nil && due {
			var l digest.Letter
			if l, err = s.DigestLetter(ctx, sh); err == nil {
				err = by.Letter(ctx, plan.Readers, fmt.Sprintf("digest.%s.%s", day.Format(time.DateOnly), sh.ID), l.Subject, l.Text, l.HTML)
			}
			if err == nil {
				err = errors.Join(sent.Note(ctx, sh.ID, day, now), a.decisions.Record(ctx, sh.ID, "almanac", "digest mailed", "week before "+day.Format(time.DateOnly)))
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("digest of shop %s: %w", sh.ID, err))
		}
	}
	return errors.Join(errs...)
}

// digests mails digests while ctx lasts.
func (a *app) digests(ctx context.Context, s *serve.Server, by postman) {
	if by == nil {
		return
	}
	sent, err := digest.OpenSent(ctx, a.main)
	if err != nil {
		a.log.Error("no digests are mailed", "error", err)
		return
	}
	every(ctx, 10*time.Minute, func() {
		if err := a.mailDigests(ctx, s, sent, by); err != nil && ctx.Err() == nil {
			a.log.Error("a digest could not be mailed; it is tried again", "error", err)
		}
	})
}
