package serve

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"almanac/history"
)

// sources are the figures of the Data page, for a monitor: what each source of each shop told, and what is odd about it.
type sources struct{ s *Server }

var (
	bySource        = []string{"shop", "source"}
	sourceFacts     = prometheus.NewDesc("almanac_source_facts_total", "Facts recorded.", bySource, nil)
	sourceRepeated  = prometheus.NewDesc("almanac_source_duplicates_total", "Facts that were told again.", bySource, nil)
	sourceConflicts = prometheus.NewDesc("almanac_source_conflicts_total", "Facts that were told again with other content.", bySource, nil)
	sourceReceived  = prometheus.NewDesc("almanac_source_last_received_seconds", "When it told something last, in seconds since 1970.", bySource, nil)
	sourceMinute    = prometheus.NewDesc("almanac_source_facts_per_minute", "Facts recorded a minute, over the last five.", bySource, nil)
	sourceLate      = prometheus.NewDesc("almanac_source_late_facts", "Facts of the last hour that came more than five minutes after they happened.", bySource, nil)
	sourceWaiting   = prometheus.NewDesc("almanac_source_quarantined", "Input in quarantine that waits for a person.", bySource, nil)
	sourceOdd       = prometheus.NewDesc("almanac_source_counted_total", "Events by what the doors did with them: unknown, dropped, nameless, future and so on.", []string{"shop", "source", "what"}, nil)
)

// Describe names the figures.
func (m *sources) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{sourceFacts, sourceRepeated, sourceConflicts, sourceReceived, sourceMinute, sourceLate, sourceWaiting, sourceOdd} {
		c <- d
	}
}

// Collect reads them. A shop that cannot be read is left out and said in the log.
func (m *sources) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	shops, err := m.s.Shops.List(ctx)
	for _, sh := range shops {
		if err == nil {
			err = m.shop(ctx, sh.ID, c)
		}
	}
	if err != nil {
		m.s.Log.Warn("the figures of sources could not be read", "error", err)
	}
}

func (m *sources) shop(ctx context.Context, shop string, c chan<- prometheus.Metric) error {
	stats, err := m.s.History.Sources(ctx, shop)
	if err != nil {
		return err
	}
	sums := map[string]*history.SourceStat{}
	for _, st := range stats {
		sum := sums[st.Source]
		if sum == nil {
			sum = &history.SourceStat{}
			sums[st.Source] = sum
		}
		sum.Facts, sum.Duplicates, sum.Conflicts = sum.Facts+st.Facts, sum.Duplicates+st.Duplicates, sum.Conflicts+st.Conflicts
		if st.LastReceived.After(sum.LastReceived) {
			sum.LastReceived = st.LastReceived
		}
	}
	pulses := m.s.History.Pulses(shop)
	for source, sum := range sums {
		counter := func(d *prometheus.Desc, n int64) {
			c <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), shop, source)
		}
		counter(sourceFacts, sum.Facts)
		counter(sourceRepeated, sum.Duplicates)
		counter(sourceConflicts, sum.Conflicts)
		gauge(c, sourceReceived, float64(sum.LastReceived.UnixMilli())/1000, shop, source)
		gauge(c, sourceMinute, pulses[source].PerMinute, shop, source)
		gauge(c, sourceLate, float64(pulses[source].Late), shop, source)
	}
	waiting, err := m.s.History.QuarantinedBySource(ctx, shop)
	if err != nil {
		return err
	}
	for source, n := range waiting {
		gauge(c, sourceWaiting, float64(n), shop, source)
	}
	return m.odd(ctx, shop, c)
}

func gauge(c chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// odd sums what the doors counted over the names of events.
func (m *sources) odd(ctx context.Context, shop string, c chan<- prometheus.Metric) error {
	counts, err := m.s.Doors.Counts(ctx, shop)
	if err != nil {
		return err
	}
	sums := map[[2]string]int64{}
	for _, n := range counts {
		sums[[2]string{n.Source, n.What}] += n.N
	}
	for k, n := range sums {
		c <- prometheus.MustNewConstMetric(sourceOdd, prometheus.CounterValue, float64(n), shop, k[0], k[1])
	}
	return nil
}
