package wire

import (
	"time"

	"almanac/program/reorder/replay"
)

// ReorderReplay is the last time that a shop's past was lived through again, with how a new one stands.
type ReorderReplay struct {
	MadeAt  *time.Time       `json:"made_at,omitempty" doc:"Absent where none was finished yet"`
	About   *replay.Replayed `json:"about,omitempty"`
	Changed bool             `json:"changed" doc:"The shop's settings are others now than those replayed"`
	Job     string           `json:"job,omitempty" doc:"A replay that is under way; ask for its job how far it is"`
	Broken  bool             `json:"broken_off" doc:"The last replay was stopped before its end, by a person or with the server"`
	Items   []replay.PastRow `json:"items" doc:"A row for each group of products and way of ordering"`
	Total   int64            `json:"total"`
}

// ReplayAsk asks for a replay.
type ReplayAsk struct {
	Days int `json:"days,omitempty" minimum:"28" maximum:"730" default:"180" doc:"That count, back from the newest; fewer where the history is shorter"`
}
