package serve

import (
	"context"
	"net/http"
	"strings"
	"time"

	"almanac/ingest"
	"almanac/measure/sales"
	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/shop"
)

// reports declares the report that merchants know from their platform, to see whether the record agrees with it.
func (s *Server) reports() {
	const tag, path = "Data", "/api/reports/sales"
	call(s, route{http.MethodGet, path, auth.Viewer, true}, "Sales by month, as the reports of shop platforms have them", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.SalesReport], error) {
			v, err := s.salesReport(ctx, c.Shop)
			return out(v), err
		})
	call(s, route{http.MethodGet, path + "/{month}", auth.Viewer, true}, "The orders that make up a month of that report, largest first", tag,
		func(ctx context.Context, c caller, in *struct {
			Month string `path:"month" doc:"YYYY-MM"`
			List
		}) (*Page[wire.SalesOrders], error) {
			if _, err := time.Parse("2006-01", in.Month); err != nil {
				return nil, problem.Invalid("The month is not like 2026-03.", "Correct it.", problem.Fault{Location: "path.month", Message: "is not YYYY-MM"})
			}
			p := in.part()
			all, err := sales.Orders(ctx, s.Views.Orders, c.Shop.ID, c.Shop.Currency, in.Month, p.Text)
			if err != nil {
				return nil, err
			}
			v := wire.SalesOrders{Total: int64(len(all)), Items: []wire.SalesOrder{}}
			var sum sales.Month
			for _, o := range all {
				sum.Add(o.Sales)
			}
			v.Sum = salesLine(sum)
			for _, o := range all[min(p.Offset, len(all)):min(p.Offset+p.Limit, len(all))] {
				v.Items = append(v.Items, wire.SalesOrder{Order: o.Order, Placed: o.Placed, SalesLine: salesLine(sales.Month{Month: in.Month, Sales: o.Sales})})
			}
			return page(v, in.Format, "sales-"+in.Month), nil
		})
}

// example declares the way to look around without files of one's own.
func (s *Server) example() {
	call(s, route{http.MethodPost, "/api/example", auth.Operator, true}, "Fill a shop without orders with simulated ones, labelled as synthetic", "Data",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.JobStarted], error) {
			if s.Example == nil {
				return nil, notReady("example data")
			}
			if _, _, some, err := s.Views.Orders.Coverage(ctx, c.Shop.ID); err != nil {
				return nil, err
			} else if some {
				return nil, problem.New(http.StatusConflict, "has_orders", "This shop has orders already", "An example would mix with them.", "Take the imports back first, or make another shop.")
			}
			id := jobs.NewID()
			err := s.jobs.Start(id, c.Shop.ID, jobs.Import, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
				return nil, "The example is here.", s.Example(ctx, c.Shop.ID, progress)
			})
			if err == nil {
				s.record(ctx, c, "example started", "job "+id)
			}
			return out(wire.JobStarted{Job: id}), err
		})
}

// salesReport reads the sums that state keeps. Amounts of other currencies cannot be added: their orders are counted.
func (s *Server) salesReport(ctx context.Context, sh shop.Shop) (v wire.SalesReport, err error) {
	months, others, err := sales.Months(ctx, s.Views.Orders, sh.ID, sh.Currency)
	if err != nil {
		return v, err
	}
	v = wire.SalesReport{Currency: sh.Currency, Months: []wire.SalesLine{}, Sum: salesLine(sales.Sum(months)), Others: others, LeftOut: map[string]int64{}}
	for _, m := range months {
		v.Months = append(v.Months, salesLine(m))
	}
	runs, err := s.History.Imports(ctx, sh.ID, 200)
	for _, run := range runs { // newest first
		if run.Kind != "orders" {
			continue
		}
		for why, n := range run.ByReason {
			if !strings.HasPrefix(why, "assumed_") && !toldElsewhere[why] { // what is assumed came in, by a rule that the import's account tells
				v.LeftOut[why] += n
			}
		}
		if m, err := ingest.ParseMapping([]byte(run.Mapping)); err == nil && v.Platform == "" {
			if platform, _, laid := strings.Cut(m.Layout, " "); laid {
				v.Platform = platform
			}
		}
	}
	return v, err
}

// toldElsewhere are reasons of rows that hold nothing which another row, or another report of the platform, does not tell.
var toldElsewhere = map[string]bool{"no_refund": true, "fee": true, "part_of_another_line": true, "no_line": true, "blank": true}

func salesLine(m sales.Month) wire.SalesLine {
	return wire.SalesLine{Month: m.Month, Orders: m.Orders, Gross: m.Gross, Discounts: m.Discounts, Returns: m.Returns, Net: m.Net(), Shipping: m.Shipping, Fees: m.Fees, Tax: m.Tax, Total: m.Total(),
		TaxBack: m.TaxBack, Priced: m.Priced, Units: m.Units, UnitsBack: m.UnitsBack}
}
