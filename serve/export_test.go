package serve

import "context"

// WriteShown writes the lists that were shown so far.
func (s *Server) WriteShown(ctx context.Context) { s.shown.write(ctx) }
