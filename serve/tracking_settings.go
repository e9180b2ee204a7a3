package serve

import (
	"encoding/json"
	"net/http"
	"strings"

	"almanac/serve/auth"
	"almanac/serve/problem"
)

// settings declares what browser clients ask before they send: Segment's analytics-next its project's
// settings, from where it would otherwise load from a CDN, and RudderStack's SDKs their source's.
func (s *Server) settings() {
	s.mux.HandleFunc("GET /v1/projects/{key}/settings", func(w http.ResponseWriter, r *http.Request) {
		s.setting(w, r, r.PathValue("key"), s.segmentSettings)
	})
	for _, path := range []string{"/sourceConfig", "/sourceConfig/"} {
		s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			s.setting(w, r, keyOf(r), s.rudderSettings)
		})
		s.mux.HandleFunc("OPTIONS "+path, s.preflight)
	}
}

func (s *Server) setting(w http.ResponseWriter, r *http.Request, secret string, answer func(*http.Request, string, auth.Key) any) {
	s.cors(w, r)
	k, err := s.writer(r, secret)
	if err == nil {
		err = allowedFrom(w, r, k)
	}
	var b []byte
	if err == nil {
		b, err = json.Marshal(answer(r, secret, k))
	}
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = w.Write(b) // a browser that left will ask again
}

// address is how the browser reached this server, for clients to send there too.
func (s *Server) address(r *http.Request) (protocol, host string) {
	if s.secure(r) {
		return "https", r.Host
	}
	return "http", r.Host
}

// segmentSettings has one destination, this server, and nothing to load from elsewhere.
func (s *Server) segmentSettings(r *http.Request, secret string, _ auth.Key) any {
	protocol, host := s.address(r)
	return map[string]any{
		"integrations": map[string]any{
			"Segment.io": map[string]any{"apiKey": secret, "apiHost": host + "/v1", "protocol": protocol, "addBundledMetadata": false,
				"unbundledIntegrations": []string{}, "maybeBundledConfigIds": map[string]any{}, "versionSettings": map[string]any{"version": "4.4.7", "componentTypes": []string{"browser"}}},
		},
		"plan":                      map[string]any{"track": map[string]any{"__default": map[string]any{"enabled": true, "integrations": map[string]any{}}}, "identify": map[string]any{"__default": map[string]any{"enabled": true}}, "group": map[string]any{"__default": map[string]any{"enabled": true}}},
		"edgeFunction":              map[string]any{},
		"analyticsNextEnabled":      true,
		"middlewareSettings":        map[string]any{},
		"enabledMiddleware":         map[string]any{},
		"metrics":                   map[string]any{"sampleRate": 0},
		"legacyVideoPluginsEnabled": false,
		"remotePlugins":             []any{},
	}
}

// rudderSettings is a source without destinations: events go to the data plane only, and that is here.
func (s *Server) rudderSettings(r *http.Request, secret string, k auth.Key) any {
	protocol, host := s.address(r)
	return map[string]any{
		"source": map[string]any{
			"id": k.ID, "name": k.Name, "writeKey": secret, "enabled": true, "workspaceId": k.Shop, "destinations": []any{},
			"config":     map[string]any{"statsCollection": map[string]any{"errors": map[string]any{"enabled": false}, "metrics": map[string]any{"enabled": false}}},
			"dataplanes": map[string]any{"US": []any{map[string]any{"url": protocol + "://" + strings.TrimSuffix(host, "/"), "default": true}}},
		},
		"updatedAt": s.Now().UTC(),
	}
}
