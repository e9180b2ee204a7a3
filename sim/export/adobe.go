package export

import (
	"strings"
	"time"
)

var adobeForms = []form{
	{"sales_order_items.csv", strings.Split("increment_id,created_at,status,order_currency_code,customer_email,shipping_country_id,grand_total,shipping_amount,shipping_tax_amount,total_refunded,item_id,parent_item_id,product_type,sku,name,qty_ordered,qty_refunded,price,row_total,discount_amount,discount_tax_compensation_amount,tax_amount,amount_refunded,tax_refunded", ","), adobeOrders},
	{"catalog_product_%s.csv", strings.Split("sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,product_online,price,special_price,url_key,base_image,qty,cost,manufacturer", ","), adobeProducts},
	{"stock_sources_%s.csv", strings.Split("source_code,sku,status,quantity", ","), adobeStock},
	{"customers.csv", strings.Split("ID,Name,Email,Group,Phone,ZIP,Country,State/Province,Customer Since,Web Site,Confirmed email,Account Created in", ","), adobeCustomers},
}

func adobeOrders(p *Platform, row func(...string) error) error {
	for _, s := range p.placed {
		t := s.totals()
		m := func(v int64) string { return p.money(v, s.currency) }
		off := s.taxOffDiscounts()
		for i, l := range s.lines {
			back, taxBack := "", ""
			if paid := l.Gross - l.Discount; l.moneyBack > 0 && paid > 0 {
				v := l.moneyBack * (paid - l.Tax) / paid
				back, taxBack = m(v), m(l.moneyBack-v)
			}
			if err := row(s.id, p.time(s.at, time.DateTime), "complete", s.currency, p.email(s.customer), s.country, m(t.gross-t.discount+t.shipping), m(t.shipping), m(0), m(t.back), s.id+"0"+l.Line, "", "simple", l.SKU, l.Title,
				whole(l.Units), whole(l.unitsBack), "", m(l.Gross-l.Tax-off[i]), m(l.Discount), m(off[i]), m(l.Tax), back, taxBack); err != nil {
				return err
			}
		}
	}
	return nil
}

func adobeProducts(p *Platform, row func(...string) error) error {
	for _, sku := range p.skus() {
		b := p.products[sku]
		price, cost, online := "", "", "1"
		if v := p.prices[sku]; v != nil {
			price = p.money(v.Amount, v.Currency)
		}
		if v := p.costs[sku]; v != nil {
			cost = p.money(v.Amount, v.Currency)
		}
		if b.Hidden {
			online = "2"
		}
		if err := row(sku, "", "Default", "simple", "Default Category/"+strings.Join(b.Category, "/"), "base", b.Title, online, price, "", strings.ToLower(sku), "", "", cost, b.Brand); err != nil {
			return err
		}
	}
	return nil
}

func adobeStock(p *Platform, row func(...string) error) error {
	for _, k := range p.shelves() {
		if err := row(k[1], k[0], "1", whole(p.onHand[k])); err != nil {
			return err
		}
	}
	return nil
}

func adobeCustomers(p *Platform, row func(...string) error) error {
	for i, c := range p.people {
		if err := row(whole(int64(i+1)), c.Name, c.Email, "General", c.Phone, c.Postcode, c.Country, "", "", "Main Website", "", "Default Store View"); err != nil {
			return err
		}
	}
	return nil
}
