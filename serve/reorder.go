package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"almanac/program/reorder"
	"almanac/program/reorder/levels"
	"almanac/program/reorder/replay"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/shop"
)

// Reordering is what the server needs to show and change how a shop orders.
type Reordering struct {
	Levels *levels.Store
	// Settings are a shop's choices, else those of the installation.
	Settings func(ctx context.Context, shop string) (reorder.Settings, error)
	// Replay lives a shop's last days again; Replays keeps what that said. Both nil where this server does not.
	Replay  func(ctx context.Context, shop string, days int, progress func(step string, done, total int64)) (*replay.Report, error)
	Replays *replay.Store
}

// reordering declares early warnings, reorder points with their history, service against money, and what a shop chooses.
func (s *Server) reordering() {
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/warnings", auth.Viewer, true}, "Open purchases with the chance to be late and what that costs, and suppliers that change", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.Warnings], error) {
			v, err := s.reads.Warnings(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(*v, in.Format, "warnings"), nil
		})
	call(s, route{http.MethodGet, "/api/reorder-curve", auth.Viewer, true}, "Service against money over the shop, and where its settings lie", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.ServiceCurve], error) {
			v, err := s.reads.Curve(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "reorder-curve"), nil
		})
	call(s, route{http.MethodGet, "/api/reorder-points", auth.Viewer, true}, "Reorder point and order-up-to level of every product and place, for systems that order by them", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.ReorderLevels], error) {
			v, err := s.levels(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "reorder-points"), nil
		})
	type one struct {
		SKU    string `path:"sku" maxLength:"512"`
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/reorder-points/{sku}", auth.Viewer, true}, "What the reorder points of a product were, newest first", "Stock",
		func(ctx context.Context, c caller, in *one) (*Page[wire.ReorderLevels], error) {
			if s.Reorder.Levels == nil {
				return nil, notReady("reorder points")
			}
			kept, err := s.Reorder.Levels.History(ctx, c.Shop.ID, in.SKU)
			if err != nil {
				return nil, err
			}
			v := wire.ReorderLevels{Items: []wire.ReorderLevel{}, Total: int64(len(kept))}
			titles, err := s.reads.Titles(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			for _, k := range kept {
				v.Items = append(v.Items, wireLevel(k.Level, titles(k.SKU), k.Since.String()))
			}
			return page(v, in.Format, "reorder-points"), nil
		})
	s.reorderSettings()
	s.reorderReplay()
}

func wireLevel(l reorder.Level, title, since string) wire.ReorderLevel {
	return wire.ReorderLevel{SKU: l.SKU, Title: title, Location: l.Location, Point: l.Point, UpTo: l.UpTo, Service: l.Service, Class: l.Class, Basis: l.Basis, Since: since}
}

// levels are those of today, with the day since which they hold where a round has kept them.
func (s *Server) levels(ctx context.Context, sh shop.Shop) (v wire.ReorderLevels, err error) {
	list, err := s.reads.Levels(ctx, sh)
	if err != nil {
		return v, err
	}
	var kept map[reorder.LevelKey]levels.Kept
	if s.Reorder.Levels != nil {
		if kept, err = s.Reorder.Levels.Current(ctx, sh.ID); err != nil {
			return v, err
		}
	}
	titles, err := s.reads.Titles(ctx, sh)
	if err != nil {
		return v, err
	}
	v.Items = make([]wire.ReorderLevel, 0, len(list))
	for _, l := range list {
		since := ""
		if k, ok := kept[reorder.LevelKey{SKU: l.SKU, Location: l.Location}]; ok && k.Level == l {
			since = k.Since.String()
		}
		v.Items = append(v.Items, wireLevel(l, titles(l.SKU), since))
	}
	v.Total = int64(len(v.Items))
	return v, nil
}

func (s *Server) reorderSettings() {
	call(s, route{http.MethodGet, "/api/reorder-settings", auth.Viewer, true}, "What the shop chooses for reordering", "Stock",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.ReorderSettings], error) {
			v, err := s.choices(ctx, c.Shop)
			return out(v), err
		})
	call(s, route{http.MethodPut, "/api/reorder-settings", auth.Admin, true}, "Choose for reordering; proposals follow at once", "Stock",
		func(ctx context.Context, c caller, in *struct{ Body reorder.Settings }) (*Out[wire.ReorderSettings], error) {
			var f *reorder.Fault
			if err := in.Body.Check(); errors.As(err, &f) {
				return nil, problem.Invalid(f.What, f.Do).Because(err)
			}
			return s.choose(context.WithoutCancel(ctx), c, in.Body)
		})
	call(s, route{http.MethodDelete, "/api/reorder-settings", auth.Admin, true}, "Go back to the installation's settings for reordering", "Stock",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.ReorderSettings], error) {
			return s.choose(context.WithoutCancel(ctx), c, nil)
		})
}

// choose keeps what a person chose for reordering, or forgets it where that is nil, and has proposals made anew.
func (s *Server) choose(ctx context.Context, c caller, choices any) (*Out[wire.ReorderSettings], error) {
	was, err := s.choices(ctx, c.Shop)
	if err != nil {
		return nil, err
	}
	if err := s.Shops.Choose(ctx, c.Shop.ID, reorder.Programme, choices); err != nil {
		return nil, err
	}
	v, err := s.choices(ctx, c.Shop)
	if err != nil {
		return nil, err
	}
	s.record(ctx, c, "reorder settings", fmt.Sprintf("were %+v, are %+v", was.Settings, v.Settings))
	if s.Decide != nil {
		if err := s.Decide(ctx, c.Shop.ID, func(string, int64, int64) {}); err != nil {
			return nil, err
		}
	}
	return out(v), nil
}

func (s *Server) choices(ctx context.Context, sh shop.Shop) (v wire.ReorderSettings, err error) {
	v.Settings = reorder.Defaults()
	if s.Reorder.Settings != nil {
		if v.Settings, err = s.Reorder.Settings(ctx, sh.ID); err != nil {
			return v, err
		}
	}
	var own reorder.Settings
	if v.Own, err = s.Shops.Choices(ctx, sh.ID, reorder.Programme, &own); err != nil {
		return v, err
	}
	list, err := s.reads.Levels(ctx, sh)
	if err != nil {
		return v, err
	}
	of, places := map[string]int64{}, map[string]bool{}
	for _, l := range list {
		if l.Location == "" {
			of[l.Class]++
		} else {
			places[l.Location] = true
		}
	}
	for _, class := range reorder.Classes {
		v.Classes = append(v.Classes, wire.ReorderClass{Class: class, About: reorder.AboutClass(class), Products: of[class]})
	}
	if v.Categories, err = s.reads.Categories(ctx, sh); err != nil {
		return v, err
	}
	v.Places = []string{}
	for p := range places {
		v.Places = append(v.Places, p)
	}
	slices.Sort(v.Places)
	return v, nil
}
