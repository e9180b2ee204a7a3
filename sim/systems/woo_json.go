package systems

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"almanac/fact"
)

// amount is money as the platform writes it: a decimal string.
func amount(minor int64, currency string) string {
	return fact.Money{Minor: minor, Currency: currency}.Amount()
}

// stamp writes a time as the platform does, without a zone; null where there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format("2006-01-02T15:04:05")
}

// dates adds the four that every object has.
func dates(m map[string]any, created, changed time.Time) map[string]any {
	m["date_created"], m["date_created_gmt"], m["date_modified"], m["date_modified_gmt"] = stamp(created), stamp(created), stamp(changed), stamp(changed)
	return m
}

// links of an object; up is what it belongs to.
func (w *Woo) links(m map[string]any, up, collection string, id int64) map[string]any {
	href := func(path string) []map[string]string { return []map[string]string{{"href": w.o.Site + wooRoot + path}} }
	l := map[string]any{"self": href(up + collection + "/" + strconv.FormatInt(id, 10)), "collection": href(up + collection)}
	if up != "" {
		l["up"] = href(strings.TrimSuffix(up, "/"))
	}
	m["_links"] = l
	return m
}

func (o *wooOrder) status() string {
	var paid, back int64
	for _, l := range o.lines {
		paid += l.Gross - l.Discount + l.Shipping
	}
	for _, r := range o.refunds {
		back += r.amount
	}
	switch {
	case back >= paid && back > 0:
		return "refunded"
	case !o.done.IsZero():
		return "completed"
	}
	return "processing"
}

// address of a customer; without an e-mail it is one of shipping.
func address(c *wooCustomer, billing bool) map[string]any {
	if c == nil {
		c = &wooCustomer{}
	}
	first, last, _ := strings.Cut(c.Name, " ")
	m := map[string]any{"first_name": first, "last_name": last, "company": "", "address_1": "", "address_2": "", "city": c.City, "state": "", "postcode": c.Postcode, "country": c.Country}
	if billing {
		m["email"], m["phone"] = c.Email, c.Phone
	}
	return m
}

// orderJSON tells lines without tax, as the platform does whatever prices include.
func (w *Woo) orderJSON(o *wooOrder) map[string]any {
	c := w.byName[o.lines[0].Customer]
	cur := o.lines[0].Currency
	var tax, discount, discountTax, shipping, total int64
	lines := make([]map[string]any, 0, len(o.lines))
	for i, l := range o.lines {
		before := int64(math.Round(float64(l.Gross) * w.o.Tax / (1 + w.o.Tax))) // tax without the discount
		net := l.Gross - l.Discount - l.Tax
		tax, shipping, total = tax+l.Tax, shipping+l.Shipping, total+l.Gross-l.Discount+l.Shipping
		discount, discountTax = discount+l.Gross-before-net, discountTax+before-l.Tax
		lines = append(lines, w.lineJSON(o.id*1000+int64(i)+1, l, before, net))
	}
	refunds := []map[string]any{}
	for _, r := range o.refunds {
		refunds = append(refunds, map[string]any{"id": r.id, "reason": r.reason, "total": "-" + amount(r.amount, cur)})
	}
	label := fmt.Sprintf("VAT %.4g %%", 100*w.o.Tax)
	m := dates(map[string]any{"id": o.id, "parent_id": 0, "number": strconv.FormatInt(o.id, 10), "order_key": fmt.Sprintf("wc_order_%011x", o.id), "created_via": "checkout", "version": "9.4.0",
		"status": o.status(), "currency": cur, "discount_total": amount(discount, cur), "discount_tax": amount(discountTax, cur), "shipping_total": amount(shipping, cur), "shipping_tax": amount(0, cur),
		"cart_tax": amount(tax, cur), "total": amount(total, cur), "total_tax": amount(tax, cur), "prices_include_tax": true, "customer_id": w.customerID(o), "customer_ip_address": "",
		"customer_user_agent": "", "customer_note": "", "billing": address(c, true), "shipping": address(c, false), "payment_method": "pay", "payment_method_title": "Card", "transaction_id": "",
		"date_paid": stamp(o.at), "date_paid_gmt": stamp(o.at), "date_completed": stamp(o.done), "date_completed_gmt": stamp(o.done), "cart_hash": "", "meta_data": []any{}, "line_items": lines,
		"tax_lines":      []any{map[string]any{"id": o.id*1000 + 998, "rate_code": label, "rate_id": 1, "label": label, "compound": false, "tax_total": amount(tax, cur), "shipping_tax_total": amount(0, cur), "meta_data": []any{}}},
		"shipping_lines": []any{map[string]any{"id": o.id*1000 + 999, "method_title": "Flat rate", "method_id": "flat_rate", "total": amount(shipping, cur), "total_tax": amount(0, cur), "taxes": []any{}, "meta_data": []any{}}},
		"fee_lines":      []any{}, "coupon_lines": []any{}, "refunds": refunds}, o.at, o.changed)
	return w.links(m, "", "orders", o.id)
}

func (w *Woo) lineJSON(id int64, l *fact.OrderLine, before, net int64) map[string]any {
	var product, variation int64
	if p := w.bySKU[l.SKU]; p != nil {
		product, variation = p.parent.id, p.id
	}
	cur := l.Currency
	price := float64(net) / float64(l.Units) / math.Pow10(fact.Exponent(cur))
	return map[string]any{"id": id, "name": l.Title, "product_id": product, "variation_id": variation, "quantity": l.Units, "tax_class": "", "subtotal": amount(l.Gross-before, cur),
		"subtotal_tax": amount(before, cur), "total": amount(net, cur), "total_tax": amount(l.Tax, cur), "taxes": []any{map[string]any{"id": 1, "total": amount(l.Tax, cur), "subtotal": amount(before, cur)}},
		"meta_data": []any{}, "sku": l.SKU, "price": price}
}

