package wire

import "time"

// Shop is one shop's settings.
type Shop struct {
	ID               string            `json:"id"`
	Name             string            `json:"name"`
	Currency         string            `json:"currency" doc:"ISO 4217; empty while unknown"`
	CurrencyExponent int               `json:"currency_exponent" doc:"Digits behind the decimal point of the currency"`
	TimeZone         string            `json:"time_zone" doc:"IANA name"`
	CurrencyBasis    string            `json:"currency_basis" enum:"set,assumed,unknown"`
	Mode             string            `json:"mode" enum:"off,shadow,approve,auto" doc:"Of the programmes"`
	Modes            map[string]string `json:"modes,omitempty" doc:"Of single programmes, where they differ, by name"`
}

// User is a person who may sign in. Role is the one in the shop that was asked about.
type User struct {
	ID          string `json:"id"`
	Email       string `json:"email"`
	Name        string `json:"name"`
	Role        string `json:"role" enum:"viewer,operator,approver,admin"`
	HasPassword bool   `json:"has_password"`
}

// Session is what a signed-in browser needs to begin.
type Session struct {
	User    User   `json:"user"`
	Shops   []Shop `json:"shops"`
	CSRF    string `json:"csrf" doc:"Send as X-CSRF-Token with every call that is not GET"`
	Version string `json:"version"`
}

// SignIn holds e-mail and password, or the token of a one-time link.
type SignIn struct {
	Email    string `json:"email,omitempty" maxLength:"320"`
	Password string `json:"password,omitempty" maxLength:"1024"`
	Token    string `json:"token,omitempty" maxLength:"200"`
}

// MeChange changes the signed-in person.
type MeChange struct {
	Email           *string `json:"email,omitempty" maxLength:"320"`
	Name            *string `json:"name,omitempty" maxLength:"200"`
	Password        *string `json:"password,omitempty" maxLength:"1024"`
	CurrentPassword string  `json:"current_password,omitempty" maxLength:"1024"`
}

// ShopChange changes a shop's settings.
type ShopChange struct {
	Name     *string           `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Currency *string           `json:"currency,omitempty" pattern:"^[A-Z]{3}$"`
	TimeZone *string           `json:"time_zone,omitempty" maxLength:"64"`
	Mode     *string           `json:"mode,omitempty" enum:"off,shadow,approve,auto"`
	Modes    map[string]string `json:"modes,omitempty" doc:"By programme: off, shadow, approve, auto, or empty for the shop's; programmes not named stay"`
}

// UserList lists the users of a shop.
type UserList struct {
	Items []User `json:"items"`
}

// NewUser asks for a user.
type NewUser struct {
	Email string `json:"email" minLength:"3" maxLength:"320"`
	Name  string `json:"name" maxLength:"200"`
	Role  string `json:"role" enum:"viewer,operator,approver,admin"`
}

// UserCreated is a new user with the one-time link that lets the person in.
type UserCreated struct {
	User User   `json:"user"`
	Link string `json:"link" doc:"Path to open once, within 24 hours"`
}

// SignInLink is a one-time link for a user who cannot sign in.
type SignInLink struct {
	Link string `json:"link" doc:"Path to open once, within 24 hours"`
}

// Key is an API key of a shop; its secret is never shown again.
type Key struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Kind       string     `json:"kind" enum:"write,server"`
	Prefix     string     `json:"prefix"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	Origins    []string   `json:"origins" doc:"Origins of pages that may use a write key; empty: all"`
}

// KeyOrigins says from which pages a write key may be used.
type KeyOrigins struct {
	Origins []string `json:"origins" maxItems:"100" doc:"Like https://shop.example; empty: all"`
}

// KeyList lists the keys of a shop.
type KeyList struct {
	Items []Key `json:"items"`
}

// NewKey asks for a key.
type NewKey struct {
	Name string `json:"name" minLength:"1" maxLength:"100"`
	Kind string `json:"kind" enum:"write,server"`
}

// KeyCreated is a new key with its secret, shown this once.
type KeyCreated struct {
	Key    Key    `json:"key"`
	Secret string `json:"secret"`
}
