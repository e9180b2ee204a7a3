package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"almanac/decide"
)

// MailConfig says how to send drafts by mail.
type MailConfig struct {
	Host           string // of the SMTP server
	Port           int    // 0: 587 for starttls, 465 for tls, 25 for none
	TLS            string // starttls (default), tls, none (only to this machine)
	User, Password string
	From           string
	To             []string
}

// Mail sends drafts with the CSV attached.
type Mail struct {
	c      MailConfig
	client *mail.Client
}

// NewMail checks the settings; it does not connect yet.
func NewMail(c MailConfig) (*Mail, error) {
	if c.Host == "" || c.From == "" || len(c.To) == 0 {
		return nil, fmt.Errorf("mail needs a host, a sender and at least one recipient")
	}
	opts := []mail.Option{mail.WithTimeout(20 * time.Second)}
	switch c.TLS {
	case "", "starttls":
		opts = append(opts, mail.WithTLSPortPolicy(mail.TLSMandatory))
	case "tls":
		opts = append(opts, mail.WithSSLPort(false))
	case "none":
		if !loopback(c.Host) {
			return nil, fmt.Errorf("mail without TLS is only sent to this machine")
		}
		opts = append(opts, mail.WithTLSPortPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("mail TLS %q is not one of starttls, tls, none", c.TLS)
	}
	if c.Port != 0 {
		opts = append(opts, mail.WithPort(c.Port))
	}
	if c.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	client, err := mail.NewClient(c.Host, opts...)
	if err != nil {
		return nil, err
	}
	m := &Mail{c, client}
	_, err = m.message(decide.Batch{ID: "PO-TEST"}, nil)
	return m, err
}

// Name is "mail".
func (m *Mail) Name() string { return "mail" }

// Target is the recipients.
func (m *Mail) Target() string { return strings.Join(m.c.To, ", ") }

func (m *Mail) message(b decide.Batch, draft []byte) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(m.c.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.c.To...); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	// The same batch has the same id, so that a mail sent twice can be told to be one.
	msg.SetMessageIDWithValue(strings.ToLower(b.ID) + "." + b.Shop + "@almanac")
	subject, text := forms[b.Kind()].letter(b)
	if b.Synthetic() {
		subject = "[SYNTHETIC DATA] " + subject
		text += "It was made from synthetic data. Do not send it on.\n"
	}
	msg.Subject(subject)
	msg.SetBodyString(mail.TypeTextPlain, text)
	return msg, msg.AttachReader(b.ID+".csv", bytes.NewReader(draft), mail.WithFileContentType("text/csv"))
}

// Apply sends the mail. What the server turns away for good is a refusal.
func (m *Mail) Apply(ctx context.Context, b decide.Batch) error {
	draft, err := Draft(b)
	if err != nil {
		return err
	}
	msg, err := m.message(b, draft)
	if err != nil {
		return err
	}
	return m.send(ctx, msg)
}

// Letter sends a text, with the same as HTML beside it, to readers, or to the recipients of the settings where none is
// named. Letters with one id can be told to be one.
func (m *Mail) Letter(ctx context.Context, readers []string, id, subject, text, html string) error {
	if len(readers) == 0 {
		readers = m.c.To
	}
	msg := mail.NewMsg()
	if err := msg.From(m.c.From); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(readers...); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	msg.SetMessageIDWithValue(strings.ToLower(id) + "@almanac")
	msg.SetDate()
	msg.Subject(subject)
	msg.SetBodyString(mail.TypeTextPlain, text)
	msg.AddAlternativeString(mail.TypeTextHTML, html)
	return m.send(ctx, msg)
}

func (m *Mail) send(ctx context.Context, msg *mail.Msg) error {
	err := m.client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // once the server has it, a goodbye that fails must not send it twice
		return nil
	}
	err = fmt.Errorf("send to the mail server: %w", err)
	if s := (*mail.SendError)(nil); errors.As(err, &s) && s.ErrorCode() >= 500 {
		return fmt.Errorf("%w: %w", decide.ErrRefused, err)
	}
	return err
}

// ReadBack trusts the server that took the mail.
func (m *Mail) ReadBack(context.Context, decide.Batch) (bool, error) { return true, nil }
