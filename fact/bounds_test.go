package fact_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"almanac/fact"
)

// What a stranger may send to a public door must not stop the adding up of what others sent.
func TestAbsurdFactsAreRefused(t *testing.T) {
	who := fact.Actor{Visitor: "v1"}
	line := func(change func(*fact.OrderLine)) fact.Body {
		l := &fact.OrderLine{Order: "1", Line: "1", SKU: "mug", Units: 1, Currency: "EUR", Gross: 1290}
		change(l)
		return l
	}
	for what, c := range map[string]struct {
		kind fact.Kind
		id   string
		body fact.Body
		says string
	}{
		"units that overflow a sum":    {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Units = math.MaxInt64 }), "units is beyond"},
		"an amount that overflows one": {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Gross = math.MaxInt64 }), "gross is beyond"},
		"a discount above the gross":   {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Discount = 1291 }), "discount is more"},
		"an unknown type of item":      {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Item = "gadget" }), "item has the unknown value"},
		"a key too long for an index":  {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Customer = strings.Repeat("x", 600) }), "cust is longer"},
		"a title too long for one":     {fact.OrderPlaced, "1", line(func(l *fact.OrderLine) { l.Title = strings.Repeat("x", 3000) }), "title is longer"},
		"a visitor too long for one":   {fact.Searched, "1", &fact.Search{Actor: fact.Actor{Visitor: strings.Repeat("x", 600)}, Query: "mug"}, "visitor is longer"},
		"an id with the character NUL": {fact.Searched, "a\x00b", &fact.Search{Actor: who, Query: "mug"}, "id holds bytes that are not text"},
		"an id that is not UTF-8":      {fact.Searched, "a\xff", &fact.Search{Actor: who, Query: "mug"}, "id holds bytes that are not text"},
		"a value that is not a number": {fact.SignalObserved, "1", &fact.Signal{Name: "rain", Value: math.NaN()}, "value is not a number"},
		"properties that are not JSON": {fact.EventTracked, "1", &fact.Event{Actor: who, Name: "x", Properties: []byte("{")}, "properties is not JSON"},
		"the body of another kind":     {fact.OrderPlaced, "1", &fact.Search{Actor: who, Query: "mug"}, "body is that of searched"},
		"a count beyond all shelves":   {fact.StockCounted, "1", &fact.StockCount{SKU: "mug", Quantity: fact.OnHand, Units: math.MinInt64}, "units is beyond"},
		"a movement beyond all shelf":  {fact.StockMoved, "1", &fact.StockMove{SKU: "mug", Units: -fact.MaxUnits - 1}, "units is beyond"},
	} {
		f := fact.Fact{Shop: "a", Source: "segment:web", ID: c.id, Kind: c.kind, OccurredAt: noon, Body: c.body}
		if err := f.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", what, err, c.says)
		}
	}
}

func TestLimitsThemselvesAreAllowed(t *testing.T) {
	f := fact.Fact{Shop: "a", Source: "file:a", ID: strings.Repeat("i", fact.MaxIDLength), Kind: fact.OrderPlaced, OccurredAt: noon,
		Body: &fact.OrderLine{Order: "1", Line: "1", SKU: "mug", Units: fact.MaxUnits, Currency: "EUR", Gross: fact.MaxAmount, Discount: fact.MaxAmount}}
	if err := f.Validate(); err != nil {
		t.Error(err)
	}
}

// Rounding to minor units agrees with exact rational arithmetic, half to even, or says that the amount is
// out of range.
func TestAmountsAreRoundedHalfToEven(t *testing.T) {
	ten := big.NewInt(10)
	pow := func(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]string{"JPY", "EUR", "KWD", "CLF"}).Draw(t, "currency")
		d := fact.Decimal{Coef: rapid.Int64().Draw(t, "coef"), Scale: rapid.IntRange(0, 25).Draw(t, "scale")}
		if rapid.Bool().Draw(t, "tie") { // exact halves are too rare otherwise
			d = fact.Decimal{Coef: 10*rapid.Int64Range(-1<<50, 1<<50).Draw(t, "half") + 5, Scale: fact.Exponent(currency) + 1}
		}
		num := new(big.Int).Mul(big.NewInt(d.Coef), pow(fact.Exponent(currency)))
		den := pow(d.Scale)
		// Twice the remainder against the divisor tells which neighbour is nearer.
		q, r := new(big.Int).QuoRem(num, den, new(big.Int))
		switch c := new(big.Int).Abs(new(big.Int).Lsh(r, 1)).Cmp(den); {
		case c > 0, c == 0 && q.Bit(0) == 1:
			q.Add(q, big.NewInt(int64(num.Sign())))
		}
		got, err := d.Minor(currency)
		if !q.IsInt64() {
			if err == nil {
				t.Fatalf("%s %s became %d, which does not fit", d, currency, got)
			}
			return
		}
		if err != nil || got != q.Int64() {
			t.Fatalf("%s %s: got %d %v, want %s", d, currency, got, err, q)
		}
	})
}

func TestPreferenceAmongSources(t *testing.T) {
	order := []string{"shopify:main", "file:orders", "till:berlin", "segment:web"}
	for i := 1; i < len(order); i++ {
		if fact.Precedence(order[i-1]) >= fact.Precedence(order[i]) {
			t.Errorf("%s is not believed before %s", order[i-1], order[i])
		}
	}
	if !fact.Synthetic("file:synthetic-stock") || fact.Synthetic("file:stock") {
		t.Error("made-up data is not told from real data")
	}
}
