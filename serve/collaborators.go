package serve

import (
	"context"

	"almanac/history"
	"almanac/serve/wire"
	"almanac/shop"
)

// Upload is a file on its way in.
type Upload struct {
	ID, Name, Path string
	Change         wire.ProposalChange // what a person said about it, all changes together
}

// Importer reads files into the record: package ingest, adapted by FromIngest.
type Importer interface {
	// Propose says how a file would be read.
	Propose(ctx context.Context, s shop.Shop, u Upload) (wire.FileProposal, error)
	// Import reads the file. The run that it returns is also kept in the record, whatever becomes of it.
	Import(ctx context.Context, s shop.Shop, u Upload, run string, progress func(step string, done, total int64)) (history.ImportRun, error)
	// Replay tries quarantined lines again.
	Replay(ctx context.Context, s shop.Shop, filter history.QuarantineFilter, change *wire.ProposalChange, run string, progress func(step string, done, total int64)) (history.ImportRun, error)
}

// DecisionQuery narrows the inbox.
type DecisionQuery struct {
	Status, Programme, Group, Subject, Text, Sort string
	Limit, Offset                                 int
}

// Decisions is the life of decisions: package decide, adapted by FromDecide.
type Decisions interface {
	List(ctx context.Context, shop string, q DecisionQuery) (wire.DecisionList, error)
	Get(ctx context.Context, shop, id string) (wire.Decision, bool, error)
	// Orders are the open reorder proposals by supplier, most valuable first.
	Orders(ctx context.Context, shop string) ([]wire.PlannedOrder, error)
	Approve(ctx context.Context, shop, actor string, ids []string, note string) ([]wire.DecisionResult, error)
	Reject(ctx context.Context, shop, actor string, ids []string, reason string) ([]wire.DecisionResult, error)
	Undo(ctx context.Context, shop, actor string, ids []string) ([]wire.DecisionResult, error)
	Audit(ctx context.Context, shop, text string, limit, offset int) (wire.AuditList, error)
	// Readiness says which programmes have the data that they need.
	Readiness(ctx context.Context, shop string) ([]wire.Readiness, error)
	// Record adds an entry to the audit trail for what is not a decision: settings, users, keys, imports.
	Record(ctx context.Context, shop, actor, event, detail string) error
	// Follow returns a channel that receives a value after decisions changed; values may be merged.
	Follow() (changed <-chan struct{}, stop func())
}

// Measure finds where money is lost: package measure, adapted by FromMeasure.
type Measure interface {
	Leaks(ctx context.Context, s shop.Shop, from, to string) ([]wire.Leak, error)
}
