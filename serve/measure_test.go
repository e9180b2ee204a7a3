package serve

import "testing"

func TestAmountsInSentences(t *testing.T) {
	for _, v := range []struct {
		minor    int64
		currency string
		want     string
	}{
		{28626957, "GBP", "286,270 GBP"}, {99999, "GBP", "999.99 GBP"}, {100000, "GBP", "1,000 GBP"}, {5, "GBP", "0.05 GBP"},
		{-12345678, "EUR", "−123,457 EUR"}, {1234567, "JPY", "1,234,567 JPY"}, {12, "JPY", "12 JPY"}, {0, "", "0.00"}, {99999950, "GBP", "1,000,000 GBP"},
	} {
		if got := amount(v.minor, v.currency); got != v.want {
			t.Errorf("%d %s is %q, want %q", v.minor, v.currency, got, v.want)
		}
	}
}
