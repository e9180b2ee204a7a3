package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/url"
	"time"

	"almanac/sqldb"
)

func hashOf(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// CSRF is the value that a browser with this session sends along with every change. It follows from the
// session's token, so it needs no storage; the token does not follow from it.
func CSRF(session string) string {
	m := hmac.New(sha256.New, []byte(session))
	_, _ = m.Write([]byte("almanac csrf")) // a hash never fails
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// CheckCSRF compares in constant time.
func CheckCSRF(session, value string) bool {
	return subtle.ConstantTimeCompare([]byte(CSRF(session)), []byte(value)) == 1
}

// LinkPath is the dashboard's address for the token of a one-time link.
func LinkPath(token string) string { return "/sign-in?token=" + url.QueryEscape(token) }

// SignIn checks e-mail and password and begins a session. Attempts are limited per address and account.
func (s *Store) SignIn(ctx context.Context, email, password, ip string) (session string, u User, err error) {
	normal, bad := normalEmail(email)
	if !s.limits.allow(s.now(), ip, normal) {
		return "", u, ErrTooMany
	}
	var id string
	dummy, err := s.dummy()
	if err != nil {
		return "", u, err
	}
	stored := dummy
	if bad == nil {
		var have string
		err := s.db.QueryRow(ctx, "SELECT id, password FROM auth_user WHERE email = ?", []any{normal}, &id, &have)
		if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
			return "", u, err
		}
		if err == nil && have != "" {
			stored = have
		}
	}
	ok, err := s.checkPassword(stored, password)
	if err != nil {
		return "", u, err
	}
	if !ok || id == "" || stored == dummy {
		return "", u, ErrWrongSignIn
	}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		session, u, err = s.begin(ctx, t, id)
		return err
	})
	return session, u, err
}

// SignInByLink begins a session with a one-time link, which then is used up.
func (s *Store) SignInByLink(ctx context.Context, link, ip string) (session string, u User, err error) {
	if !s.limits.allow(s.now(), ip, "") {
		return "", u, ErrTooMany
	}
	h := hashOf(link)
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		var id string
		var until int64
		err := t.QueryRow(ctx, "SELECT user_id, until_us FROM auth_link WHERE hash = ?", []any{h[:]}, &id, &until)
		if errors.Is(err, sqldb.ErrNoRows) || err == nil && !s.now().Before(sqldb.Time(until)) {
			return ErrLinkUsed
		}
		if err != nil {
			return err
		}
		// Where two use the link at the same instant, one of them deletes no row.
		if n, err := t.Exec(ctx, "DELETE FROM auth_link WHERE hash = ?", h[:]); err != nil || n != 1 {
			return cmpErr(err, ErrLinkUsed)
		}
		session, u, err = s.begin(ctx, t, id)
		return err
	})
	return session, u, err
}

func (s *Store) begin(ctx context.Context, t *sqldb.Tx, id string) (session string, u User, err error) {
	session, h := token()
	now := s.now()
	if _, err := t.Exec(ctx, "DELETE FROM auth_session WHERE created_us <= ? OR seen_us <= ?",
		sqldb.Micros(now.Add(-s.o.Absolute)), sqldb.Micros(now.Add(-s.o.Idle))); err != nil {
		return "", u, err
	}
	if _, err := t.Exec(ctx, "INSERT INTO auth_session (hash, user_id, created_us, seen_us) VALUES (?, ?, ?, ?)",
		h[:], id, sqldb.Micros(now), sqldb.Micros(now)); err != nil {
		return "", u, err
	}
	u, err = s.user(ctx, t, "id = ?", id)
	return session, u, err
}

// Session finds who holds a session, and counts as its use; ErrNoSession where it is unknown or has ended.
func (s *Store) Session(ctx context.Context, session string) (User, error) {
	u, seen, err := s.peek(ctx, session)
	if err != nil {
		return User{}, err
	}
	// Once a minute is often enough to tell idle from busy, and spares a write per call.
	if now := s.now(); now.Sub(seen) >= time.Minute {
		h := hashOf(session)
		_, err = s.db.Exec(ctx, "UPDATE auth_session SET seen_us = ? WHERE hash = ?", sqldb.Micros(now), h[:])
	}
	return u, err
}

// Peek is Session without counting as a use: a page that is merely open must not keep itself signed in.
func (s *Store) Peek(ctx context.Context, session string) (User, error) {
	u, _, err := s.peek(ctx, session)
	return u, err
}

func (s *Store) peek(ctx context.Context, session string) (u User, lastSeen time.Time, err error) {
	h := hashOf(session)
	now := s.now()
	var created, seen int64
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		var id string
		err := t.QueryRow(ctx, "SELECT user_id, created_us, seen_us FROM auth_session WHERE hash = ?", []any{h[:]}, &id, &created, &seen)
		if errors.Is(err, sqldb.ErrNoRows) {
			return ErrNoSession
		}
		if err != nil {
			return err
		}
		if !now.Before(sqldb.Time(created).Add(s.o.Absolute)) || !now.Before(sqldb.Time(seen).Add(s.o.Idle)) {
			return ErrNoSession
		}
		u, err = s.user(ctx, t, "id = ?", id)
		if errors.Is(err, ErrNoUser) {
			err = ErrNoSession
		}
		return err
	})
	return u, sqldb.Time(seen), err
}

// SignOut ends a session.
func (s *Store) SignOut(ctx context.Context, session string) error {
	h := hashOf(session)
	_, err := s.db.Exec(ctx, "DELETE FROM auth_session WHERE hash = ?", h[:])
	return err
}

// Link makes a one-time sign-in link for a user and returns its token (see LinkPath).
func (s *Store) Link(ctx context.Context, id string) (link string, err error) {
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := s.user(ctx, t, "id = ?", id); err != nil {
			return err
		}
		link, err = s.link(ctx, t, id)
		return err
	})
	return link, err
}

func (s *Store) link(ctx context.Context, t *sqldb.Tx, id string) (string, error) {
	if _, err := t.Exec(ctx, "DELETE FROM auth_link WHERE user_id = ? OR until_us <= ?", id, sqldb.Micros(s.now())); err != nil {
		return "", err
	}
	secret, h := token()
	_, err := t.Exec(ctx, "INSERT INTO auth_link (hash, user_id, until_us) VALUES (?, ?, ?)", h[:], id, sqldb.Micros(s.now().Add(s.o.Link)))
	return secret, err
}

// SessionLife is the longest that a session may last.
func (s *Store) SessionLife() time.Duration { return s.o.Absolute }
