package wire

import "time"

// Identifier is one id, browser, address or number of a person.
type Identifier struct {
	Node      string    `json:"node" doc:"kind:value, e.g. visitor:3f2…"`
	FirstSeen time.Time `json:"first_seen"`
	Shared    bool      `json:"shared" doc:"belongs to too many customers to tell whose it is; it joins nobody"`
}

// IdentityLink is why two identifiers belong together, or that they do not.
type IdentityLink struct {
	A      string    `json:"a"`
	B      string    `json:"b"`
	At     time.Time `json:"at"`
	Source string    `json:"source" doc:"empty for what was seen together in passing"`
	Cut    bool      `json:"cut" doc:"says that they do not belong together"`
}

// Identity is everything that is known to be one person.
type Identity struct {
	Person      string         `json:"person" doc:"the identifier that was seen first names the person"`
	Identifiers []Identifier   `json:"identifiers"`
	Links       []IdentityLink `json:"links"`
}

// IdentityDecision joins two identifiers, or parts them.
type IdentityDecision struct {
	A string `json:"a" minLength:"3" maxLength:"512" doc:"kind:value"`
	B string `json:"b" minLength:"3" maxLength:"512"`
}
