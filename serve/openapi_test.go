package serve_test

import (
	"encoding/json"
	"strings"
	"testing"

	"almanac/serve"
)

// The dashboard's types are generated from the description, so its schemas carry the names that the
// dashboard uses, and no list in it may be null.
func TestTheDescriptionNamesWhatTheDashboardUses(t *testing.T) {
	b, err := serve.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ OperationID, Summary string }
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Type any }
				Required   []string
			}
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %s", doc.OpenAPI)
	}
	for _, name := range strings.Fields(`Shop User Session Key Day Kpi Sharpen Leak Readiness Home Reason Guardrail DecisionSummary ReorderDetail
		AuditEntry Decision ProductRow ForecastPoint WeekPoint Related PricePoint ForecastCard Product CustomerRow CustomerOverview Customer
		SourceRow Finding FieldGuess Question FileProposal ImportReport Job QuarantineRow ModelRow Problem Recommendation Changed`) {
		s, ok := doc.Components.Schemas[name]
		if !ok {
			t.Errorf("no schema %s", name)
		}
		for field, p := range s.Properties {
			if types, several := p.Type.([]any); several {
				t.Errorf("%s.%s is of types %v", name, field, types)
			}
		}
	}
	seen := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.Summary == "" || op.OperationID == "" {
				t.Errorf("%s %s is not described", method, path)
			}
			if other := seen[op.OperationID]; other != "" {
				t.Errorf("%s and %s %s share the id %s", other, method, path, op.OperationID)
			}
			seen[op.OperationID] = method + " " + path
		}
	}
	again, err := serve.OpenAPI()
	if err != nil || string(again) != string(b) {
		t.Error("the description differs from one time to the next")
	}
}
