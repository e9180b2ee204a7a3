package export

import (
	"strings"
	"time"
)

var wooForms = []form{
	{"orders-export.csv", strings.Split("order_id,order_number,date,status,shipping_total,shipping_tax_total,fee_total,fee_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,customer_id,billing_email,billing_country,shipping_country,item_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,item_total_tax,item_refunded,item_refunded_qty", ","), wooOrders},
	{"wc-product-export-%s.csv", strings.Split("ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Published|Stock|Sale price|Regular price|Categories|Images|Parent|Attribute 1 name|Attribute 1 value(s)|Cost of goods|Brands", "|"), wooProducts},
	{"customers-export.csv", strings.Split("customer_id,first_name,last_name,user_login,email,date_registered,billing_first_name,billing_last_name,billing_email,billing_phone,billing_postcode,billing_city,billing_country", ","), wooCustomers},
}

// wooOrders tells lines without tax.
func wooOrders(p *Platform, row func(...string) error) error {
	for _, s := range p.placed {
		t := s.totals()
		m := func(v int64) string { return p.money(v, s.currency) }
		var without int64
		off := s.taxOffDiscounts()
		for _, v := range off {
			without += v
		}
		for i, l := range s.lines {
			net := l.Gross - l.Discount - l.Tax
			back := ""
			if l.moneyBack > 0 && l.Gross > l.Discount {
				back = m(l.moneyBack * net / (l.Gross - l.Discount))
			}
			if err := row(s.id, s.id, p.time(s.at, time.DateTime), "completed", m(t.shipping), m(0), m(0), m(0), m(t.tax), m(t.discount-without), m(t.gross-t.discount+t.shipping), m(t.back), s.currency,
				"0", p.email(s.customer), s.country, s.country, s.id+"0"+l.Line, l.Title, l.SKU, whole(l.Units), m(l.Gross-l.Tax-off[i]), "", m(net), m(l.Tax), back, whole(-l.unitsBack)); err != nil {
				return err
			}
		}
	}
	return nil
}

func wooProducts(p *Platform, row func(...string) error) error {
	for i, sku := range p.skus() {
		b := p.products[sku]
		price, cost, published := "", "", "1"
		if v := p.prices[sku]; v != nil {
			price = p.money(v.Amount, v.Currency)
		}
		if v := p.costs[sku]; v != nil {
			cost = p.money(v.Amount, v.Currency)
		}
		if b.Hidden {
			published = "-1"
		}
		var stock int64
		for k, n := range p.onHand {
			if k[0] == sku {
				stock += n
			}
		}
		if err := row(whole(int64(i+1)), "variation", sku, b.Barcode, b.Title, published, whole(stock), "", price, strings.Join(b.Category, " > "), "", b.Group, "Size", b.Attributes["size"], cost, b.Brand); err != nil {
			return err
		}
	}
	return nil
}

func wooCustomers(p *Platform, row func(...string) error) error {
	for i, c := range p.people {
		first, last, _ := strings.Cut(c.Name, " ")
		if err := row(whole(int64(i+1)), first, last, c.Customer, c.Email, "", first, last, c.Email, c.Phone, c.Postcode, c.City, c.Country); err != nil {
			return err
		}
	}
	return nil
}
