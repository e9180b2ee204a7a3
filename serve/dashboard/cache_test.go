package dashboard

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestManyWhoAskAtOnceCauseOnePreparation(t *testing.T) {
	c := NewCache[int](4)
	var mu sync.Mutex
	prepared := 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			v, err := c.Get("k", func() (int, error) {
				mu.Lock()
				defer mu.Unlock()
				prepared++
				return 7, nil
			})
			if v != 7 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		})
	}
	wg.Wait()
	if prepared != 1 {
		t.Errorf("prepared %d times", prepared)
	}
}

func TestAFailureIsNotKept(t *testing.T) {
	c := NewCache[int](4)
	bad := errors.New("bad")
	if _, err := c.Get("k", func() (int, error) { return 0, bad }); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	if v, err := c.Get("k", func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

func TestAPreparationThatPanicsLeavesNoEmptyAnswer(t *testing.T) {
	c := NewCache[int](4)
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Get("k", func() (int, error) { panic("cannot happen") })
	}()
	if v, err := c.Get("k", func() (int, error) { return 7, nil }); err == nil && v != 7 {
		t.Errorf("%d, %v", v, err)
	}
	if v, err := c.Get("k", func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("afterwards %d, %v", v, err)
	}
}

func TestWhoWaitedForSomebodyWhoLeftPreparesItThemselves(t *testing.T) {
	c := NewCache[int](4)
	started, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = c.Get("k", func() (int, error) {
			close(started)
			<-leave
			return 0, context.Canceled
		})
	})
	<-started
	wg.Go(func() {
		if v, err := c.Get("k", func() (int, error) { return 7, nil }); v != 7 || err != nil {
			t.Errorf("%d, %v", v, err)
		}
	})
	close(leave)
	wg.Wait()
}

func TestTheOldestIsForgottenFirst(t *testing.T) {
	c := NewCache[int](2)
	for i, k := range []string{"a", "b", "c"} {
		if _, err := c.Get(k, func() (int, error) { return i, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for k, want := range map[string]int{"c": 2, "b": 1, "a": 9} {
		v, err := c.Get(k, func() (int, error) { return 9, nil })
		if err != nil || v != want && k != "b" {
			t.Errorf("%s is %d, %v", k, v, err)
		}
	}
}
