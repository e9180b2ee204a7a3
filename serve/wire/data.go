package wire

import "time"

// KindCount counts facts of one kind.
type KindCount struct {
	Kind  string `json:"kind"`
	Facts int64  `json:"facts"`
}

// SourceRow is what one source has told.
type SourceRow struct {
	Source       string      `json:"source"`
	Facts        int64       `json:"facts"`
	First        time.Time   `json:"first"`
	Last         time.Time   `json:"last"`
	LastReceived time.Time   `json:"last_received"`
	Quarantined  int64       `json:"quarantined"`
	Duplicates   int64       `json:"duplicates"`
	Conflicts    int64       `json:"conflicts"`
	Synthetic    bool        `json:"synthetic"`
	PerMinute    float64     `json:"per_minute" doc:"facts a minute over the last five minutes, since the server started"`
	Late         int64       `json:"late" doc:"facts of the last hour that came more than five minutes after they happened"`
	Unknown      int64       `json:"unknown" doc:"events that the tracking plan or the list of events does not know"`
	Expected     int64       `json:"expected_seconds" doc:"how long the source is usually silent at most"`
	Stale        bool        `json:"stale" doc:"it has been silent for longer"`
	Kinds        []KindCount `json:"kinds"`
}

// LatestFact is one of the newest facts, as the live tail shows it.
type LatestFact struct {
	Offset     int64     `json:"offset"`
	Source     string    `json:"source"`
	Kind       string    `json:"kind"`
	ID         string    `json:"id"`
	OccurredAt time.Time `json:"occurred_at"`
	ReceivedAt time.Time `json:"received_at"`
	About      string    `json:"about" doc:"what it speaks of, in a few words"`
}

// Latest lists the newest facts that are at hand, newest first.
type Latest struct {
	Items []LatestFact `json:"items"`
}

// Finding is something about the data that a person should know.
type Finding struct {
	Code     string              `json:"code"`
	Title    string              `json:"title"`
	Severity string              `json:"severity" enum:"info,warning,error"`
	Count    int64               `json:"count"`
	What     string              `json:"what"`
	Remedy   string              `json:"remedy"`
	Examples []map[string]string `json:"examples"`
}

// Data is the page about sources and their quality.
type Data struct {
	Sources     []SourceRow `json:"sources"`
	Findings    []Finding   `json:"findings"`
	Quarantined int64       `json:"quarantined"`
	Facts       int64       `json:"facts"`
	Behind      int64       `json:"behind"`
	Damaged     string      `json:"damaged,omitempty"`
}

// FieldGuess says which column of a file holds a field.
type FieldGuess struct {
	Field    string   `json:"field"`
	Column   string   `json:"column"`
	Required bool     `json:"required"`
	Label    string   `json:"label"`
	By       string   `json:"by" doc:"What the guess rests on: name, content, user, or nothing"`
	Samples  []string `json:"samples"`
}

// Option is one answer to a question.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Question is what a file cannot tell by itself.
type Question struct {
	Code    string   `json:"code"`
	Text    string   `json:"text"`
	Options []Option `json:"options"`
}

// FileProposal is how an uploaded file would be read.
type FileProposal struct {
	Upload        string       `json:"upload"`
	Name          string       `json:"name"`
	Bytes         int64        `json:"bytes"`
	Format        string       `json:"format" enum:"csv,jsonl,parquet"`
	Compression   string       `json:"compression"`
	Encoding      string       `json:"encoding"`
	Delimiter     string       `json:"delimiter"`
	Kind          string       `json:"kind" doc:"orders, products, stock, costs, supply, customers, events, facts, or empty while unknown"`
	Kinds         []string     `json:"kinds"`
	KindBy        string       `json:"kind_by"`
	Layout        string       `json:"layout" doc:"Of which platform's export it is, such as shopify orders; empty for an ordinary table"`
	Assumed       []string     `json:"assumed" doc:"What such a file does not say, and is taken for granted"`
	Columns       []string     `json:"columns"`
	Fields        []FieldGuess `json:"fields"`
	DateOrder     string       `json:"date_order"`
	DateExample   string       `json:"date_example"`
	Decimal       string       `json:"decimal"`
	Currency      string       `json:"currency"`
	CurrencyBasis string       `json:"currency_basis" enum:"measured,estimated,assumed,unknown"`
	TimeZone      string       `json:"time_zone"`
	Source        string       `json:"source"`
	Synthetic     bool         `json:"synthetic"`
	Sample        [][]string   `json:"sample"`
	Questions     []Question   `json:"questions"`
	Ready         bool         `json:"ready"`
}

