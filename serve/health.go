package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"almanac/blob"
	"almanac/history"
)

const (
	mostBehind = 1_000_000 // more than this many facts unseen, and answers are too old to send visitors to
)

// health is the answer of /readyz.
type health struct {
	Ready    bool   `json:"ready"`
	Database string `json:"database"`
	State    string `json:"state"`
	Behind   int64  `json:"behind"`
	Disk     string `json:"disk"`
	Free     int64  `json:"disk_free_bytes"`
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // a prober that left cannot be told
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	h := health{Ready: true, Database: "ok", State: "ok", Disk: "ok"}
	var one int
	if err := s.Main.QueryRow(ctx, "SELECT 1", nil, &one); err != nil {
		h.Ready, h.Database = false, "does not answer"
		s.Log.WarnContext(ctx, "the main store does not answer", "error", err)
	}
	behind, err := s.Projector.Behind(ctx)
	switch {
	case err != nil:
		h.Ready, h.State = false, "does not answer"
		s.Log.WarnContext(ctx, "the state store does not answer", "error", err)
	case behind > mostBehind:
		h.Ready, h.State = false, "catching up"
	}
	h.Behind = behind
	if free, err := blob.Free(s.DataDir); err == nil {
		h.Free = free
	}
	switch err := s.History.Room(); {
	case errors.Is(err, history.ErrFull):
		h.Ready, h.Disk = false, "full"
	case err != nil:
		h.Ready, h.Disk = false, "failed"
		s.Log.ErrorContext(ctx, "the record takes nothing in until it is started again", "error", err)
	}
	select {
	case <-s.closing:
		h.Ready = false
	default:
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !h.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(h) // a prober that left cannot be told
}
