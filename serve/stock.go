package serve

import (
	"context"
	"net/http"

	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/wire"
)

// stock declares what is there and how long it lasts, how suppliers deliver, and what to order from whom.
func (s *Server) stock() {
	type ask struct {
		List
		State    string `query:"state" enum:",out,late,soon,fine,over,still,unknown"`
		Supplier string `query:"supplier" maxLength:"512" doc:"By name"`
	}
	call(s, route{http.MethodGet, "/api/stock", auth.Viewer, true}, "List stock with cover, risk and overstock", "Stock",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.StockList], error) {
			v, err := s.reads.StockLevels(ctx, c.Shop, dashboard.StockQuery{List: in.part(), State: in.State, Supplier: in.Supplier})
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "stock"), nil
		})
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/suppliers", auth.Viewer, true}, "How suppliers deliver", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.SupplierList], error) {
			v, err := s.reads.Suppliers(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			orders, err := s.plannedOrders(ctx, c.Shop.ID)
			for i := range v.Items {
				for _, o := range orders {
					if o.Supplier == v.Items[i].Name {
						v.Items[i].OpenProposals = int64(len(o.Lines))
					}
				}
			}
			return page(v, in.Format, "suppliers"), err
		})
	call(s, route{http.MethodGet, "/api/orders-to-place", auth.Viewer, true}, "Open reorder proposals as one order for each supplier", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.PlannedOrders], error) {
			if s.Decisions == nil {
				return nil, notReady("decisions")
			}
			list, err := s.plannedOrders(ctx, c.Shop.ID)
			if err != nil {
				return nil, err
			}
			if err := s.reads.Minimums(ctx, c.Shop, list); err != nil {
				return nil, err
			}
			return page(wire.PlannedOrders{Items: list, Total: int64(len(list))}, in.Format, "orders-to-place"), nil
		})
}

func (s *Server) plannedOrders(ctx context.Context, shopID string) ([]wire.PlannedOrder, error) {
	if s.Decisions == nil {
		return nil, nil
	}
	return s.Decisions.Orders(ctx, shopID)
}
