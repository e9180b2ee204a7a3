package wire

import (
	"encoding/json"
	"time"
)

// ConsentPolicy is what a shop asks of its visitors and how it reads their answers.
type ConsentPolicy struct {
	Analytics       string              `json:"analytics" enum:"opt-in,opt-out" doc:"What holds of somebody who said nothing: no (opt-in) or yes (opt-out)"`
	Personalization string              `json:"personalization" enum:"opt-in,opt-out"`
	Marketing       string              `json:"marketing" enum:"opt-in,opt-out"`
	Sale            string              `json:"sale" enum:"opt-in,opt-out" doc:"Selling or sharing data with others"`
	Refused         string              `json:"refused" enum:"drop,anonymous" doc:"What becomes of behaviour where analytics is refused"`
	Categories      map[string][]string `json:"categories" doc:"Names of a banner's categories, in small letters, and the purposes that they stand for"`
	GPC             []string            `json:"gpc" maxItems:"4" doc:"Purposes that Global Privacy Control refuses"`
}

// TrackingPlan says which events a shop knows and what becomes of others.
type TrackingPlan struct {
	Mode      string         `json:"mode" enum:"allow,warn,block" doc:"For events whose properties do not fit their schema"`
	Unplanned string         `json:"unplanned" enum:"allow,warn,block" doc:"For events that the plan does not name"`
	Events    []PlannedEvent `json:"events" maxItems:"1000"`
}

// PlannedEvent is one event of a tracking plan.
type PlannedEvent struct {
	Name        string          `json:"name" minLength:"1" maxLength:"200"`
	Description string          `json:"description,omitempty" maxLength:"2000"`
	Schema      json.RawMessage `json:"schema,omitempty" doc:"JSON Schema (2020-12) of the event's properties; none: anything goes"`
}

// PlannedEventChange is what can be said of an event whose name is known.
type PlannedEventChange struct {
	Description string          `json:"description,omitempty" maxLength:"2000"`
	Schema      json.RawMessage `json:"schema,omitempty"`
}

// TrackingCounts is what happened at the doors of a shop.
type TrackingCounts struct {
	Items []TrackingCount `json:"items"`
}

// TrackingCount is how often something happened, of one source.
type TrackingCount struct {
	Source string    `json:"source"`
	What   string    `json:"what" enum:"unknown,violation,blocked,dropped,nameless,future"`
	Name   string    `json:"name" doc:"The event's name; for dropped and nameless the purpose"`
	Count  int64     `json:"count"`
	LastAt time.Time `json:"last_at"`
}
