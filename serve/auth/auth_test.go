package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"almanac/serve/auth"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// cheap keeps the tests quick; the strength of the hash is not what they are about.
var cheap = auth.Options{Cost: auth.Cost{Time: 1, MemoryKiB: 64, Threads: 1}}

func each(t *testing.T, test func(t *testing.T, s *auth.Store, c *clock)) {
	t.Helper()
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		c := &clock{t: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
		s, err := auth.Open(t.Context(), open(), c.now, cheap)
		if err != nil {
			t.Fatal(err)
		}
		test(t, s, c)
	})
}

// founded is a store with an administrator who can sign in as boss@example.com.
func founded(t *testing.T, s *auth.Store) auth.User {
	t.Helper()
	link, err := s.Bootstrap(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, u, err := s.SignInByLink(t.Context(), link, "10.0.0.9")
	if err != nil {
		t.Fatal(err)
	}
	email, password := "boss@example.com", "correct horse battery"
	u, err = s.UpdateMe(t.Context(), u.ID, auth.Change{Email: &email, Password: &password}, "")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestTheFirstAdministratorComesInByALinkThatWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, _ *clock) {
		ctx := t.Context()
		first, err := s.Bootstrap(ctx)
		if err != nil || first == "" {
			t.Fatalf("link %q, %v", first, err)
		}
		second, err := s.Bootstrap(ctx)
		if err != nil || second == "" || second == first {
			t.Fatalf("as long as nobody can sign in there is a new link; got %q, %v", second, err)
		}
		if _, _, err := s.SignInByLink(ctx, first, "10.0.0.1"); !errors.Is(err, auth.ErrLinkUsed) {
			t.Errorf("a newer link must end the older one: %v", err)
		}
		session, u, err := s.SignInByLink(ctx, second, "10.0.0.1")
		if err != nil || u.Role("any shop") != auth.Admin || u.HasPassword || u.Email != "" {
			t.Fatalf("%+v, %v", u, err)
		}
		if _, _, err := s.SignInByLink(ctx, second, "10.0.0.1"); !errors.Is(err, auth.ErrLinkUsed) {
			t.Errorf("a link worked twice: %v", err)
		}
		if got, err := s.Session(ctx, session); err != nil || got.ID != u.ID {
			t.Errorf("%+v, %v", got, err)
		}
		users, err := s.Users(ctx, auth.AllShops)
		if err != nil || len(users) != 1 {
			t.Errorf("%d users, %v: the same administrator must be found again", len(users), err)
		}
	})
}

func TestOnceSomebodyIsInChargeThereIsNoMoreLink(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, _ *clock) {
		founded(t, s)
		if link, err := s.Bootstrap(t.Context()); link != "" || err != nil {
			t.Errorf("link %q, %v", link, err)
		}
	})
}

func TestALinkEndsAfterADay(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		link, err := s.Bootstrap(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.add(24 * time.Hour)
		if _, _, err := s.SignInByLink(t.Context(), link, "10.0.0.1"); !errors.Is(err, auth.ErrLinkUsed) {
			t.Errorf("%v", err)
		}
	})
}

func TestSigningIn(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		founded(t, s)
		for i, v := range []struct {
			email, password string
			want            error
		}{
			{"boss@example.com", "correct horse battery", nil},
			{" Boss@Example.COM ", "correct horse battery", nil},
			{"boss@example.com", "Correct horse battery", auth.ErrWrongSignIn},
			{"nobody@example.com", "correct horse battery", auth.ErrWrongSignIn},
			{"nobody@example.com", "nobody has this password", auth.ErrWrongSignIn},
			{"not an address", "nobody has this password", auth.ErrWrongSignIn},
			{"", "", auth.ErrWrongSignIn},
		} {
			if _, _, err := s.SignIn(t.Context(), v.email, v.password, fmt.Sprint("10.0.1.", i)); !errors.Is(err, v.want) {
				t.Errorf("%q %q: %v, want %v", v.email, v.password, err, v.want)
			}
			c.add(time.Second)
		}
	})
}

