package serve

import (
	"context"
	"net/http"

	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// ByID names one thing by its id.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}

// people declares the users of a shop.
func (s *Server) people() {
	call(s, route{http.MethodGet, "/api/users", auth.Admin, true}, "List the users of the shop", "Settings",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.UserList], error) {
			list, err := s.Auth.Users(ctx, c.Shop.ID)
			v := wire.UserList{}
			for _, u := range list {
				v.Items = append(v.Items, wireUser(u, c.Shop.ID))
			}
			return out(v), err
		})
	call(s, route{http.MethodPost, "/api/users", auth.Admin, true}, "Add a user", "Settings", s.addUser)
	call(s, route{http.MethodPost, "/api/users/{id}/link", auth.Admin, true}, "Make a one-time sign-in link for a user", "Settings",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.SignInLink], error) {
			if _, err := s.theirs(ctx, c, in.ID); err != nil {
				return nil, err
			}
			link, err := s.Auth.Link(ctx, in.ID)
			if err == nil {
				s.record(ctx, c, "sign-in link made", "for user "+in.ID)
			}
			return out(wire.SignInLink{Link: auth.LinkPath(link)}), err
		})
	call(s, route{http.MethodDelete, "/api/users/{id}", auth.Admin, true}, "Remove a user from the shop", "Settings", s.removeUser)
}

// addUser gives a new person a role: in all shops where the administrator has all, else in this one.
func (s *Server) addUser(ctx context.Context, c caller, in *struct{ Body wire.NewUser }) (*Out[wire.UserCreated], error) {
	where := c.Shop.ID
	if c.User.Grants[auth.AllShops] == auth.Admin {
		where = auth.AllShops
	}
	u, link, err := s.Auth.AddUser(ctx, in.Body.Email, in.Body.Name, auth.Role(in.Body.Role), where)
	if err != nil {
		return nil, err
	}
	s.record(ctx, c, "user added", "user "+u.ID+" as "+in.Body.Role)
	return out(wire.UserCreated{User: wireUser(u, c.Shop.ID), Link: auth.LinkPath(link)}), nil
}

// theirs finds a user of the shop whom the caller may govern everywhere.
func (s *Server) theirs(ctx context.Context, c caller, id string) (auth.User, error) {
	u, err := s.Auth.User(ctx, id)
	if err != nil {
		return u, err
	}
	if u.Role(c.Shop.ID) == "" {
		return u, auth.ErrNoUser
	}
	if !c.User.CoversUser(u) {
		return u, problem.New(http.StatusForbidden, "other_shops", "This person belongs to other shops too", "Only an administrator of all their shops may do this.",
			"Ask an administrator of all shops.")
	}
	return u, nil
}

func (s *Server) removeUser(ctx context.Context, c caller, in *ByID) (*Empty, error) {
	if in.ID == c.User.ID {
		return nil, problem.New(http.StatusConflict, "yourself", "You cannot remove yourself", "An administrator stays until another removes them.", "Ask another administrator.")
	}
	u, err := s.Auth.User(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	role, here := u.Grants[c.Shop.ID]
	if here && len(u.Grants) > 1 && c.Role.Covers(role) {
		// The person stays in the other shops.
		err = s.Auth.Grant(ctx, in.ID, c.Shop.ID, "")
	} else {
		if _, err := s.theirs(ctx, c, in.ID); err != nil {
			return nil, err
		}
		err = s.Auth.RemoveUser(ctx, in.ID)
	}
	if err != nil {
		return nil, err
	}
	s.record(ctx, c, "user removed", "user "+in.ID)
	return &Empty{}, nil
}

// keys declares the API keys of a shop.
func (s *Server) keys() {
	call(s, route{http.MethodGet, "/api/keys", auth.Admin, true}, "List the API keys of the shop", "Settings",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.KeyList], error) {
			list, err := s.Auth.Keys(ctx, c.Shop.ID)
			v := wire.KeyList{}
			for _, k := range list {
				v.Items = append(v.Items, wireKey(k))
			}
			return out(v), err
		})
	call(s, route{http.MethodPost, "/api/keys", auth.Admin, true}, "Make an API key; its secret is shown this once", "Settings",
		func(ctx context.Context, c caller, in *struct{ Body wire.NewKey }) (*Out[wire.KeyCreated], error) {
			k, secret, err := s.Auth.CreateKey(ctx, c.Shop.ID, in.Body.Name, auth.Kind(in.Body.Kind))
			if err != nil {
				return nil, err
			}
			s.record(ctx, c, "key created", in.Body.Kind+" key "+k.Prefix+"…")
			return out(wire.KeyCreated{Key: wireKey(k), Secret: secret}), nil
		})
	call(s, route{http.MethodPut, "/api/keys/{id}/origins", auth.Admin, true}, "Say from which pages a write key may be used", "Settings",
		func(ctx context.Context, c caller, in *struct {
			ByID
			Body wire.KeyOrigins
		}) (*Empty, error) {
			if err := s.Auth.SetOrigins(ctx, c.Shop.ID, in.ID, in.Body.Origins); err != nil {
				return nil, err
			}
			s.record(ctx, c, "key changed", "origins of key "+in.ID)
			return &Empty{}, nil
		})
	call(s, route{http.MethodDelete, "/api/keys/{id}", auth.Admin, true}, "Delete an API key", "Settings",
		func(ctx context.Context, c caller, in *ByID) (*Empty, error) {
			if err := s.Auth.DeleteKey(ctx, c.Shop.ID, in.ID); err != nil {
				return nil, err
			}
			s.record(ctx, c, "key deleted", "key "+in.ID)
			return &Empty{}, nil
		})
}

func wireKey(k auth.Key) wire.Key {
	v := wire.Key{ID: k.ID, Name: k.Name, Kind: string(k.Kind), Prefix: k.Prefix, CreatedAt: k.Created, Origins: k.Origins}
	if !k.Used.IsZero() {
		used := k.Used.UTC()
		v.LastUsedAt = &used
	}
	return v
}
