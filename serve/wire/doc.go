// Package wire holds the shapes that the dashboard API speaks: one Go type per schema of openapi.json, and
// nothing else. The dashboard's TypeScript types are generated from them.
//
// Money is in minor units of the shop's currency (fields *_minor). Days are "YYYY-MM-DD" in the shop's time
// zone, weeks are named by their Monday, instants are RFC 3339 in UTC. A pointer or an omitempty field that
// is absent means "not known"; it never means zero. Lists are never null.
package wire
