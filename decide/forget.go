package decide

import (
	"context"
	"encoding/json"
	"slices"

	"almanac/sqldb"
)

// Forget takes people out of every decision to write to them, and returns out of how many they were taken.
func (s *Store) Forget(ctx context.Context, shop string, customers []string) (n int, err error) {
	err = s.write(ctx, func(t *sqldb.Tx) error {
		list, err := s.load(ctx, t, "shop = ? AND proposal LIKE ?", shop, `%"message":{%`)
		if err != nil {
			return err
		}
		of := func(id string) bool { return slices.Contains(customers, id) }
		for _, d := range list {
			m := d.Message
			if m == nil || !slices.ContainsFunc(m.Recipients, of) && !slices.ContainsFunc(m.HeldOut, of) {
				continue
			}
			m.Recipients, m.HeldOut = slices.DeleteFunc(m.Recipients, of), slices.DeleteFunc(m.HeldOut, of)
			b, err := json.Marshal(d.Proposal)
			if err != nil {
				return err
			}
			if _, err := t.Exec(ctx, "UPDATE decision SET proposal = ? WHERE shop = ? AND id = ?", string(b), shop, d.ID); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