func TestAUserWithoutPasswordCannotSignInWithAnEmptyOne(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, _ *clock) {
		founded(t, s)
		if _, _, err := s.AddUser(t.Context(), "new@example.com", "", auth.Viewer, "default"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.SignIn(t.Context(), "new@example.com", "", "10.0.0.1"); !errors.Is(err, auth.ErrWrongSignIn) {
			t.Errorf("%v", err)
		}
	})
}

func TestGuessingIsSlowedDown(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		founded(t, s)
		try := func(ip, email, password string) error {
			_, _, err := s.SignIn(t.Context(), email, password, ip)
			return err
		}
		for range 5 {
			if err := try("10.0.0.1", "boss@example.com", "wrong wrong wrong"); !errors.Is(err, auth.ErrWrongSignIn) {
				t.Fatal(err)
			}
		}
		if err := try("10.0.0.1", "boss@example.com", "correct horse battery"); !errors.Is(err, auth.ErrTooMany) {
			t.Errorf("the sixth attempt at once: %v", err)
		}
		if err := try("10.0.0.2", "boss@example.com", "correct horse battery"); err != nil {
			t.Errorf("the person is locked out from elsewhere: %v", err)
		}
		c.add(10 * time.Second)
		if err := try("10.0.0.1", "boss@example.com", "correct horse battery"); err != nil {
			t.Errorf("after ten seconds: %v", err)
		}
		var last error
		for i := range 40 {
			last = try("10.0.0.3", fmt.Sprintf("p%d@example.com", i), "wrong wrong wrong")
		}
		if !errors.Is(last, auth.ErrTooMany) {
			t.Errorf("one address may try any number of accounts: %v", last)
		}
	})
}

func TestASessionEndsWhenIdleAndInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		founded(t, s)
		ctx := t.Context()
		begin := func() string {
			session, _, err := s.SignIn(ctx, "boss@example.com", "correct horse battery", "10.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			return session
		}
		idle := begin()
		c.add(72*time.Hour - time.Second)
		if _, err := s.Peek(ctx, idle); err != nil {
			t.Errorf("just before: %v", err)
		}
		c.add(time.Second)
		if _, err := s.Session(ctx, idle); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("an idle session goes on: %v", err)
		}
		busy := begin()
		for range 29 {
			c.add(24 * time.Hour)
			if _, err := s.Session(ctx, busy); err != nil {
				t.Fatalf("a session in use ended: %v", err)
			}
		}
		c.add(24 * time.Hour)
		if _, err := s.Session(ctx, busy); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("a session outlived its end: %v", err)
		}
		out := begin()
		if err := s.SignOut(ctx, out); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Session(ctx, out); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("signing out left the session: %v", err)
		}
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		u := founded(t, s)
		ctx := t.Context()
		here, _, err := s.SignIn(ctx, "boss@example.com", "correct horse battery", "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		there, _, err := s.SignIn(ctx, "boss@example.com", "correct horse battery", "10.0.0.2")
		if err != nil {
			t.Fatal(err)
		}
		next, short, name := "another long password", "short", "Boss"
		for _, v := range []struct {
			c    auth.Change
			want error
		}{
			{auth.Change{Password: &next}, auth.ErrWrongPassword},
			{auth.Change{Password: &next, Current: "wrong"}, auth.ErrWrongPassword},
			{auth.Change{Password: &short, Current: "correct horse battery"}, auth.ErrWeakPassword},
			{auth.Change{Name: &name}, nil},
			{auth.Change{Password: &next, Current: "correct horse battery"}, nil},
		} {
			if _, err := s.UpdateMe(ctx, u.ID, v.c, here); !errors.Is(err, v.want) {
				t.Errorf("%+v: %v, want %v", v.c, err, v.want)
			}
		}
		if _, err := s.Session(ctx, here); err != nil {
			t.Errorf("the session that changed it ended: %v", err)
		}
		if _, err := s.Session(ctx, there); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("another session goes on: %v", err)
		}
		c.add(time.Minute)
		if _, _, err := s.SignIn(ctx, "boss@example.com", "correct horse battery", "10.0.0.4"); !errors.Is(err, auth.ErrWrongSignIn) {
			t.Errorf("the old password works: %v", err)
		}
	})
}

