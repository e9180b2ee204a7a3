package serve

import (
	"context"
	"net/http"

	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// products declares the list of products and the page of one.
func (s *Server) products() {
	type ask struct {
		Span
		List
	}
	call(s, route{http.MethodGet, "/api/products", auth.Viewer, true}, "List products with their sales, forecast and stock", "Products",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.ProductList], error) {
			v, err := s.reads.Products(ctx, c.Shop, in.From, in.To, in.part())
			if err != nil {
				return nil, badPeriod(in.Span, err)
			}
			return page(v, in.Format, "products"), nil
		})
	type one struct {
		Span
		SKU string `path:"sku" maxLength:"512"`
	}
	call(s, route{http.MethodGet, "/api/products/{sku}", auth.Viewer, true}, "Everything about one product", "Products",
		func(ctx context.Context, c caller, in *one) (*Out[wire.Product], error) {
			v, ok, err := s.reads.Product(ctx, c.Shop, in.SKU, in.From, in.To)
			if err != nil {
				return nil, badPeriod(in.Span, err)
			}
			if !ok {
				return nil, problem.NotFound("product", in.SKU)
			}
			if s.Decisions != nil {
				about, err := s.Decisions.List(ctx, c.Shop.ID, DecisionQuery{Subject: in.SKU, Limit: 20})
				if err != nil {
					return nil, err
				}
				v.Decisions = about.Items
			}
			return out(v), nil
		})
}

// customers declares the list of customers, their overview, and the page of one.
func (s *Server) customers() {
	type ask struct {
		List
		Segment string `query:"segment" maxLength:"40"`
	}
	call(s, route{http.MethodGet, "/api/customers", auth.Viewer, true}, "List customers with recency, frequency and value", "Customers",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.CustomerList], error) {
			v, err := s.reads.Customers(ctx, c.Shop, in.Segment, in.part())
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "customers"), nil
		})
	call(s, route{http.MethodGet, "/api/customers/overview", auth.Viewer, true}, "Segments, repeat rates and cohorts", "Customers",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.CustomerOverview], error) {
			v, err := s.reads.CustomerOverview(ctx, c.Shop)
			return out(v), err
		})
	type one struct {
		ID string `path:"id" maxLength:"512"`
	}
	call(s, route{http.MethodGet, "/api/customers/{id}", auth.Viewer, true}, "Everything about one customer", "Customers",
		func(ctx context.Context, c caller, in *one) (*Out[wire.Customer], error) {
			v, ok, err := s.reads.Customer(ctx, c.Shop, in.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, problem.NotFound("customer", in.ID)
			}
			return out(v), nil
		})
}
