// Command almanac turns what happens in a shop into what the shop should do next. It is the whole product
// in one program; this package parses flags, makes everything, and wires it together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // Windows and the container image have none

	"github.com/alecthomas/kong"

	"almanac/sim"
	"almanac/sim/export"
)

// version is set by the linker.
var version = "dev"

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line. Every flag is also ALMANAC_… in the environment and a key in almanac.yaml.
type cli struct {
	Config       string `help:"Settings file." type:"path" default:"almanac.yaml" env:"ALMANAC_CONFIG"`
	Data         string `help:"Data folder." type:"path" default:"./almanac-data" env:"ALMANAC_DATA"`
	DB           string `name:"db" help:"PostgreSQL address (postgres://…) instead of SQLite files in the data folder." env:"ALMANAC_DB"`
	Blob         string `help:"Folder or s3://bucket/prefix?endpoint=…&region=… for segments and models, instead of a folder in the data folder." env:"ALMANAC_BLOB"`
	Shop         string `help:"Shop to work on." default:"default" env:"ALMANAC_SHOP"`
	JSON         bool   `name:"json" help:"Print one JSON document on standard output and nothing else." env:"ALMANAC_JSON"`
	KeepFree     int64  `help:"Free disk space in MB below which nothing more is recorded." default:"512" env:"ALMANAC_KEEP_FREE"`
	AcceptDamage bool   `help:"Work with a record of which segments are damaged or missing; what they hold is not seen." env:"ALMANAC_ACCEPT_DAMAGE"`
	Verbose      bool   `help:"Log more." env:"ALMANAC_VERBOSE"`

	Reorder  reorderFlags `embed:"" prefix:"reorder-"`
	Markdown priceFlags   `embed:"" prefix:"markdown-"`
	Winback  mailFlags    `embed:"" prefix:"winback-"`
	Digest   digestFlags  `embed:"" prefix:"digest-"`

	Serve      serveCmd    `cmd:"" help:"Run everything: dashboard, API, ingestion, decisions."`
	Import     importsCmd  `cmd:"" help:"Import a file, list what was imported, or take an import back."`
	Train      trainCmd    `cmd:"" help:"Train the predictions on what is known."`
	Decide     decideCmd   `cmd:"" help:"Make proposals from the predictions."`
	Replay     replayCmd   `cmd:"" help:"Rebuild all state from the record, or try quarantined lines again."`
	ReplayPast replayPast  `cmd:"" name:"reorder-replay" help:"Live the shop's past again under several ways of ordering: what each would have cost."`
	Verify     verifyCmd   `cmd:"" help:"Rebuild state in a scratch database and compare it with the live one; check the audit chain."`
	Seal       sealCmd     `cmd:"" help:"Move all recorded facts to Parquet segments now; the server does it by itself as they grow old."`
	Backup     backupCmd   `cmd:"" help:"Copy the record and the models elsewhere, also while the server runs."`
	Restore    restoreCmd  `cmd:"" help:"Put a backup into an empty data folder."`
	Erase      eraseCmd    `cmd:"" help:"Forget a person: erase what is about them, keep orders without them, and rebuild state."`
	Export     exportCmd   `cmd:"" help:"Write state, facts or quarantine as JSON lines, or everything as a zip archive."`
	Bench      benchCmd    `cmd:"" help:"Measure this machine."`
	Evaluate   evaluateCmd `cmd:"" help:"Measure a model on files of known data."`
	Demo       demoCmd     `cmd:"" help:"Show a simulated shop that lives, with its history, proposals and what becomes of them."`
	Sim        simCmd      `cmd:"" help:"A simulated shop whose truth is known."`
	Key        keyCmd      `cmd:"" help:"Manage API keys."`
	User       userCmd     `cmd:"" help:"Manage users."`
	Doctor     doctorCmd   `cmd:"" help:"Check the installation and say what to mend."`
	OpenAPI    openapiCmd  `cmd:"" name:"openapi" help:"Print the description of the HTTP API (OpenAPI 3.1)."`
	ShowDigest digestCmd   `cmd:"" name:"digest" help:"Print the weekly digest: what happened, what waits, where money is lost, what ran out."`
	Upgrade    upgradeCmd  `cmd:"" help:"Tell whether there is a newer version, and where; only when asked, and changing nothing."`
	Version    versionCmd  `cmd:"" help:"Print the version."`
}

// reorderFlags are a shop's choices for reorder proposals. What is not set is shown as assumed.
type reorderFlags struct {
	ServiceLevel float64 `help:"Share of order cycles without a stock-out, between 0.5 and 0.999; 0 to find it from margins and holding costs." default:"0.95" env:"ALMANAC_REORDER_SERVICE_LEVEL"`
	LeadDays     int     `help:"Lead time in days where no file gives one; without it such products are not proposed." env:"ALMANAC_REORDER_LEAD_DAYS"`
	MaxOrder     int64   `help:"Most that one proposal may cost, in minor units; 0 for no limit." env:"ALMANAC_REORDER_MAX_ORDER"`
	OrderCost    int64   `help:"Cost of placing and receiving a line of an order, in minor units; with a service level of 0, quantities follow from it." env:"ALMANAC_REORDER_ORDER_COST"`
	Budget       int64   `help:"Most that all proposals of a round may cost, in minor units; 0 for no limit." env:"ALMANAC_REORDER_BUDGET"`
}

// terminal is where commands write.
type terminal struct {
	out, err io.Writer
	json     bool
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	settings, err := readSettings(args)
	if err != nil {
		return report(stderr, err)
	}
	exit := -1
	parser, err := kong.New(&c, kong.Name("almanac"),
		kong.Description("Turns what happens in a shop into what the shop should do next, and proves what that earned."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }),
		kong.Resolvers(settings), kong.Vars{"hostile": strings.Join(sim.HostileNames(), ", "),
			"platforms": strings.Join(export.Platforms, ", "), "locales": strings.Join(export.Locales(), ", ")}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return report(stderr, err)
	}
	k, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "almanac: %v\nRun almanac --help to see what there is.\n", err)
		return exitUsage
	}
	term := &terminal{stdout, stderr, c.JSON}
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&c, term); err != nil {
		return report(stderr, err)
	}
	return exitOK
}

// hint is an error that knows what to do about itself.
type hint struct {
	err    error
	remedy string
	code   int
}

func (h *hint) Error() string { return h.err.Error() }
func (h *hint) Unwrap() error { return h.err }

// report tells a person what went wrong and what to do, and gives the exit code.
func report(stderr io.Writer, err error) int {
	if errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(stderr, "almanac: interrupted; run the same command again to go on")
		return exitFailed
	}
	_, _ = fmt.Fprintf(stderr, "almanac: %v\n", err)
	var h *hint
	if errors.As(err, &h) {
		if h.remedy != "" {
			_, _ = fmt.Fprintln(stderr, h.remedy)
		}
		if h.code != 0 {
			return h.code
		}
	}
	return exitFailed
}
