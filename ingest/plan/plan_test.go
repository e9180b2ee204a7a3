package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"almanac/ingest/plan"
)

const quiz = `{"type":"object","required":["score"],"additionalProperties":false,"properties":{"score":{"type":"integer","maximum":10},"tags":{"type":"array","items":{"type":"string"}}}}`

func compiled(t testing.TB, mode, unplanned plan.Mode) *plan.Checker {
	t.Helper()
	c, err := plan.Compile(plan.Plan{Mode: mode, Unplanned: unplanned, Events: map[string]plan.Event{"Quiz": {Schema: json.RawMessage(quiz)}, "Free": {}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFaultsNameThePlaceInTheSchema(t *testing.T) {
	c := compiled(t, plan.Block, plan.Warn)
	for _, k := range []struct{ event, properties, path, place string }{
		{"Quiz", `{"score":3,"tags":["a"]}`, "", ""},
		{"Free", `{"anything":1}`, "", ""},
		{"Quiz", `{"score":"three"}`, "/properties/score/type", "/score"},
		{"Quiz", `{"score":11}`, "/properties/score/maximum", "/score"},
		{"Quiz", `{"score":1,"tags":["a",2]}`, "/properties/tags/items/type", "/tags/1"},
		{"Quiz", `{"score":1,"more":1}`, "/additionalProperties", ""},
		{"Quiz", ``, "/required", ""},
		{"Quiz", `[]`, "/type", ""},
	} {
		faults, mode := c.Check(k.event, []byte(k.properties))
		switch {
		case k.path == "" && len(faults) > 0:
			t.Errorf("%s %s: %v", k.event, k.properties, faults)
		case k.path != "" && (len(faults) != 1 || faults[0].Path != k.path || faults[0].Place != k.place || faults[0].Message == "" || mode != plan.Block):
			t.Errorf("%s %s: %+v, %s; want %s at %q", k.event, k.properties, faults, mode, k.path, k.place)
		}
	}
}

func TestModes(t *testing.T) {
	if faults, mode := compiled(t, plan.Allow, plan.Block).Check("Never", nil); len(faults) != 1 || mode != plan.Block {
		t.Errorf("%v %s", faults, mode)
	}
	if faults, _ := compiled(t, plan.Allow, plan.Allow).Check("Quiz", []byte(`{}`)); faults != nil {
		t.Errorf("%v", faults)
	}
	if compiled(t, plan.Warn, plan.Allow).Empty() || !compiled(t, plan.Allow, plan.Allow).Empty() {
		t.Error("a plan that checks is empty, or one that does not is not")
	}
}

func TestAPlanIsCheckedWhenItIsSaved(t *testing.T) {
	for schema, want := range map[string]string{
		`{"type":"nothing"}`:               "Quiz",
		`{"$ref":"https://example.com/s"}`: "outside",
		`{"$ref":"file:///etc/passwd"}`:    "outside",
		`{"properties":`:                   "not JSON",
		`{"pattern":"("}`:                  "Quiz",
	} {
		_, err := plan.Compile(plan.Plan{Mode: plan.Warn, Unplanned: plan.Allow, Events: map[string]plan.Event{"Quiz": {Schema: json.RawMessage(schema)}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", schema, err, want)
		}
	}
	if _, err := plan.Compile(plan.Plan{Mode: "perhaps", Unplanned: plan.Allow}); err == nil {
		t.Error("a mode that is none passes")
	}
}

func FuzzCheck(f *testing.F) {
	c := compiled(f, plan.Block, plan.Block)
	f.Add([]byte(`{"score":1e999}`))
	f.Add([]byte(`{"score":1,"tags":[{}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		faults, mode := c.Check("Quiz", b)
		if (len(faults) > 0) != (mode == plan.Block) {
			t.Fatalf("%v %s", faults, mode)
		}
	})
}

func FuzzCompile(f *testing.F) {
	f.Add([]byte(quiz))
	f.Add([]byte(`{"$ref":"#"}`))
	f.Fuzz(func(_ *testing.T, b []byte) {
		c, err := plan.Compile(plan.Plan{Mode: plan.Block, Unplanned: plan.Allow, Events: map[string]plan.Event{"Quiz": {Schema: b}}})
		if err == nil {
			c.Check("Quiz", []byte(`{"score":1}`))
		}
	})
}
