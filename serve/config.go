package serve

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"time"

	"go.opentelemetry.io/otel/trace"

	"almanac/history"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/serve/auth"
	"almanac/serve/digest"
	"almanac/serve/doors"
	"almanac/serve/storefront"
	"almanac/serve/storefront/rules"
	"almanac/shop"
	"almanac/sqldb"
	"almanac/state/availability"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/customer"
	"almanac/state/exposure"
	"almanac/state/identity"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/place"
	"almanac/state/quality"
	"almanac/state/review"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Config holds everything that the server needs; cmd makes it.
type Config struct {
	DataDir string // uploads lie in its folder uploads/
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	Traces  trace.TracerProvider // of OpenTelemetry; nil: nothing is traced
	Web     fs.FS                // the built dashboard, index.html at its root

	Main, State *sqldb.DB // asked by /readyz
	Shops       *shop.Store
	Auth        *auth.Store
	Doors       *doors.Store
	History     *history.Store
	Projector   Projector
	Views       Views
	Registry    *predict.Registry
	Planned     *planned.Store // what people expect of demand; nil where this server does not keep it
	Reorder     Reordering     // how shops order
	Importer    Importer
	Decisions   Decisions
	Measure     Measure

	// ShopChanged hears of new settings of a shop, for what depends on them (days, on the time zone). May be nil.
	ShopChanged func(ctx context.Context, s shop.Shop) error

	// Train and Decide do the long work of their names for one shop and tell how far they are.
	Train, Decide Work
	// Example fills a shop without orders with made ones; nil where this server does not.
	Example Work

	UploadLimit int64    // bytes of one uploaded file; 0: 4 GiB
	KeepFree    int64    // bytes of disk that uploads must leave free; 0: 512 MiB
	Hosts       []string // names under which the server may be called besides localhost, for calls that come over loopback
	// Proxies are the networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
	Proxies []netip.Prefix
	// Patience is how long a recommendation waits for what its visitor did; 0: storefront.Patience.
	Patience time.Duration
	// OnSite is what merchants choose for recommendations.
	OnSite storefront.Policy
	// OnSiteRules keeps the rules that merchants write for recommendations; nil where this server does not.
	OnSiteRules *rules.Store
	// Origins may call the storefront API from a browser; empty: every origin (write keys are public anyway).
	Origins []string
	// Erase forgets a person of a shop and rebuilds state; nil where this server does not.
	Erase func(ctx context.Context, shop, actor, id string, progress func(step string, done, total int64)) error
	// TakeBack takes an import of a shop back and rebuilds state; nil where this server does not.
	TakeBack func(ctx context.Context, shop, actor, id string, progress func(step string, done, total int64)) (history.ImportRun, error)
	// ExportState writes what is true now of a shop, a file for each table; nil where this server does not.
	ExportState func(ctx context.Context, shop string, file func(table string) (io.Writer, error)) error
	// Digests say when the weekly digest of a shop is due, with that of which week it speaks, and who reads it.
	Digests *digest.Plans
	// Mails tells whether digests can be mailed.
	Mails bool
	// Availability answers what can be promised; nil where this server does not.
	Availability *availability.Board
	// EventsPerKey is how many tracked events a second one key may send; 0: 100,000.
	EventsPerKey int
	// DoorRoom is how many bytes of tracked events may be on their way to disk at one time; 0: 64 MiB.
	DoorRoom int64
}

// Work is something long. progress may be called often and from any goroutine; total is 0 while unknown.
type Work func(ctx context.Context, shop string, progress func(step string, done, total int64)) error

// Projector tells how far state has followed the record: *state.Projector.
type Projector interface {
	Offset(ctx context.Context) (int64, error)
	Behind(ctx context.Context) (int64, error)
	// CatchUp folds everything recorded so far.
	CatchUp(ctx context.Context, progress func(done, total int64)) error
	Follow() (changed <-chan struct{}, stop func())
}

// Views are the views of the state store.
type Views struct {
	Catalog   *catalog.View
	Orders    *orders.View
	Customers *customer.View
	Stock     *stock.View
	Supply    *supply.View
	Behaviour *behaviour.View
	Quality   *quality.View
	Identity  *identity.View
	Exposure  *exposure.View
	Review    *review.View // nil where reviews are not kept
	Outlook   *outlook.View
	Place     *place.View
}

// Demand is what forecasts of demand are learnt from.
func (v Views) Demand() demand.Source {
	src := demand.Source{Sales: v.Orders, Stock: v.Stock, Around: v.Outlook, Catalog: v.Catalog, Baskets: v.Orders}
	if v.Place != nil { // a nil view is no nil interface
		src.Places = v.Place
	}
	return src
}
