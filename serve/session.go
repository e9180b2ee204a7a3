package serve

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/fact"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/shop"
)

// origin is what a sign-in must know of the connection.
type origin struct {
	ip     string
	secure bool
}

type signInInput struct {
	Shop string `query:"shop" doc:"The shop whose role the answer tells"`
	Body wire.SignIn
}

type sessionOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      wire.Session
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

type originKey struct{}

// session declares signing in and out and the caller's own account.
func (s *Server) session() {
	type own struct {
		Shop string `query:"shop" doc:"The shop whose role the answer tells"`
	}
	call(s, route{http.MethodGet, "/api/session", auth.Viewer, false}, "Who is signed in", "Account",
		func(ctx context.Context, c caller, in *own) (*Out[wire.Session], error) {
			v, err := s.wireSession(ctx, c.User, c.Session, in.Shop)
			return out(v), err
		})
	// Signing in needs no session, but the address that it comes from.
	rt := route{http.MethodPost, "/api/session", "", false}
	o := s.operation(rt, "Sign in with e-mail and password, or with a one-time link", "Account", http.StatusOK)
	o.Middlewares = append(o.Middlewares, func(h huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(h)
		next(huma.WithValue(h, originKey{}, origin{ip: s.clientIP(r), secure: s.secure(r)}))
	})
	huma.Register(s.api, o, func(ctx context.Context, in *signInInput) (*sessionOut, error) {
		v, err := s.signIn(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return v, nil
	})
	call(s, route{http.MethodDelete, "/api/session", auth.Viewer, false}, "Sign out", "Account",
		func(ctx context.Context, c caller, _ *Empty) (*signedOut, error) {
			if err := s.Auth.SignOut(ctx, c.Session); err != nil {
				return nil, err
			}
			return &signedOut{http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode}}, nil
		})
	call(s, route{http.MethodPut, "/api/me", auth.Viewer, false}, "Change the own account", "Account",
		func(ctx context.Context, c caller, in *struct{ Body wire.MeChange }) (*Out[wire.User], error) {
			u, err := s.Auth.UpdateMe(ctx, c.User.ID, auth.Change{Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password, Current: in.Body.CurrentPassword}, c.Session)
			if err != nil {
				return nil, err
			}
			return out(wireUser(u, "")), nil
		})
	call(s, route{http.MethodPut, "/api/shop", auth.Admin, true}, "Change the shop's settings", "Settings", s.changeShop)
}

func (s *Server) signIn(ctx context.Context, in *signInInput) (*sessionOut, error) {
	from, _ := ctx.Value(originKey{}).(origin)
	var token string
	var u auth.User
	var err error
	switch {
	case in.Body.Token != "":
		token, u, err = s.Auth.SignInByLink(ctx, in.Body.Token, from.ip)
	case in.Body.Email != "" && in.Body.Password != "":
		token, u, err = s.Auth.SignIn(ctx, in.Body.Email, in.Body.Password, from.ip)
	default:
		err = problem.Invalid("E-mail and password are needed, or the token of a one-time link.", "Send them.")
	}
	if err != nil {
		return nil, err
	}
	v, err := s.wireSession(ctx, u, token, in.Shop)
	if err != nil {
		return nil, err
	}
	return &sessionOut{Body: v, SetCookie: http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true,
		Secure: from.secure, SameSite: http.SameSiteStrictMode, MaxAge: int(s.Auth.SessionLife().Seconds())}}, nil
}

// wireSession lists the shops that a person may see. Their role is the one in the shop asked for, else in
// the first one.
func (s *Server) wireSession(ctx context.Context, u auth.User, token, asked string) (wire.Session, error) {
	all, err := s.Shops.List(ctx)
	if err != nil {
		return wire.Session{}, err
	}
	v := wire.Session{CSRF: auth.CSRF(token), Version: s.Version}
	for _, sh := range all {
		if u.Role(sh.ID) == "" {
			continue
		}
		if sh.ID == asked || len(v.Shops) == 0 {
			v.User = wireUser(u, sh.ID)
		}
		v.Shops = append(v.Shops, wireShop(sh))
	}
	if len(v.Shops) == 0 {
		return v, problem.New(http.StatusForbidden, "no_shop", "You have no shop", "No shop is open to you any more.", "Ask an administrator to give you a role in a shop.")
	}
	return v, nil
}

