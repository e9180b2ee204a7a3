package serve

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"almanac/fact"
	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// AtPlace asks for what falls to a place or region.
type AtPlace struct {
	Place    string `query:"place" maxLength:"512" doc:"What falls to this place"`
	Region   string `query:"region" maxLength:"512" doc:"What falls to this region, where no place is named"`
	Unplaced bool   `query:"unplaced" doc:"What no place was told of"`
}

func (a AtPlace) query() dashboard.PlaceQuery {
	q := dashboard.PlaceQuery{Place: a.Place}
	if q.Place == "" {
		q.Region = a.Region
		q.Unplaced = a.Unplaced && a.Region == ""
	}
	return q
}

func (a AtPlace) none() error {
	if a.Place == "" && a.Region != "" {
		return problem.NotFound("region", a.Region)
	}
	return problem.NotFound("place", a.Place)
}

// places declares demand by place, and what people say of places.
func (s *Server) places() {
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/demand-places", auth.Viewer, true}, "The forecast of every place and region, and how good it was", "Demand",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.DemandPlaces], error) {
			v, err := s.reads.Places(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "places"), nil
		})
	type ask struct {
		Place string `path:"place" maxLength:"512"`
		Body  wire.PlaceChange
	}
	call(s, route{http.MethodPut, "/api/places/{place}", auth.Operator, true}, "Say which region a place lies in, and what it is; the next training forecasts by it", "Demand",
		func(ctx context.Context, c caller, in *ask) (*Empty, error) {
			// Half of it must not be left undone because a browser closed.
			return &Empty{}, s.describePlace(context.WithoutCancel(ctx), c, in.Place, in.Body)
		})
}

func (s *Server) describePlace(ctx context.Context, c caller, location string, to wire.PlaceChange) error {
	known, err := s.reads.Places(ctx, c.Shop)
	if err != nil {
		return err
	}
	found := false
	for _, p := range known.Items {
		found = found || p.Level == "place" && p.Name == location
	}
	if !found || location == "" {
		return problem.NotFound("place", location)
	}
	now := s.Now().UTC()
	f := fact.Fact{Shop: c.Shop.ID, Source: manual, ID: location, Rev: now.UnixMicro(), Kind: fact.LocationDescribed, OccurredAt: now, ReceivedAt: now,
		Body: &fact.Place{Location: location, Name: strings.TrimSpace(to.Name), Region: strings.TrimSpace(to.Region), Country: strings.TrimSpace(to.Country), Type: strings.TrimSpace(to.Type)}}
	if _, err := s.History.Append(ctx, []fact.Fact{f}); err != nil {
		return err
	}
	s.record(ctx, c, "place described", location+": region "+cmp.Or(strings.TrimSpace(to.Region), "none"))
	return s.Projector.CatchUp(ctx, nil)
}
