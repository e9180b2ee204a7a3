package wire

import (
	"time"

	"almanac/decide"
	"almanac/program/markdown"
	"almanac/program/reorder"
	"almanac/program/winback"
)

// Reason is one argument for a decision, in a merchant's words.
type Reason struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Basis string `json:"basis" enum:"measured,estimated,assumed,unknown"`
}

// Guardrail is a limit that a decision had to keep.
type Guardrail struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Met     bool   `json:"met"`
	Binding bool   `json:"binding"`
	Limit   string `json:"limit"`
	Value   string `json:"value"`
}

// DecisionSummary is a row of the inbox.
type DecisionSummary struct {
	ID        string     `json:"id"`
	Programme string     `json:"programme"`
	Group     string     `json:"group" doc:"What belongs together, e.g. one supplier"`
	Subject   string     `json:"subject" doc:"E.g. a SKU"`
	Title     string     `json:"title"`
	Action    string     `json:"action"`
	Status    string     `json:"status" enum:"proposed,approved,applied,failed,rejected,expired,superseded,held_out,shadow"`
	Mode      string     `json:"mode"`
	P10Minor  *int64     `json:"p10_minor,omitempty"`
	P50Minor  *int64     `json:"p50_minor,omitempty"`
	P90Minor  *int64     `json:"p90_minor,omitempty"`
	Currency  string     `json:"currency"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Synthetic bool       `json:"synthetic" doc:"Derived from synthetic data"`
}

// ReorderDetail is what a reorder proposal rests on.
type ReorderDetail reorder.Detail

// MarkdownDetail is what a proposal for a lower price rests on.
type MarkdownDetail markdown.Detail

// WinbackDetail is what a proposal to write to customers rests on.
type WinbackDetail struct {
	winback.Detail
	Campaign string   `json:"campaign"`
	To       []string `json:"to" doc:"Who gets it: customer ids"`
	Out      []string `json:"out" doc:"Who is held out"`
}

// AuditEntry is one link of the hash chain of everything that was done.
type AuditEntry struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Actor      string    `json:"actor"`
	Event      string    `json:"event"`
	DecisionID string    `json:"decision_id,omitempty"`
	Detail     string    `json:"detail"`
	Hash       string    `json:"hash"`
	PrevHash   string    `json:"prev_hash"`
}

// Delivery is one attempt to hand a decision to the outside.
type Delivery struct {
	Channel  string     `json:"channel" doc:"file, webhook, mail, or another way out"`
	Target   string     `json:"target"`
	Status   string     `json:"status" enum:"pending,done,failed"`
	Attempts int        `json:"attempts"`
	Error    string     `json:"error,omitempty"`
	At       *time.Time `json:"at,omitempty"`
}

// Decision is a proposal with everything that a person needs to judge it.
type Decision struct {
	DecisionSummary
	Reasons    []Reason                `json:"reasons"`
	Guardrails []Guardrail             `json:"guardrails"`
	Model      string                  `json:"model,omitempty"`
	InputHash  string                  `json:"input_hash"`
	Baseline   string                  `json:"baseline,omitempty"`
	Reorder    *ReorderDetail          `json:"reorder,omitempty"`
	Markdown   *MarkdownDetail         `json:"markdown,omitempty"`
	Winback    *WinbackDetail          `json:"winback,omitempty"`
	Transfer   *reorder.TransferDetail `json:"transfer,omitempty"`
	Levels     []decide.SetLevel       `json:"levels,omitempty" doc:"Reorder points that are written to the system that orders by them"`
	Audit      []AuditEntry            `json:"audit"`
	Effects    []string                `json:"effects" doc:"What approving will do"`
	Deliveries []Delivery              `json:"deliveries"`
}

// DecisionList is the inbox.
type DecisionList struct {
	Items     []DecisionSummary `json:"items"`
	Total     int64             `json:"total"`
	ByStatus  map[string]int64  `json:"by_status"`
	Readiness []Readiness       `json:"readiness"`
}

// Approve names decisions to approve.
type Approve struct {
	IDs  []string `json:"ids" minItems:"1" maxItems:"1000"`
	Note string   `json:"note,omitempty" maxLength:"2000"`
}

// Reject names decisions to reject.
type Reject struct {
	IDs    []string `json:"ids" minItems:"1" maxItems:"1000"`
	Reason string   `json:"reason" maxLength:"2000"`
}

// Undo names decisions to put back.
type Undo struct {
	IDs []string `json:"ids" minItems:"1" maxItems:"1000"`
}

// DecisionResult says what became of one decision.
type DecisionResult struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// DecisionResults says what became of each.
type DecisionResults struct {
	Results []DecisionResult `json:"results"`
}

// JobStarted names the job that was started.
type JobStarted struct {
	Job string `json:"job"`
}

// AuditList is a page of the audit trail, newest first.
type AuditList struct {
	Items   []AuditEntry `json:"items"`
	Total   int64        `json:"total"`
	ChainOK bool         `json:"chain_ok" doc:"Whether every hash follows from the one before"`
}