func wireShop(sh shop.Shop) wire.Shop {
	return wire.Shop{ID: sh.ID, Name: sh.Name, Currency: sh.Currency, CurrencyExponent: fact.Exponent(sh.Currency), TimeZone: sh.TimeZone, CurrencyBasis: string(sh.CurrencyBasis), Mode: sh.Mode, Modes: sh.Modes}
}

// wireUser tells the person's role in a shop, or their highest one where none is named.
func wireUser(u auth.User, shopID string) wire.User {
	role := u.Role(shopID)
	if shopID == "" {
		for _, r := range u.Grants {
			if r.Covers(role) || role == "" {
				role = r
			}
		}
	}
	return wire.User{ID: u.ID, Email: u.Email, Name: u.Name, Role: string(role), HasPassword: u.HasPassword}
}

func (s *Server) changeShop(ctx context.Context, c caller, in *struct{ Body wire.ShopChange }) (*Out[wire.Shop], error) {
	sh, b := c.Shop, in.Body
	var what []string
	if b.Name != nil {
		sh.Name = strings.TrimSpace(*b.Name)
		what = append(what, "name")
	}
	if b.Currency != nil {
		if !fact.ValidCurrency(*b.Currency) {
			return nil, problem.Invalid("There is no such currency.", "Use a code of ISO 4217 such as GBP.", problem.Fault{Location: "body.currency", Message: "is not a known code"})
		}
		sh.Currency, sh.CurrencyBasis = *b.Currency, shop.Set
		what = append(what, "currency "+*b.Currency)
	}
	if b.TimeZone != nil {
		sh.TimeZone = *b.TimeZone
		what = append(what, "time zone "+*b.TimeZone)
	}
	if b.Mode != nil {
		sh.Mode = *b.Mode
		what = append(what, "mode "+*b.Mode)
	}
	if len(b.Modes) > 0 {
		sh.Modes = maps.Clone(sh.Modes)
		if sh.Modes == nil {
			sh.Modes = shop.Modes{}
		}
		for _, programme := range slices.Sorted(maps.Keys(b.Modes)) {
			sh.Modes[programme] = b.Modes[programme]
			if b.Modes[programme] == "" { // as the shop's
				delete(sh.Modes, programme)
			}
			what = append(what, strings.TrimSpace("mode of "+programme+" "+b.Modes[programme]))
		}
	}
	if err := sh.Check(); err != nil {
		return nil, problem.Invalid(err.Error(), "Correct it and try again.")
	}
	if err := s.Shops.Save(ctx, sh); err != nil {
		return nil, err
	}
	s.record(ctx, c, "shop changed", strings.Join(what, ", "))
	if s.ShopChanged != nil {
		if err := s.ShopChanged(context.WithoutCancel(ctx), sh); err != nil {
			return nil, err
		}
	}
	s.reads.Forget()
	s.hub.send(sh.ID, "changed", wire.Changed{Topics: append([]string{"session", "settings"}, everything...)})
	return out(wireShop(sh)), nil
}

// record adds to the audit trail what is not a decision. Its failure does not undo what was done, but it
// must not go unnoticed.
func (s *Server) record(ctx context.Context, c caller, event, detail string) {
	if s.Decisions == nil {
		return
	}
	if err := s.Decisions.Record(context.WithoutCancel(ctx), c.Shop.ID, c.Actor(), event, detail); err != nil {
		s.Log.ErrorContext(ctx, "the audit trail could not be written", "id", requestID(ctx), "event", event, "error", err)
	}
}
