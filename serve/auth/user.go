package auth

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"almanac/sqldb"
)

// User is a person who may sign in.
type User struct {
	ID          string
	Email, Name string
	HasPassword bool
	Created     time.Time
	Grants      map[string]Role // shop id or AllShops → role
}

// Role is the user's role in a shop; empty where they may not see it.
func (u User) Role(shop string) Role {
	if r, ok := u.Grants[AllShops]; ok && !u.Grants[shop].Covers(r) {
		return r
	}
	return u.Grants[shop]
}

// CoversUser reports whether u may do everything that the other may: an administrator of one shop must not
// gain another shop by taking over a person's account.
func (u User) CoversUser(other User) bool {
	for shop := range other.Grants {
		if shop == AllShops && u.Grants[AllShops] != Admin || !u.Role(shop).Covers(Admin) {
			return false
		}
	}
	return true
}

func normalEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 320 {
		return "", ErrBadEmail
	}
	return s, nil
}

const userColumns = "SELECT id, COALESCE(email, ''), name, password <> '', created_us FROM auth_user"

func scanUser(r sqldb.Row) (u User, err error) {
	var created int64
	err = r.Scan(&u.ID, &u.Email, &u.Name, &u.HasPassword, &created)
	u.Created, u.Grants = sqldb.Time(created), map[string]Role{}
	return u, err
}

func (s *Store) users(ctx context.Context, t *sqldb.Tx, where string, args ...any) ([]User, error) {
	var out []User
	err := t.Query(ctx, userColumns+" WHERE "+where+" ORDER BY email, id", args, func(r sqldb.Row) error {
		u, err := scanUser(r)
		out = append(out, u)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		err := t.Query(ctx, "SELECT shop, role FROM auth_grant WHERE user_id = ?", []any{out[i].ID}, func(r sqldb.Row) error {
			var shop string
			var role Role
			err := r.Scan(&shop, &role)
			out[i].Grants[shop] = role
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) user(ctx context.Context, t *sqldb.Tx, where string, args ...any) (User, error) {
	list, err := s.users(ctx, t, where, args...)
	if err == nil && len(list) == 0 {
		err = ErrNoUser
	}
	if err != nil {
		return User{}, err
	}
	return list[0], nil
}

// Users lists those who may see a shop; everybody where shop is AllShops.
func (s *Store) Users(ctx context.Context, shop string) (out []User, err error) {
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		out, err = s.users(ctx, t, "? = '*' OR id IN (SELECT user_id FROM auth_grant WHERE shop = ? OR shop = '*')", shop, shop)
		return err
	})
	return out, err
}

// User finds a user by id; ErrNoUser where there is none.
func (s *Store) User(ctx context.Context, id string) (u User, err error) {
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		u, err = s.user(ctx, t, "id = ?", id)
		return err
	})
	return u, err
}

// UserByEmail finds a user by e-mail address; ErrNoUser where there is none.
func (s *Store) UserByEmail(ctx context.Context, email string) (u User, err error) {
	email, err = normalEmail(email)
	if err != nil {
		return u, ErrNoUser
	}
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		u, err = s.user(ctx, t, "email = ?", email)
		return err
	})
	return u, err
}

// AddUser makes a user without a password and returns the token of a one-time link (see LinkPath). shops
// may be AllShops.
func (s *Store) AddUser(ctx context.Context, email, name string, role Role, shops ...string) (u User, link string, err error) {
	if email, err = normalEmail(email); err != nil {
		return u, "", err
	}
	if !role.Valid() {
		return u, "", ErrBadRole
	}
	if len(shops) == 0 {
		return u, "", errors.New("a user needs at least one shop, or * for all")
	}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := s.user(ctx, t, "email = ?", email); !errors.Is(err, ErrNoUser) {
			return cmpErr(err, ErrEmailTaken)
		}
		id := newID()
		if err := s.insertUser(ctx, t, id, email, name, role, shops); err != nil {
			return err
		}
		if u, err = s.user(ctx, t, "id = ?", id); err != nil {
			return err
		}
		link, err = s.link(ctx, t, id)
		return err
	})
	return u, link, err
}

// cmpErr is err, or otherwise where there is none.
func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *Store) insertUser(ctx context.Context, t *sqldb.Tx, id string, email any, name string, role Role, shops []string) error {
	if _, err := t.Exec(ctx, "INSERT INTO auth_user (id, email, name, password, created_us) VALUES (?, ?, ?, '', ?)",
		id, email, name, sqldb.Micros(s.now())); err != nil {
		return err
	}
	for _, shop := range shops {
		if _, err := t.Exec(ctx, "INSERT INTO auth_grant (user_id, shop, role) VALUES (?, ?, ?)", id, shop, string(role)); err != nil {
			return err
		}
	}
	return nil
}

// Grant gives a user a role in a shop; an empty role takes it away.
func (s *Store) Grant(ctx context.Context, id, shop string, role Role) error {
	if role != "" && !role.Valid() {
		return ErrBadRole
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := s.user(ctx, t, "id = ?", id); err != nil {
			return err
		}
		if role != "" {
			if _, err := t.Exec(ctx, `INSERT INTO auth_grant (user_id, shop, role) VALUES (?, ?, ?)
				ON CONFLICT (user_id, shop) DO UPDATE SET role = excluded.role`, id, shop, string(role)); err != nil {
				return err
			}
		} else if _, err := t.Exec(ctx, "DELETE FROM auth_grant WHERE user_id = ? AND shop = ?", id, shop); err != nil {
			return err
		}
		return s.keepAdmin(ctx, t)
	})
}

