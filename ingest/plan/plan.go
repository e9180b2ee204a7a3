// Package plan checks tracked events against a shop's tracking plan.
//
// The plan names the events that a shop knows, each with a JSON Schema (2020-12 unless it says otherwise)
// for its properties, and what becomes of events that do not keep to it. A plan goes in once (Compile);
// then, for every event, what is wrong with it comes out, each with the path in the schema that failed.
package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Mode is what becomes of an event that does not keep to the plan.
type Mode string

// Modes.
const (
	Allow Mode = "allow" // it is taken in
	Warn  Mode = "warn"  // it is taken in and counted
	Block Mode = "block" // it goes to quarantine
)

// Valid reports whether the mode is one of the three.
func (m Mode) Valid() bool { return m == Allow || m == Warn || m == Block }

// Plan is a shop's tracking plan.
type Plan struct {
	Mode      Mode             `json:"mode"`      // for events whose properties do not fit
	Unplanned Mode             `json:"unplanned"` // for events that the plan does not name
	Events    map[string]Event `json:"events"`
}

// Event is one event of a plan.
type Event struct {
	Description string          `json:"description,omitempty"`
	Schema      json.RawMessage `json:"schema,omitempty"` // of its properties; none: anything goes
}

// Standard is the plan of a shop that has made none.
func Standard() Plan { return Plan{Mode: Warn, Unplanned: Allow} }

// Fault is one place where an event does not keep to the plan.
type Fault struct {
	Path    string // in the schema: /properties/price/type
	Place   string // in the properties: /price
	Message string
}

// Checker is a plan made ready.
type Checker struct {
	plan    Plan
	schemas map[string]*jsonschema.Schema
}

// closed keeps schemas from reading files or addresses: everything a schema needs stands in it.
type closed struct{}

func (closed) Load(address string) (any, error) {
	return nil, fmt.Errorf("%s lies outside of the schema: write it under $defs", address)
}

// Compile checks a plan. The error names the event whose schema is none, and why.
func Compile(p Plan) (*Checker, error) {
	if !p.Mode.Valid() || !p.Unplanned.Valid() {
		return nil, fmt.Errorf("the modes are %q and %q: use allow, warn or block", p.Mode, p.Unplanned)
	}
	c := &Checker{plan: p, schemas: map[string]*jsonschema.Schema{}}
	for name, e := range p.Events {
		if strings.TrimSpace(name) == "" || len(name) > 200 {
			return nil, errors.New("an event's name is empty or longer than 200 bytes")
		}
		if len(e.Schema) == 0 {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Schema))
		if err != nil {
			return nil, fmt.Errorf("the schema of %q is not JSON: %w", name, err)
		}
		compiler := jsonschema.NewCompiler()
		compiler.UseLoader(closed{})
		if err := compiler.AddResource("plan:schema", doc); err != nil {
			return nil, fmt.Errorf("the schema of %q: %w", name, err)
		}
		if c.schemas[name], err = compiler.Compile("plan:schema"); err != nil {
			return nil, fmt.Errorf("the schema of %q: %s", name, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	return c, nil
}

// Check tells what is wrong with an event and what becomes of it then. properties may be empty.
func (c *Checker) Check(event string, properties []byte) ([]Fault, Mode) {
	if c == nil {
		return nil, Allow
	}
	if _, planned := c.plan.Events[event]; !planned {
		if c.plan.Unplanned == Allow {
			return nil, Allow
		}
		return []Fault{{"", "", "the tracking plan has no event of this name"}}, c.plan.Unplanned
	}
	schema := c.schemas[event]
	if schema == nil || c.plan.Mode == Allow {
		return nil, Allow
	}
	if len(properties) == 0 {
		properties = []byte("{}")
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(properties))
	if err != nil {
		return []Fault{{"", "", "the properties are not JSON"}}, c.plan.Mode
	}
	var bad *jsonschema.ValidationError
	if err := schema.Validate(v); errors.As(err, &bad) {
		return flatten(bad, nil), c.plan.Mode
	} else if err != nil {
		return []Fault{{"", "", err.Error()}}, c.plan.Mode
	}
	return nil, Allow
}

// Empty reports whether the plan lets everything through, so that nobody need check.
func (c *Checker) Empty() bool {
	return c == nil || c.plan.Unplanned == Allow && (len(c.schemas) == 0 || c.plan.Mode == Allow)
}

const mostFaults = 20

var english = message.NewPrinter(language.English)

// flatten lists the leaves: they are what a person can mend.
func flatten(e *jsonschema.ValidationError, out []Fault) []Fault {
	for _, cause := range e.Causes {
		out = flatten(cause, out)
	}
	if len(e.Causes) > 0 || len(out) >= mostFaults {
		return out
	}
	_, fragment, _ := strings.Cut(e.SchemaURL, "#")
	path := fragment
	if kw := e.ErrorKind.KeywordPath(); len(kw) > 0 {
		path += "/" + strings.Join(kw, "/")
	}
	place := ""
	if len(e.InstanceLocation) > 0 {
		place = "/" + strings.Join(e.InstanceLocation, "/")
	}
	text := e.ErrorKind.LocalizedString(english)
	if _, isType := e.ErrorKind.(*kind.Type); !isType && len(text) > 300 { // it may quote what was sent
		text = "it does not fit"
	}
	return append(out, Fault{path, place, text})
}
