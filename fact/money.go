package fact

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Money is an exact amount: minor units of an ISO 4217 currency (cents for EUR,
// whole yen for JPY, thousandths for KWD). It never passes through a float.
type Money struct {
	Minor    int64
	Currency string // ISO 4217 alphabetic code, upper case
}

// exponents lists the currencies whose minor unit is not 1/100 (ISO 4217, list one).
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Exponent is the number of decimal places of a currency's minor unit.
func Exponent(currency string) int {
	if e, ok := exponents[currency]; ok {
		return e
	}
	return 2
}

// ValidCurrency reports whether s has the form of an ISO 4217 alphabetic code.
func ValidCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range 3 {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// ParseMoney reads a plain decimal ("12.34", "-5", "1e3" is refused) as an amount of a
// currency. Digits beyond the currency's exponent are rounded half to even.
func ParseMoney(s, currency string) (Money, error) {
	if !ValidCurrency(currency) {
		return Money{}, fmt.Errorf("currency %q is not a three-letter ISO 4217 code", currency)
	}
	d, err := ParseDecimal(s)
	if err != nil {
		return Money{}, err
	}
	minor, err := d.Minor(currency)
	return Money{minor, currency}, err
}

// String writes the amount with its own number of decimals and the currency: "12.34 EUR".
func (m Money) String() string { return m.Amount() + " " + m.Currency }

// Amount writes the amount alone: "12.34", "-0.50", "1200" (JPY).
func (m Money) Amount() string { return Decimal{m.Minor, Exponent(m.Currency)}.String() }

type moneyJSON struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// MarshalJSON writes {"amount":"12.34","currency":"EUR"}.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{m.Amount(), m.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Money) UnmarshalJSON(b []byte) error {
	var v moneyJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	p, err := ParseMoney(v.Amount, v.Currency)
	*m = p
	return err
}

// Decimal is coef × 10^-scale, exact. The zero value is 0.
type Decimal struct {
	Coef  int64
	Scale int
}

// ParseDecimal reads an optional sign, digits, and an optional point with digits. Grouping
// and decimal commas are the caller's business, because only a whole file can tell them apart.
func ParseDecimal(s string) (Decimal, error) {
	t := strings.TrimSpace(s)
	neg := strings.HasPrefix(t, "-")
	if neg || strings.HasPrefix(t, "+") {
		t = t[1:]
	}
	whole, frac, _ := strings.Cut(t, ".")
	if whole == "" && frac == "" {
		return Decimal{}, fmt.Errorf("%q is not a number", s)
	}
	frac = strings.TrimRight(frac, "0")
	var coef int64
	for _, c := range []byte(whole + frac) {
		if c < '0' || c > '9' {
			return Decimal{}, fmt.Errorf("%q is not a number", s)
		}
		if coef > (math.MaxInt64-int64(c-'0'))/10 {
			return Decimal{}, fmt.Errorf("%q is too large or has too many digits", s)
		}
		coef = coef*10 + int64(c-'0')
	}
	if neg {
		coef = -coef
	}
	return Decimal{coef, len(frac)}, nil
}

// Mul multiplies by a whole number, e.g. a unit price by a quantity.
func (d Decimal) Mul(n int64) (Decimal, error) {
	p := d.Coef * n
	if d.Coef != 0 && (p/d.Coef != n || p == math.MinInt64) {
		return Decimal{}, fmt.Errorf("%s × %d is out of range", d, n)
	}
	return Decimal{p, d.Scale}, nil
}

// Minor rounds half to even to the minor units of a currency.
func (d Decimal) Minor(currency string) (int64, error) {
	e := Exponent(currency)
	c := d.Coef
	for s := d.Scale; s < e; s++ {
		if c > math.MaxInt64/10 || c < math.MinInt64/10 {
			return 0, fmt.Errorf("%s %s is out of range", d, currency)
		}
		c *= 10
	}
	if d.Scale <= e {
		return c, nil
	}
	u, sign := uint64(c), int64(1) // 10^19 fits unsigned only
	if c < 0 {
		u, sign = -u, -1
	}
	if d.Scale-e > 19 {
		return 0, nil // fewer significant digits than places to drop
	}
	div := uint64(1)
	for s := d.Scale; s > e; s-- {
		div *= 10
	}
	q, r := u/div, u%div
	if half := div / 2; r > half || (r == half && q%2 != 0) {
		q++
	}
	return sign * int64(q), nil
}

// Int is the value as a whole number, and whether it is one.
func (d Decimal) Int() (int64, bool) {
	c := d.Coef
	for range d.Scale {
		if c%10 != 0 {
			return 0, false
		}
		c /= 10
	}
	return c, true
}

// String writes the number with exactly Scale decimals.
func (d Decimal) String() string {
	neg := d.Coef < 0
	u := uint64(d.Coef)
	if neg {
		u = -u
	}
	digits := fmt.Sprintf("%0*d", d.Scale+1, u)
	s := digits[:len(digits)-d.Scale]
	if d.Scale > 0 {
		s += "." + digits[len(digits)-d.Scale:]
	}
	if neg {
		s = "-" + s
	}
	return s
}
