package auth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"almanac/sqldb"
)

// Kind says what an API key opens.
type Kind string

// Kinds of keys. A write key is public: it stands in the shop's pages and may only send events and ask for
// recommendations. A server key is secret and acts in its shop as an operator.
const (
	WriteKey  Kind = "write"
	ServerKey Kind = "server"
)

// Key is an API key of one shop. The secret itself is not kept.
type Key struct {
	ID, Shop, Name string
	Kind           Kind
	Prefix         string // the beginning of the secret, to tell keys apart
	Created, Used  time.Time
	Origins        []string // origins of pages that may use a write key ("https://shop.example"); empty: all
}

const (
	keyFresh = 30 * time.Second // a key deleted by another process is refused after so long
	keyCache = 4096
)

type cachedKey struct {
	key   Key
	until time.Time
}

// CreateKey makes a key and returns its secret, which nobody can see again.
func (s *Store) CreateKey(ctx context.Context, shop, name string, kind Kind) (Key, string, error) {
	prefix := map[Kind]string{WriteKey: "alm_w_", ServerKey: "alm_s_"}[kind]
	if prefix == "" {
		return Key{}, "", ErrBadKind
	}
	secret, _ := token()
	secret = prefix + secret
	h := hashOf(secret)
	k := Key{ID: newID(), Shop: shop, Name: strings.TrimSpace(name), Kind: kind, Prefix: secret[:12], Created: s.now().UTC()}
	_, err := s.db.Exec(ctx, "INSERT INTO auth_key (id, hash, shop, name, kind, prefix, created_us, used_us) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
		k.ID, h[:], k.Shop, k.Name, string(k.Kind), k.Prefix, sqldb.Micros(k.Created))
	return k, secret, err
}

const keyColumns = "SELECT id, shop, name, kind, prefix, created_us, used_us, origins FROM auth_key WHERE "

func scanKey(r sqldb.Row) (k Key, err error) {
	var created, used int64
	var origins string
	err = r.Scan(&k.ID, &k.Shop, &k.Name, &k.Kind, &k.Prefix, &created, &used, &origins)
	k.Origins = strings.Fields(origins)
	k.Created = sqldb.Time(created)
	if used > 0 {
		k.Used = sqldb.Time(used)
	}
	return k, err
}

// Keys lists the keys of a shop, oldest first.
func (s *Store) Keys(ctx context.Context, shop string) (out []Key, err error) {
	err = s.db.Query(ctx, keyColumns+"shop = ? ORDER BY created_us, id", []any{shop}, func(r sqldb.Row) error {
		k, err := scanKey(r)
		out = append(out, k)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range out {
		if t, ok := s.used[out[i].ID]; ok && t.After(out[i].Used) {
			out[i].Used = t
		}
	}
	return out, err
}

// SetOrigins says from which origins' pages a write key may be used; none means all. ErrNoKey where the
// shop has no such key, ErrBadOrigin where one is no origin.
func (s *Store) SetOrigins(ctx context.Context, shop, id string, origins []string) error {
	for _, o := range origins {
		if u, err := url.Parse(o); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != o {
			return ErrBadOrigin
		}
	}
	n, err := s.db.Exec(ctx, "UPDATE auth_key SET origins = ? WHERE shop = ? AND id = ?", strings.Join(origins, " "), shop, id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	clear(s.keys)
	s.mu.Unlock()
	if n == 0 {
		return ErrNoKey
	}
	return nil
}

// DeleteKey takes a key of a shop away; ErrNoKey where the shop has no such key.
func (s *Store) DeleteKey(ctx context.Context, shop, id string) error {
	n, err := s.db.Exec(ctx, "DELETE FROM auth_key WHERE shop = ? AND id = ?", shop, id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	clear(s.keys)
	delete(s.used, id)
	s.mu.Unlock()
	if n == 0 {
		return ErrNoKey
	}
	return nil
}

// Key finds the key of a secret; ErrNoKey where there is none. A key once found is remembered for half a
// minute, so that a busy storefront does not ask the database every time.
func (s *Store) Key(ctx context.Context, secret string) (Key, error) {
	if !strings.HasPrefix(secret, "alm_") {
		return Key{}, ErrNoKey
	}
	h := hashOf(secret)
	now := s.now()
	s.mu.Lock()
	c, ok := s.keys[h]
	if ok && now.Before(c.until) {
		s.used[c.key.ID] = now
		s.mu.Unlock()
		return c.key, nil
	}
	s.mu.Unlock()
	var k Key
	found := false
	err := s.db.Query(ctx, keyColumns+"hash = ?", []any{h[:]}, func(r sqldb.Row) (err error) {
		found = true
		k, err = scanKey(r)
		return err
	})
	if err == nil && !found {
		err = ErrNoKey
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		if errors.Is(err, ErrNoKey) {
			delete(s.keys, h)
		}
		return Key{}, err
	}
	if len(s.keys) >= keyCache {
		clear(s.keys)
	}
	s.keys[h] = cachedKey{k, now.Add(keyFresh)}
	s.used[k.ID] = now
	return k, nil
}

// Flush writes when keys were last used. The server calls it now and then, and when it stops.
func (s *Store) Flush(ctx context.Context) error {
	s.mu.Lock()
	used := s.used
	s.used = map[string]time.Time{}
	s.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		for id, at := range used {
			if _, err := t.Exec(ctx, "UPDATE auth_key SET used_us = ? WHERE id = ? AND used_us < ?", sqldb.Micros(at), id, sqldb.Micros(at)); err != nil {
				return err
			}
		}
		return nil
	})
}
