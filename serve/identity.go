package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/shop"
)

const (
	cookieName = "almanac_session"
	csrfHeader = "X-CSRF-Token"
)

// caller is who makes a call: a person with a session, or a program with a server key.
type caller struct {
	User    auth.User // empty for a key
	Key     auth.Key  // empty for a person
	Session string    // the session's token
	Role    auth.Role // in the shop of the call
	Shop    shop.Shop // where the call belongs to one
}

// Actor names the caller in the audit trail: an id, no personal data.
func (c caller) Actor() string {
	if c.Key.ID != "" {
		return "key:" + c.Key.ID
	}
	return "user:" + c.User.ID
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// admit lets a call through when its caller may make it, before anything of its body is read.
func (s *Server) admit(rt route) func(huma.Context, func(huma.Context)) {
	return func(h huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(h)
		if rt.Role == "" {
			next(h)
			return
		}
		c, err := s.identify(r, rt)
		if err != nil {
			problem.Write(w, s.problem(r.Context(), err))
			return
		}
		next(huma.WithValue(h, callerKey{}, c))
	}
}

func (s *Server) identify(r *http.Request, rt route) (caller, error) {
	ctx := r.Context()
	var c caller
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		k, err := s.Auth.Key(ctx, strings.TrimSpace(bearer))
		if errors.Is(err, auth.ErrNoKey) || err == nil && k.Kind != auth.ServerKey {
			return c, problem.New(http.StatusUnauthorized, "bad_key", "The key does not open this", "The dashboard API takes server keys (alm_s_…).", "Make one under Settings → Keys, or run: almanac key create --kind server")
		}
		if err != nil {
			return c, err
		}
		c.Key = k
	} else {
		cookie, err := r.Cookie(cookieName)
		if err != nil {
			return c, problem.SignedOut()
		}
		c.Session = cookie.Value
		if c.User, err = s.Auth.Session(ctx, cookie.Value); err != nil {
			return c, err
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !auth.CheckCSRF(c.Session, r.Header.Get(csrfHeader)) {
			return c, problem.New(http.StatusForbidden, "csrf", "The call lacks its token", "Changes need the header "+csrfHeader+" with the value from GET /api/session.", "Reload the page and try again.")
		}
	}
	if !rt.Shop {
		return s.withoutShop(c, rt)
	}
	return s.inShop(ctx, c, r.URL.Query().Get("shop"), rt)
}

// withoutShop admits to calls about the caller themselves.
func (s *Server) withoutShop(c caller, rt route) (caller, error) {
	if c.Key.ID != "" {
		return c, problem.New(http.StatusForbidden, "people_only", "This is for people", "A key has no account of its own.", "Sign in with e-mail and password.")
	}
	for _, role := range c.User.Grants {
		if role.Covers(rt.Role) {
			return c, nil
		}
	}
	return c, problem.Forbidden("no role", string(rt.Role))
}

func (s *Server) inShop(ctx context.Context, c caller, id string, rt route) (caller, error) {
	if id == "" {
		id = c.onlyShop()
	}
	if c.Key.ID != "" && c.Key.Shop == id {
		c.Role = auth.Operator
	} else if c.Key.ID == "" {
		c.Role = c.User.Role(id)
	}
	if c.Role == "" {
		return c, problem.NoSuchShop(id)
	}
	if !c.Role.Covers(rt.Role) {
		return c, problem.Forbidden(string(c.Role), string(rt.Role))
	}
	var err error
	c.Shop, err = s.Shops.Get(ctx, id)
	if errors.Is(err, shop.ErrNotFound) {
		return c, problem.NoSuchShop(id)
	}
	return c, err
}

// onlyShop is the shop of a call that names none: a key's own, a person's only one, or the default shop.
func (c caller) onlyShop() string {
	if c.Key.ID != "" {
		return c.Key.Shop
	}
	if len(c.User.Grants) == 1 {
		for id := range c.User.Grants {
			if id != auth.AllShops {
				return id
			}
		}
	}
	return shop.Default
}

// clientIP is the address that a call comes from. Proxies are believed only where they are declared.
func (s *Server) clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if !s.behindProxy(host) {
		return host
	}
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		if hop == "" {
			break
		}
		host = hop
		if !s.behindProxy(hop) {
			break
		}
	}
	return host
}

func (s *Server) behindProxy(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, n := range s.Proxies {
		if n.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// secure tells whether the browser's connection is encrypted.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && s.behindProxy(host) && r.Header.Get("X-Forwarded-Proto") == "https"
}
