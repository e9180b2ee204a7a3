package export

import (
	"strconv"
	"strings"
)

var shopifyForms = []form{
	{"orders_export_1.csv", strings.Split("Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Country,Shipping Country,Cancelled at,Payment Method,Refunded Amount,Location,Tags,Source,Lineitem discount,Tax 1 Name,Tax 1 Value", ","), shopifyOrders},
	{"products_export_1.csv", strings.Split("Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Gift Card,Cost per item,Status", ","), shopifyProducts},
	{"inventory_export_%s.csv", strings.Split("Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,Incoming,Unavailable,Committed,Available,On hand", ","), shopifyInventory},
	{"customers_export.csv", strings.Split("Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address City,Default Address Country Code,Default Address Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags", ","), shopifyCustomers},
}

const shopifyTime = "2006-01-02 15:04:05 -0700"

func shopifyOrders(p *Platform, row func(...string) error) error {
	rate := "VAT " + strconv.FormatFloat(p.rate, 'f', -1, 64) + "%"
	for _, s := range p.placed {
		t := s.totals()
		m := func(v int64) string { return p.money(v, s.currency) }
		status := "paid"
		if t.back > 0 {
			status = "partially_refunded"
		}
		at, paid := p.time(s.at, shopifyTime), p.time(s.at, shopifyTime)
		for i, l := range s.lines {
			line := []string{whole(l.Units), l.Title, p.each(l.Gross, l.Units, s.currency), "", l.SKU, "true", "true", "fulfilled"}
			head := []string{"#" + s.id, p.email(s.customer), status, paid, "fulfilled", p.time(s.back, shopifyTime), "no", s.currency, m(t.gross - t.discount), m(t.shipping), m(t.tax), m(t.gross - t.discount + t.shipping), "", m(t.discount), "Standard", at}
			tail := []string{s.country, s.country, "", "Shopify Payments", m(t.back), "", "", s.channel, m(0), rate, m(t.tax)}
			if i > 0 {
				head = []string{"#" + s.id, p.email(s.customer), "", "", "", "", "", "", "", "", "", "", "", "", "", at}
				tail = []string{"", "", "", "", "", "", "", "", m(0), "", ""}
			}
			if err := row(append(append(head, line...), tail...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func shopifyProducts(p *Platform, row func(...string) error) error {
	told := map[string]bool{}
	for _, sku := range p.skus() {
		b := p.products[sku]
		price, cost, status := "0.00", "", "active"
		if v := p.prices[sku]; v != nil {
			price = p.money(v.Amount, v.Currency)
		}
		if v := p.costs[sku]; v != nil {
			cost = p.money(v.Amount, v.Currency)
		}
		if b.Hidden {
			status = "draft"
		}
		size := b.Attributes["size"]
		if size == "" {
			size = sku
		}
		cells := []string{strings.ToLower(b.Group), b.Title, "", b.Brand, strings.Join(b.Category, " > "), "", "", "true", "Size", size, "", "", sku, "deny", price, "", b.Barcode, "", "false", cost, status}
		if told[b.Group] {
			for _, i := range [...]int{1, 3, 4, 7, 8, 18} {
				cells[i] = ""
			}
		}
		told[b.Group] = true
		if err := row(cells...); err != nil {
			return err
		}
	}
	return nil
}

func shopifyInventory(p *Platform, row func(...string) error) error {
	for _, k := range p.shelves() {
		b, n := p.products[k[0]], whole(p.onHand[k])
		if err := row(strings.ToLower(b.Group), b.Title, "Size", b.Attributes["size"], "", "", "", "", k[0], "", "", k[1], "0", "0", "0", n, n); err != nil {
			return err
		}
	}
	return nil
}

func shopifyCustomers(p *Platform, row func(...string) error) error {
	for _, c := range p.people {
		first, last, _ := strings.Cut(c.Name, " ")
		if err := row("'"+c.Customer, first, last, c.Email, "no", c.City, c.Country, c.Postcode, c.Phone, "no", "0.00", "0", "", "no", ""); err != nil {
			return err
		}
	}
	return nil
}
