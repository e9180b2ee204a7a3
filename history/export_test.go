package history

// Crash lets a test stop the process at a named point.
func (s *Store) Crash(f func(point string)) { s.crash = f }

// DecodeSegment reads a segment's rows.
func DecodeSegment(b []byte) ([]row, error) { return decodeSegment(b) }

// Split and Join take a body apart and put it together again.
func Split(body []byte) (r *row) {
	r = &row{}
	r.Rest = split(body, r)
	return r
}

// Join is the inverse of Split.
func Join(r *row) []byte { return join(r) }
