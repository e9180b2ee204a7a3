package ingest

import (
	"slices"
	"strings"

	"almanac/fact"
)

// products turns the rows of one product and its variants into facts. On failure it tells the row at fault.
func (c *converter) products(rows []held, out []outcome) (at int, err error) {
	carried := c.carried(rows)
	var sold []int
	for i, r := range rows {
		c.row = r.fields
		clear(c.laid.set)
		switch reason := c.skipped(); {
		case reason != "":
			out[i].err = &filtered{reason}
		case c.isParent():
		case c.id("sku") == "" && c.get("price") == "" && c.get("option_1") == "" && len(rows) > 1:
			out[i].err = &filtered{"picture"}
		default:
			sold = append(sold, i)
		}
	}
	for i := range rows {
		c.row = rows[i].fields
		clear(c.laid.set)
		parent := out[i].err == nil && !slices.Contains(sold, i)
		if parent && (len(sold) > 0 || c.laid.Items.Apart) {
			out[i].err = &filtered{"parent"}
		}
		if out[i].err != nil {
			continue
		}
		if c.laid.Items.Begins != "" {
			c.laid.set["group"] = carried["group"]
		}
		if t := c.get("title"); strings.HasPrefix(t, "[") { // BigCommerce's older form names a variant by its options
			c.laid.set["options"], c.laid.set["title"] = t, ""
		}
		for f, v := range carried {
			if c.get(f) == "" {
				c.laid.set[f] = v
			}
		}
		if out[i].facts, err = c.variant(); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// carried is what one row tells for all.
func (c *converter) carried(rows []held) map[string]string {
	out := map[string]string{}
	clear(c.laid.set)
	for _, f := range append([]string{"group"}, c.laid.Items.Carry...) {
		for _, r := range rows {
			c.row = r.fields
			if v := c.get(f); v != "" {
				out[f] = v
				break
			}
		}
	}
	return out
}

func (c *converter) isParent() bool {
	t := c.get("type")
	return slices.ContainsFunc(c.laid.Items.Parents, func(p string) bool {
		for part := range strings.SplitSeq(t, ",") {
			if strings.EqualFold(strings.TrimSpace(part), p) {
				return true
			}
		}
		return false
	})
}

// variant describes one thing that is sold, with its price, cost and stock.
func (c *converter) variant() ([]fact.Fact, error) {
	if c.id("sku") == "" {
		c.laid.set["sku"] = c.variantName(c.get("title"))
	}
	sku, at, err := c.skuAt("valid_from")
	if err != nil {
		return nil, err
	}
	p := &fact.Product{SKU: sku, Group: c.parentOf(), Title: c.get("title"), Brand: c.get("brand"), Barcode: c.id("barcode"), URL: c.get("url"), Image: c.firstImage()}
	p.Hidden = slices.ContainsFunc(c.laid.Items.Hidden, func(s string) bool { return strings.EqualFold(s, c.get("status")) })
	category := c.get("category")
	if category == "" {
		category = c.get("category_2")
	}
	p.Category = categories(category, c.laid.Items.Several)
	for _, f := range [...]string{"option_1", "option_2", "option_3"} {
		if v := c.get(f); v != "" && v != "Default Title" {
			if p.Attributes == nil {
				p.Attributes = map[string]string{}
			}
			name := strings.ToLower(c.get(f + "_name"))
			if name == "" || name == "title" {
				name = f
			}
			p.Attributes[name] = v
		}
	}
	for name, value := range packedOptions(c.get("options")) {
		if p.Attributes == nil {
			p.Attributes = map[string]string{}
		}
		p.Attributes[name] = value
	}
	dated := c.dated("valid_from")
	facts := []fact.Fact{c.fact(contentID(sku, at, dated, *p), at, p)}
	more, err := c.priced(sku)
	if err != nil {
		return nil, err
	}
	for _, body := range more {
		facts = append(facts, c.fact(contentID(sku, at, dated, said(body)...), at, body))
	}
	if c.get("available") == "" && c.get("on_hand") == "" || c.m.AsOf == "" { // without a day the count would be of no use
		return facts, nil
	}
	stock, err := c.stock()
	return append(facts, stock...), err
}

// packedOptions reads the options of a variant as BigCommerce writes them: “Type=Rectangle|Name=Size|Value=S”, several with
// a semicolon between them, or in its older form “[S]Size=S,[RT]Colour=Red”.
func packedOptions(s string) map[string]string {
	out := map[string]string{}
	if strings.HasPrefix(s, "[") {
		for part := range strings.SplitSeq(s, ",[") {
			_, part, _ = strings.Cut(part, "]")
			if name, value, ok := strings.Cut(part, "="); ok {
				out[strings.ToLower(name)] = value
			}
		}
		return out
	}
	name := ""
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '|' || r == ';' }) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(part), "="); strings.ToLower(key) {
		case "name":
			name = strings.ToLower(value)
		case "value":
			if name != "" {
				out[name] = value
			}
		}
	}
	return out
}

// said is what an amount says beside its product, for its id.
func said(b fact.Body) []any {
	switch b := b.(type) {
	case *fact.Price:
		return []any{b.Currency, b.Amount, b.ListPrice}
	case *fact.Cost:
		return []any{b.Currency, b.Amount}
	}
	return nil
}

// priced reads price and cost.
func (c *converter) priced(sku string) (out []fact.Body, err error) {
	amounts := map[string]int64{}
	cur := ""
	for _, f := range [...]string{"price", "sale_price", "list_price", "cost"} {
		if c.get(f) == "" {
			continue
		}
		if cur == "" {
			if cur, err = c.rowCurrency(); err != nil {
				return nil, err
			}
		}
		v, err := c.money(f, cur)
		if err != nil {
			return nil, err
		}
		amounts[f] = v
	}
	price, list := amounts["price"], amounts["list_price"]
	if sale := amounts["sale_price"]; sale > 0 && sale < price {
		price, list = sale, price
	}
	if list <= price {
		list = 0
	}
	if c.get("price") != "" {
		out = append(out, &fact.Price{SKU: sku, Currency: cur, Amount: price, ListPrice: list})
	}
	if c.get("cost") != "" {
		out = append(out, &fact.Cost{SKU: sku, Currency: cur, Amount: amounts["cost"]})
	}
	return out, nil
}

// parentOf is the style: the group of the rows, or what the row names as its parent.
func (c *converter) parentOf() string {
	if p := c.id("parent"); p != "" {
		return p
	}
	if len(c.laid.Field("parent").Columns) > 0 {
		return ""
	}
	return c.id("group")
}

func (c *converter) firstImage() string {
	s, _, _ := strings.Cut(c.get("image"), ",")
	return strings.TrimSpace(s)
}

// categories takes the deepest of several categories apart, from broad to narrow.
func categories(s, several string) (out []string) {
	levels := func(s string) []string {
		var out []string
		for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '>' || r == '/' || r == '|' }) {
			out = append(out, strings.TrimSpace(part))
		}
		return out
	}
	if several == "" {
		return levels(s)
	}
	for one := range strings.SplitSeq(s, several) {
		if l := levels(one); len(l) > len(out) {
			out = l
		}
	}
	return out
}
