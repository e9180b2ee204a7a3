package wire

import "time"

// RuleBody is a rule as somebody writes it. Times are those of the shop, like 2026-05-01T09:00.
type RuleBody struct {
	Name       string   `json:"name" maxLength:"200"`
	Deed       string   `json:"deed" enum:"pin,boost,bury,exclude" doc:"Put in a place, show sooner, show later, never show"`
	Placements []string `json:"placements,omitempty" maxItems:"50" doc:"Where it holds; none for everywhere"`
	SKUs       []string `json:"skus,omitempty" maxItems:"1000" doc:"Products that it is about"`
	Categories []string `json:"categories,omitempty" maxItems:"1000" doc:"Categories, with what lies in them"`
	Brands     []string `json:"brands,omitempty" maxItems:"1000"`
	Position   int      `json:"position,omitempty" doc:"Of a pin, from 1 to 50"`
	Factor     float64  `json:"factor,omitempty" doc:"Of boost and bury, above 1 to 1000; 2 where absent"`
	From       string   `json:"from,omitempty" maxLength:"40" doc:"First moment, in the shop's time; always where absent"`
	Until      string   `json:"until,omitempty" maxLength:"40" doc:"First moment that it no longer holds, in the shop's time"`
}

// Rule is one wish of the merchant for what the shop's pages show.
type Rule struct {
	RuleBody
	ID      string     `json:"id,omitempty" doc:"Absent for a rule of the server's settings"`
	Fixed   bool       `json:"fixed" doc:"Comes from the server's settings and cannot be changed here"`
	State   string     `json:"state" enum:"running,waiting,over"`
	Reach   *int       `json:"reach,omitempty" doc:"How many products of the catalogue it speaks of"`
	Changed *time.Time `json:"changed_at,omitempty"`
}

// RuleList lists the rules of a shop in the order in which they came.
type RuleList struct {
	Items    []Rule `json:"items"`
	TimeZone string `json:"time_zone" doc:"That the times are in"`
	Most     int    `json:"most" doc:"How many there may be"`
}