// ProposalChange changes how a file would be read.
type ProposalChange struct {
	Kind      *string           `json:"kind,omitempty" maxLength:"32"`
	Columns   map[string]string `json:"columns,omitempty" doc:"Field to column"`
	DateOrder *string           `json:"date_order,omitempty" maxLength:"16"`
	Decimal   *string           `json:"decimal,omitempty" maxLength:"1"`
	Currency  *string           `json:"currency,omitempty" maxLength:"3"`
	TimeZone  *string           `json:"time_zone,omitempty" maxLength:"64"`
	AsOf      *string           `json:"as_of,omitempty" maxLength:"40" doc:"The day on which rows without a date hold, e.g. of a stock count"`
	Source    *string           `json:"source,omitempty" maxLength:"200"`
	Synthetic *bool             `json:"synthetic,omitempty"`
	Encoding  *string           `json:"encoding,omitempty" maxLength:"32"`
	Delimiter *string           `json:"delimiter,omitempty" maxLength:"4"`
}

// ImportReport is the account of every line of a file: read = accepted + duplicates + filtered + quarantined.
type ImportReport struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Kind        string           `json:"kind"`
	Source      string           `json:"source"`
	StartedAt   time.Time        `json:"started_at"`
	FinishedAt  *time.Time       `json:"finished_at,omitempty"`
	Status      string           `json:"status" enum:"running,done,failed,cancelled,taking_back,taken_back"`
	Error       string           `json:"error,omitempty"`
	Remedy      string           `json:"remedy,omitempty"`
	Read        int64            `json:"read"`
	Facts       int64            `json:"facts"`
	Accepted    int64            `json:"accepted"`
	Duplicates  int64            `json:"duplicates"`
	Filtered    int64            `json:"filtered"`
	Quarantined int64            `json:"quarantined"`
	ByReason    map[string]int64 `json:"by_reason"`
	Seconds     float64          `json:"seconds"`
	Mapping     string           `json:"mapping" doc:"The mapping file (YAML) that repeats this import"`
	TakenBackAt *time.Time       `json:"taken_back_at,omitempty"`
	Taken       int64            `json:"taken" doc:"Facts that were taken back"`
	TakenLines  int64            `json:"taken_lines" doc:"Quarantined lines that were removed with them"`
}

// ImportList lists imports, newest first.
type ImportList struct {
	Items []ImportReport `json:"items"`
}

// Job is long work and how far it is.
type Job struct {
	ID      string        `json:"id"`
	What    string        `json:"what" enum:"import,train,decide,erase,take_back,compare,reorder_replay"`
	Status  string        `json:"status" enum:"running,done,failed,cancelled"`
	Step    string        `json:"step"`
	Done    int64         `json:"done"`
	Total   int64         `json:"total" doc:"0 while unknown"`
	Message string        `json:"message"`
	Error   string        `json:"error,omitempty"`
	Remedy  string        `json:"remedy,omitempty"`
	Report  *ImportReport `json:"report,omitempty"`
}

// JobList lists jobs, newest first.
type JobList struct {
	Items []Job `json:"items"`
}

// QuarantineRow is a piece of input that could not become a fact.
type QuarantineRow struct {
	ID       int64     `json:"id"`
	ImportID string    `json:"import_id"`
	Source   string    `json:"source"`
	Line     int64     `json:"line"`
	Reason   string    `json:"reason"`
	Detail   string    `json:"detail"`
	Remedy   string    `json:"remedy"`
	Raw      string    `json:"raw"`
	At       time.Time `json:"at"`
	Status   string    `json:"status" enum:"open,replayed,dismissed"`
}

// QuarantineList is a page of the quarantine.
type QuarantineList struct {
	Items    []QuarantineRow  `json:"items"`
	Total    int64            `json:"total"`
	ByReason map[string]int64 `json:"by_reason"`
}

// Replay asks to try quarantined lines again, with another mapping where one is given.
type Replay struct {
	Reason   string          `json:"reason,omitempty" maxLength:"64"`
	ImportID string          `json:"import_id,omitempty" maxLength:"64"`
	Mapping  *ProposalChange `json:"mapping,omitempty"`
}

// Dismiss names quarantined lines that nobody needs.
type Dismiss struct {
	IDs []int64 `json:"ids" minItems:"1" maxItems:"10000"`
}

// Dismissed counts them.
type Dismissed struct {
	Dismissed int64 `json:"dismissed"`
}

// ModelVersion is one trained artefact.
type ModelVersion struct {
	Artefact  string    `json:"artefact"`
	TrainedAt time.Time `json:"trained_at"`
	Champion  bool      `json:"champion"`
}

// ModelRow is one question and the model that answers it.
type ModelRow struct {
	Question string         `json:"question"`
	Title    string         `json:"title"`
	Champion string         `json:"champion"`
	Card     ForecastCard   `json:"card"`
	Rows     int64          `json:"rows"`
	DataHash string         `json:"data_hash"`
	Artefact string         `json:"artefact"`
	History  []ModelVersion `json:"history"`
}

// ModelList lists the models of a shop.
type ModelList struct {
	Items []ModelRow `json:"items"`
}

// Changed tells an open dashboard which topics to read again.
type Changed struct {
	Topics []string `json:"topics"`
}
