package dashboard

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"almanac/predict"
	"almanac/serve/wire"
	"almanac/state/quality"
)

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

func together(n int, lift float64) string {
	if n == 1 {
		return "Bought together in 1 order"
	}
	if lift >= 1.5 {
		return fmt.Sprintf("Bought together in %d orders, %.1f times as often as by chance", n, lift)
	}
	return fmt.Sprintf("Bought together in %d orders", n)
}

// mainMetric is the measure of a question that a card shows, and its name for people.
var mainMetric = map[predict.Question][]string{
	predict.Demand:   {"wape", "mase", "rmsse"},
	predict.Affinity: {"hr@20", "hit rate", "recall"},
	predict.Customer: {"brier", "log loss"},
	predict.Price:    {"log loss"},
}

func wireCard(v predict.Version, champion string) wire.ForecastCard {
	c := v.Card
	card := wire.ForecastCard{Champion: champion, Baseline: c.Baseline, Folds: c.Folds, TrainedAt: c.TrainedAt.UTC(), Cutoff: c.Cutoff, Model: v.Hash}
	name, m, ok := headline(c)
	if ok {
		card.Metric = strings.ToUpper(name)
		card.ChampionScore, card.BaselineScore = &m.Model, &m.Baseline
	}
	card.Why = why(c, name, m, ok)
	return card
}

// headline is the metric that a card leads with: the best known of its question, else the first by name.
func headline(c predict.Card) (string, predict.Metric, bool) {
	for _, want := range mainMetric[c.Question] {
		for _, name := range slices.Sorted(maps.Keys(c.Metrics)) {
			if strings.EqualFold(name, want) {
				return name, c.Metrics[name], true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Metrics)) {
		return name, c.Metrics[name], true
	}
	return "", predict.Metric{}, false
}

func why(c predict.Card, name string, m predict.Metric, measured bool) string {
	var b strings.Builder
	switch {
	case !measured:
		b.WriteString("The past is too short to test on, so “" + c.Baseline + "” answers.")
	case c.Champion == c.Baseline:
		fmt.Fprintf(&b, "Nothing beat “%s” on this shop's own past (%d test periods).", c.Baseline, c.Folds)
	default:
		fmt.Fprintf(&b, "“%s” beat “%s” on this shop's own past: %s %.3g against %.3g (better is %s), over %d test periods.",
			c.Champion, c.Baseline, strings.ToUpper(name), m.Model, m.Baseline, m.Better, c.Folds)
	}
	for _, n := range c.Notes {
		b.WriteString(" " + n)
	}
	return b.String()
}

func wireFinding(f quality.Finding) wire.Finding {
	return wire.Finding{Code: f.Code, Title: f.Title, Severity: string(f.Severity), Count: f.Count, What: f.What, Remedy: f.Remedy, Examples: f.Examples}
}
