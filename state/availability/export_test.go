package availability

import "context"

// FollowFrom looks at the facts behind an offset, as Run does when state has changed.
func (b *Board) FollowFrom(ctx context.Context, seen int64) (int64, error) {
	return b.follow(ctx, seen)
}