// RemoveUser deletes a user with their sessions and links.
func (s *Store) RemoveUser(ctx context.Context, id string) error {
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := s.user(ctx, t, "id = ?", id); err != nil {
			return err
		}
		for _, q := range []string{"DELETE FROM auth_session WHERE user_id = ?", "DELETE FROM auth_link WHERE user_id = ?",
			"DELETE FROM auth_grant WHERE user_id = ?", "DELETE FROM auth_user WHERE id = ?"} {
			if _, err := t.Exec(ctx, q, id); err != nil {
				return err
			}
		}
		return s.keepAdmin(ctx, t)
	})
}

// keepAdmin refuses a change that leaves nobody in charge.
func (s *Store) keepAdmin(ctx context.Context, t *sqldb.Tx) error {
	var n int
	if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM auth_grant WHERE shop = '*' AND role = 'admin'", nil, &n); err != nil {
		return err
	}
	if n == 0 {
		return ErrLastAdmin
	}
	return nil
}

// Change is what a person changes about themselves; nil fields stay.
type Change struct {
	Email, Name, Password *string
	Current               string // the present password, needed for a new e-mail or password where there is one
}

// UpdateMe changes a person's own account. A new password ends all their sessions but the one given.
func (s *Store) UpdateMe(ctx context.Context, id string, c Change, keepSession string) (User, error) {
	var stored string
	if err := s.db.QueryRow(ctx, "SELECT password FROM auth_user WHERE id = ?", []any{id}, &stored); err != nil {
		if errors.Is(err, sqldb.ErrNoRows) {
			err = ErrNoUser
		}
		return User{}, err
	}
	if stored != "" && (c.Email != nil || c.Password != nil) {
		if ok, err := s.checkPassword(stored, c.Current); err != nil || !ok {
			return User{}, cmpErr(err, ErrWrongPassword)
		}
	}
	var hash string
	var email any
	var err error
	if c.Password != nil {
		if err = strong(*c.Password); err != nil {
			return User{}, err
		}
		if hash, err = s.hashPassword(*c.Password); err != nil {
			return User{}, err
		}
	}
	if c.Email != nil {
		if email, err = normalEmail(*c.Email); err != nil {
			return User{}, err
		}
	}
	var u User
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if u, err = s.user(ctx, t, "id = ?", id); err != nil {
			return err
		}
		var sets []string
		var args []any
		if email != nil {
			if other, err := s.user(ctx, t, "email = ?", email); err == nil && other.ID != id {
				return ErrEmailTaken
			} else if err != nil && !errors.Is(err, ErrNoUser) {
				return err
			}
			sets, args = append(sets, "email = ?"), append(args, email)
		}
		if c.Name != nil {
			sets, args = append(sets, "name = ?"), append(args, strings.TrimSpace(*c.Name))
		}
		if hash != "" {
			sets, args = append(sets, "password = ?"), append(args, hash)
			keep := hashOf(keepSession)
			if _, err := t.Exec(ctx, "DELETE FROM auth_session WHERE user_id = ? AND hash <> ?", id, keep[:]); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, "DELETE FROM auth_link WHERE user_id = ?", id); err != nil {
				return err
			}
		}
		if len(sets) > 0 {
			if _, err := t.Exec(ctx, "UPDATE auth_user SET "+strings.Join(sets, ", ")+" WHERE id = ?", append(args, id)...); err != nil {
				return err
			}
		}
		u, err = s.user(ctx, t, "id = ?", id)
		return err
	})
	return u, err
}

// SetPassword sets a user's password without asking for the present one, for the command line, and ends
// all their sessions.
func (s *Store) SetPassword(ctx context.Context, id, password string) error {
	if err := strong(password); err != nil {
		return err
	}
	hash, err := s.hashPassword(password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		n, err := t.Exec(ctx, "UPDATE auth_user SET password = ? WHERE id = ?", hash, id)
		if err == nil && n == 0 {
			err = ErrNoUser
		}
		if err == nil {
			_, err = t.Exec(ctx, "DELETE FROM auth_session WHERE user_id = ?", id)
		}
		return err
	})
}

// Bootstrap makes the first administrator, without e-mail and password, and returns the token of a one-time
// link. As long as nobody can sign in it returns a new link each time; afterwards it returns "".
func (s *Store) Bootstrap(ctx context.Context) (link string, err error) {
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		list, err := s.users(ctx, t, "1 = 1")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(u User) bool { return u.HasPassword && u.Grants[AllShops] == Admin }) {
			return nil
		}
		at := slices.IndexFunc(list, func(u User) bool { return u.Grants[AllShops] == Admin })
		var id string
		if at >= 0 {
			id = list[at].ID
		} else {
			id = newID()
			if err := s.insertUser(ctx, t, id, nil, "", Admin, []string{AllShops}); err != nil {
				return err
			}
		}
		link, err = s.link(ctx, t, id)
		return err
	})
	if err != nil {
		err = fmt.Errorf("prepare the first administrator: %w", err)
	}
	return link, err
}