func TestRoles(t *testing.T) {
	all := auth.User{Grants: map[string]auth.Role{auth.AllShops: auth.Viewer, "a": auth.Admin}}
	one := auth.User{Grants: map[string]auth.Role{"a": auth.Operator}}
	chief := auth.User{Grants: map[string]auth.Role{auth.AllShops: auth.Admin}}
	local := auth.User{Grants: map[string]auth.Role{"a": auth.Admin}}
	for _, v := range []struct {
		name string
		got  any
		want any
	}{
		{"everywhere", all.Role("b"), auth.Viewer},
		{"more in one", all.Role("a"), auth.Admin},
		{"one shop", one.Role("a"), auth.Operator},
		{"not another", one.Role("b"), auth.Role("")},
		{"admin covers viewer", auth.Admin.Covers(auth.Viewer), true},
		{"operator is no approver", auth.Operator.Covers(auth.Approver), false},
		{"nothing covers nothing", auth.Role("").Covers(auth.Role("")), false},
		{"unknown needs nobody", auth.Admin.Covers(auth.Role("king")), false},
		{"the chief governs all", chief.CoversUser(all), true},
		{"a local admin governs their own", local.CoversUser(one), true},
		{"and not those of all shops", local.CoversUser(all), false},
		{"nor the chief", local.CoversUser(chief), false},
	} {
		if v.got != v.want {
			t.Errorf("%s: %v, want %v", v.name, v.got, v.want)
		}
	}
}