func (w *Woo) refundRows(o *wooOrder) (rows []row) {
	for _, r := range o.refunds {
		rows = append(rows, row{r.id, "", r.at, r.at, func(string, string) bool { return true }, func() map[string]any {
			m := map[string]any{"id": r.id, "date_created": stamp(r.at), "date_created_gmt": stamp(r.at), "amount": amount(r.amount, o.lines[0].Currency), "reason": r.reason, "refunded_by": 1,
				"refunded_payment": true, "meta_data": []any{}, "line_items": []any{}}
			return w.links(m, fmt.Sprintf("orders/%d/", o.id), "refunds", r.id)
		}})
	}
	return rows
}

// offered is what products and variations have in common.
func (w *Woo) offered(p *wooProduct) map[string]any {
	m := dates(map[string]any{"id": p.id, "description": "", "permalink": fmt.Sprintf("%s/product/%s/", w.o.Site, slug(p.body.Group)), "sku": "", "price": "", "regular_price": "", "sale_price": "",
		"date_on_sale_from": nil, "date_on_sale_from_gmt": nil, "date_on_sale_to": nil, "date_on_sale_to_gmt": nil, "on_sale": false, "status": "publish", "purchasable": !p.body.Hidden, "virtual": false,
		"downloadable": false, "downloads": []any{}, "download_limit": -1, "download_expiry": -1, "tax_status": "taxable", "tax_class": "", "manage_stock": false, "stock_quantity": nil,
		"stock_status": "instock", "backorders": "no", "backorders_allowed": false, "backordered": false, "weight": "", "dimensions": map[string]string{"length": "", "width": "", "height": ""},
		"shipping_class": "", "shipping_class_id": 0, "menu_order": 0, "meta_data": []any{}}, p.at, p.changed)
	if p.body.Hidden {
		m["status"] = "private"
	}
	if p.parent == nil {
		return m
	}
	m["sku"] = p.body.SKU
	if p.price > 0 {
		m["price"], m["regular_price"] = amount(p.price, p.currency), amount(p.list, p.currency)
		if p.price < p.list {
			m["sale_price"], m["on_sale"] = amount(p.price, p.currency), true
		}
	}
	if p.counted {
		n := p.onHand()
		m["manage_stock"], m["stock_quantity"] = true, n
		if n <= 0 {
			m["stock_status"] = "outofstock"
		}
	}
	return m
}

func slug(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "-")) }

func (w *Woo) productJSON(p *wooProduct) map[string]any {
	m := w.offered(p)
	categories := []any{}
	for _, c := range p.body.Category {
		categories = append(categories, map[string]any{"id": 1 + len(c)*97%1000, "name": c, "slug": slug(c)})
	}
	ids, sold, kind, parent := []int64{}, p.sold, "variation", int64(0)
	if p.isVariable {
		kind = "variable"
	} else {
		parent = p.parent.id
	}
	for _, v := range p.variations {
		ids = append(ids, v.id)
		sold += v.sold
	}
	for k, v := range map[string]any{"name": p.body.Title, "slug": slug(p.body.Group), "type": kind, "featured": false, "catalog_visibility": "visible", "short_description": "", "price_html": "",
		"total_sales": sold, "external_url": "", "button_text": "", "sold_individually": false, "shipping_required": true, "shipping_taxable": true, "reviews_allowed": true, "average_rating": "0.00",
		"rating_count": 0, "related_ids": []any{}, "upsell_ids": []any{}, "cross_sell_ids": []any{}, "parent_id": parent, "purchase_note": "", "categories": categories, "tags": []any{}, "images": []any{},
		"attributes": attributes(p, "options"), "default_attributes": []any{}, "variations": ids, "grouped_products": []any{}} {
		m[k] = v
	}
	return w.links(m, "", "products", p.id)
}

func (w *Woo) variationJSON(p *wooProduct) map[string]any {
	m := w.offered(p)
	m["attributes"], m["image"] = attributes(p, "option"), nil
	return w.links(m, fmt.Sprintf("products/%d/", p.parent.id), "variations", p.id)
}

// attributes are color and size, by which variations of a style differ: of a product all options, of a variation its own.
func attributes(p *wooProduct, field string) []any {
	out := []any{}
	for i, name := range []string{"color", "size"} {
		var options []string
		of := p.variations
		if !p.isVariable {
			of = []*wooProduct{p}
		}
		for _, v := range of {
			if a := v.body.Attributes[name]; a != "" {
				options = append(options, a)
			}
		}
		if len(options) == 0 {
			continue
		}
		a := map[string]any{"id": i + 1, "name": strings.ToUpper(name[:1]) + name[1:]}
		if field == "option" {
			a["option"] = options[0]
		} else {
			a["position"], a["visible"], a["variation"], a["options"] = i, true, true, options
		}
		out = append(out, a)
	}
	return out
}

func (w *Woo) customerJSON(c *wooCustomer) map[string]any {
	first, last, _ := strings.Cut(c.Name, " ")
	m := dates(map[string]any{"id": c.id, "email": c.Email, "first_name": first, "last_name": last, "role": "customer", "username": c.Customer.Customer, "billing": address(c, true),
		"shipping": address(c, false), "is_paying_customer": c.paying, "avatar_url": "", "meta_data": []any{}}, c.at, c.changed)
	return w.links(m, "", "customers", c.id)
}
