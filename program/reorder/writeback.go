package reorder

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"almanac/decide"
)

// PointsProgramme is the name of the programme that writes reorder points to the system that orders by them.
const PointsProgramme = "reorder_points"

// LevelKey names a product at a place.
type LevelKey struct{ SKU, Location string }

// Written reads off applied decisions, oldest first, what other systems were told last.
func Written(applied []decide.Decision) map[LevelKey]decide.SetLevel {
	out := map[LevelKey]decide.SetLevel{}
	for _, d := range applied {
		for _, l := range d.Levels {
			out[LevelKey{l.SKU, l.Location}] = l
		}
	}
	return out
}

// WriteBack proposes to tell the system that orders by reorder points which of them have changed, together for each supplier. Only what
// differs by a unit and a twentieth from what was written last is told; so nothing is written twice.
func WriteBack(in Input, levels []Level, written map[LevelKey]decide.SetLevel) ([]decide.Proposal, error) {
	by := map[string][]decide.SetLevel{}
	for _, l := range levels {
		old, told := written[LevelKey{l.SKU, l.Location}]
		if told && !l.Differs(Level{Point: old.Point, UpTo: old.UpTo}) {
			continue
		}
		t, _ := in.TermsOf(l.SKU)
		s := decide.SetLevel{SKU: l.SKU, Title: cmp.Or(in.Products[l.SKU].Title, l.SKU), Location: l.Location, Point: l.Point, UpTo: l.UpTo}
		if told {
			s.Before, s.BeforeUpTo = &old.Point, &old.UpTo
		}
		by[t.Supplier] = append(by[t.Supplier], s)
	}
	var out []decide.Proposal
	for _, supplier := range slices.Sorted(maps.Keys(by)) {
		changed := by[supplier]
		name := cmp.Or(in.Suppliers[supplier].Name, supplier, "unnamed supplier")
		b, err := json.Marshal(changed)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		out = append(out, decide.Proposal{
			Programme: PointsProgramme, Subject: cmp.Or(supplier, "-"), Group: "Reorder points", Title: "Reorder points: " + name, Action: fmt.Sprintf("Write %d reorder points", len(changed)), Currency: in.Currency,
			Reasons: []decide.Reason{{Code: "changed", Basis: decide.Estimated, Value: fmt.Sprint(len(changed)),
				Text: fmt.Sprintf("%d reorder points differ by a unit and 5 %% or more from what was written last.", len(changed))}},
			Guardrails: []decide.Guardrail{}, Effects: []string{fmt.Sprintf("Writes %d reorder points and order-up-to levels for the system that orders by them.", len(changed)),
				"Products whose points are written are ordered by that system: no orders are proposed for them here."},
			Model: in.ModelHash, Baseline: in.Baseline, InputHash: hex.EncodeToString(sum[:]), ExpiresAt: in.Now.Add(7 * 24 * time.Hour), Service: true, Levels: changed,
		})
	}
	return out, nil
}