func TestUsersOfOneShopAreNotSeenInAnother(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, _ *clock) {
		ctx := t.Context()
		boss := founded(t, s)
		a, _, err := s.AddUser(ctx, "a@example.com", "A", auth.Viewer, "a")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.AddUser(ctx, "A@example.com", "A", auth.Viewer, "b"); !errors.Is(err, auth.ErrEmailTaken) {
			t.Errorf("two users with one address: %v", err)
		}
		names := func(shop string) string {
			list, err := s.Users(ctx, shop)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, u := range list {
				out = append(out, u.Email)
			}
			return strings.Join(out, " ")
		}
		if got := names("a"); got != "a@example.com boss@example.com" {
			t.Errorf("in a: %s", got)
		}
		if got := names("b"); got != "boss@example.com" {
			t.Errorf("in b: %s", got)
		}
		if err := s.Grant(ctx, a.ID, "b", auth.Approver); err != nil {
			t.Fatal(err)
		}
		if u, err := s.User(ctx, a.ID); err != nil || u.Role("b") != auth.Approver || u.Role("a") != auth.Viewer {
			t.Errorf("%+v, %v", u, err)
		}
		if err := s.RemoveUser(ctx, boss.ID); !errors.Is(err, auth.ErrLastAdmin) {
			t.Errorf("the last administrator was removed: %v", err)
		}
		if _, err := s.User(ctx, boss.ID); err != nil {
			t.Errorf("the refusal left a mark: %v", err)
		}
		if err := s.RemoveUser(ctx, a.ID); err != nil {
			t.Error(err)
		}
		if _, err := s.UserByEmail(ctx, "a@example.com"); !errors.Is(err, auth.ErrNoUser) {
			t.Errorf("%v", err)
		}
	})
}

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, s *auth.Store, c *clock) {
		ctx := t.Context()
		k, secret, err := s.CreateKey(ctx, "a", "theme", auth.WriteKey)
		if err != nil || !strings.HasPrefix(secret, "alm_w_") || !strings.HasPrefix(secret, k.Prefix) || len(secret) < 40 {
			t.Fatalf("%+v %q %v", k, secret, err)
		}
		if _, _, err := s.CreateKey(ctx, "a", "x", "root"); !errors.Is(err, auth.ErrBadKind) {
			t.Errorf("%v", err)
		}
		c.add(time.Hour)
		got, err := s.Key(ctx, secret)
		if err != nil || got.Shop != "a" || got.Kind != auth.WriteKey || got.ID != k.ID {
			t.Errorf("%+v, %v", got, err)
		}
		for _, wrong := range []string{"", "alm_w_", secret[:len(secret)-1], secret + "x", k.Prefix} {
			if _, err := s.Key(ctx, wrong); !errors.Is(err, auth.ErrNoKey) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if err := s.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := s.Keys(ctx, "a")
		if err != nil || len(list) != 1 || !list[0].Used.Equal(c.now()) {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := s.Keys(ctx, "b"); err != nil || len(list) != 0 {
			t.Errorf("another shop sees %+v, %v", list, err)
		}
		if err := s.DeleteKey(ctx, "b", k.ID); !errors.Is(err, auth.ErrNoKey) {
			t.Errorf("another shop deleted the key: %v", err)
		}
		if err := s.DeleteKey(ctx, "a", k.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Key(ctx, secret); !errors.Is(err, auth.ErrNoKey) {
			t.Errorf("a deleted key works: %v", err)
		}
	})
}

// A key that another process deletes is refused here within half a minute.
func TestADeletedKeyIsRefusedByOtherProcessesSoon(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		c := &clock{t: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
		db := open()
		here, err := auth.Open(t.Context(), db, c.now, cheap)
		if err != nil {
			t.Fatal(err)
		}
		there, err := auth.Open(t.Context(), db, c.now, cheap)
		if err != nil {
			t.Fatal(err)
		}
		k, secret, err := there.CreateKey(t.Context(), "a", "theme", auth.WriteKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := here.Key(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if err := there.DeleteKey(t.Context(), "a", k.ID); err != nil {
			t.Fatal(err)
		}
		c.add(30 * time.Second)
		if _, err := here.Key(t.Context(), secret); !errors.Is(err, auth.ErrNoKey) {
			t.Errorf("%v", err)
		}
	})
}

func TestNothingThatOpensADoorIsStoredAsItIs(t *testing.T) {
	db := sqltest.SQLite(t)
	c := &clock{t: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	s, err := auth.Open(t.Context(), db, c.now, cheap)
	if err != nil {
		t.Fatal(err)
	}
	founded(t, s)
	session, u, err := s.SignIn(t.Context(), "boss@example.com", "correct horse battery", "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Link(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.CreateKey(t.Context(), "a", "k", auth.ServerKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"auth_user", "auth_session", "auth_link", "auth_key"} {
		var columns []string
		err := db.Query(t.Context(), "SELECT name FROM pragma_table_info(?)", []any{table}, func(r sqldb.Row) error {
			var n string
			err := r.Scan(&n)
			columns = append(columns, n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, col := range columns {
			err := db.Query(t.Context(), "SELECT CAST("+col+" AS TEXT) FROM "+table, nil, func(r sqldb.Row) error {
				var v *string
				if err := r.Scan(&v); err != nil {
					return err
				}
				for _, door := range []string{session, link, secret, "correct horse battery"} {
					if v != nil && strings.Contains(*v, door) {
						t.Errorf("%s.%s holds a secret", table, col)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTheCSRFTokenBelongsToTheSession(t *testing.T) {
	if !auth.CheckCSRF("one", auth.CSRF("one")) || auth.CheckCSRF("two", auth.CSRF("one")) || auth.CheckCSRF("one", "") || auth.CSRF("one") == "one" {
		t.Error("the token does not follow from its session alone")
	}
}
