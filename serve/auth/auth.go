// Package auth answers who is calling and what they may do. People sign in with a password or a one-time
// link and then hold a session cookie; programs hold an API key. Passwords are kept as Argon2id (RFC 9106),
// everything else that opens a door (session tokens, links, keys) only as its SHA-256: those are random and
// long, so a slow hash would add nothing.
//
// A person has a role in every shop that they may see, or one role in all shops. There is no default
// password: Bootstrap makes the first administrator and returns a link that works once.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"almanac/sqldb"
)

// Role is what a person may do in a shop. Every role may do what the ones before it may.
type Role string

// Roles, from least to most.
const (
	Viewer   Role = "viewer"   // sees
	Operator Role = "operator" // brings data in, runs training
	Approver Role = "approver" // approves and rejects decisions
	Admin    Role = "admin"    // settings, users, keys
)

var ranks = map[Role]int{Viewer: 1, Operator: 2, Approver: 3, Admin: 4}

// Valid reports whether the role is one of the four.
func (r Role) Valid() bool { return ranks[r] > 0 }

// Covers reports whether somebody with this role may do what needs the other.
func (r Role) Covers(need Role) bool { return ranks[r] >= ranks[need] && ranks[need] > 0 }

// AllShops stands for every shop, present and future, where a shop's id is asked for in a grant.
const AllShops = "*"

// Errors of this package. None tells whether an account exists.
var (
	ErrWrongSignIn   = errors.New("e-mail or password is wrong")
	ErrLinkUsed      = errors.New("this link was used before or is too old: ask an administrator for a new one, or run `almanac user link`")
	ErrTooMany       = errors.New("too many attempts: wait a minute and try again")
	ErrNoSession     = errors.New("the session is unknown or has ended")
	ErrNoKey         = errors.New("the key is unknown or was deleted")
	ErrNoUser        = errors.New("no such user")
	ErrEmailTaken    = errors.New("another user has this e-mail address")
	ErrBadEmail      = errors.New("this is not an e-mail address")
	ErrWeakPassword  = errors.New("the password is too short: use at least 10 characters")
	ErrWrongPassword = errors.New("the current password is wrong")
	ErrLastAdmin     = errors.New("this is the last administrator of all shops: make somebody else one first")
	ErrBadRole       = errors.New("a role is viewer, operator, approver or admin")
	ErrBadKind       = errors.New("a key is of kind write or server")
	ErrBadOrigin     = errors.New("an origin is scheme and host, like https://shop.example, without a path")
)

// Options tune the store. The zero value is what production uses.
type Options struct {
	Idle     time.Duration // a session ends when unused for so long; 3 days
	Absolute time.Duration // and in any case after so long; 30 days
	Link     time.Duration // how long a one-time link works; 24 hours
	Cost     Cost          // of a password hash; RFC 9106's second recommendation
}

func (o Options) withDefaults() Options {
	if o.Idle == 0 {
		o.Idle = 72 * time.Hour
	}
	if o.Absolute == 0 {
		o.Absolute = 30 * 24 * time.Hour
	}
	if o.Link == 0 {
		o.Link = 24 * time.Hour
	}
	if o.Cost == (Cost{}) {
		o.Cost = Cost{Time: 3, MemoryKiB: 64 << 10, Threads: 4}
	}
	return o
}

// Store keeps users, sessions, links and keys. It is safe for concurrent use.
type Store struct {
	db      *sqldb.DB
	now     func() time.Time
	o       Options
	limits  *limits
	hashing chan struct{} // a password hash takes 64 MB: few at a time
	// dummy is a hash compared with where there is no such user, so that both take as long. It is made when
	// it is first needed: commands that sign nobody in need not spend the memory.
	dummy func() (string, error)

	mu   sync.Mutex
	keys map[[32]byte]cachedKey
	used map[string]time.Time // key id → last use not yet written
}

// Open prepares the tables.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time, o Options) (*Store, error) {
	if err := db.Migrate(ctx, "auth", migrations); err != nil {
		return nil, err
	}
	s := &Store{db: db, now: now, o: o.withDefaults(), limits: newLimits(), hashing: make(chan struct{}, 2),
		keys: map[[32]byte]cachedKey{}, used: map[string]time.Time{}}
	s.dummy = sync.OnceValues(func() (string, error) { return s.hashPassword("nobody has this password") })
	return s, nil
}

var migrations = []sqldb.Migration{{Name: "users, grants, sessions, links, keys", SQL: []string{
	`CREATE TABLE auth_user (
		id {text} NOT NULL PRIMARY KEY, email {text} UNIQUE, name {text} NOT NULL, password {text} NOT NULL,
		created_us {int} NOT NULL)`,
	`CREATE TABLE auth_grant (
		user_id {text} NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE, shop {text} NOT NULL, role {text} NOT NULL,
		PRIMARY KEY (user_id, shop))`,
	`CREATE INDEX auth_grant_by_shop ON auth_grant (shop)`,
	`CREATE TABLE auth_session (
		hash {blob} NOT NULL PRIMARY KEY, user_id {text} NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
		created_us {int} NOT NULL, seen_us {int} NOT NULL)`,
	`CREATE INDEX auth_session_by_user ON auth_session (user_id)`,
	`CREATE TABLE auth_link (
		hash {blob} NOT NULL PRIMARY KEY, user_id {text} NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
		until_us {int} NOT NULL)`,
	`CREATE TABLE auth_key (
		id {text} NOT NULL PRIMARY KEY, hash {blob} NOT NULL UNIQUE, shop {text} NOT NULL, name {text} NOT NULL,
		kind {text} NOT NULL, prefix {text} NOT NULL, created_us {int} NOT NULL, used_us {int} NOT NULL)`,
	`CREATE INDEX auth_key_by_shop ON auth_key (shop)`,
}}, {Name: "origins of keys", SQL: []string{
	`ALTER TABLE auth_key ADD COLUMN origins {text} NOT NULL DEFAULT ''`,
}}}

// token is 256 random bits in the alphabet of URLs, and their hash.
func token() (secret string, hash [32]byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, sha256.Sum256([]byte(secret))
}

func newID() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // see token
	return hex.EncodeToString(b)
}
