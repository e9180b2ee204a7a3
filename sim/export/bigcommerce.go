package export

import (
	"fmt"
	"strings"
	"time"
)

var bigcommerceForms = []form{
	{"orders-%s.csv", strings.Split("Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),Ship Method,Handling Cost (inc tax),Handling Cost (ex tax),Order Total (inc tax),Order Total (ex tax),Payment Method,Total Quantity,Date Shipped,Order Currency Code,Exchange Rate,Billing Country,Shipping Country,Product Details,Refund Amount", ","), bigcommerceOrders},
	{"products-%s.csv", strings.Split("Item,ID,Name,Type,SKU,Options,Inventory Tracking,Current Stock,Low Stock,Price,Cost Price,Retail Price,Sale Price,Brand ID,Brand,Categories,GTIN,Is Visible", ","), bigcommerceProducts},
	{"customers-%s.csv", strings.Split("Customer ID,First Name,Last Name,Company,Email,Phone,Notes,Store Credit,Customer Group,Date Joined,Address City,Address Zip,Address Country", ","), bigcommerceCustomers},
}

func bigcommerceOrders(p *Platform, row func(...string) error) error {
	for _, s := range p.placed {
		t := s.totals()
		m := func(v int64) string { return p.money(v, s.currency) }
		var without, units int64
		for _, v := range s.taxOffDiscounts() {
			without += v
		}
		var details []string
		for _, l := range s.lines {
			units += l.Units
			details = append(details, fmt.Sprintf("Product ID: 1, Product Qty: %d, Product SKU: %s, Product Name: %s, Product Weight: 0, Product Variation Details: , Product Unit Price: %s, Product Total Price: %s",
				l.Units, l.SKU, l.Title, p.each(l.Gross, l.Units, s.currency), m(l.Gross)))
		}
		if err := row(s.id, "", "", p.email(s.customer), p.time(s.at, time.DateTime), "Completed", m(t.gross), m(t.gross-t.tax-without), m(t.tax), m(t.shipping), m(t.shipping), "Standard", m(0), m(0),
			m(t.gross-t.discount+t.shipping), m(t.gross-t.discount+t.shipping-t.tax), "Card", whole(units), p.time(s.back, time.DateTime), s.currency, "1.0000000000", s.country, s.country, strings.Join(details, "|"), m(t.back)); err != nil {
			return err
		}
	}
	return nil
}

func bigcommerceProducts(p *Platform, row func(...string) error) error {
	for i, sku := range p.skus() {
		b := p.products[sku]
		price, cost, visible := "0", "", "TRUE"
		if v := p.prices[sku]; v != nil {
			price = p.money(v.Amount, v.Currency)
		}
		if v := p.costs[sku]; v != nil {
			cost = p.money(v.Amount, v.Currency)
		}
		if b.Hidden {
			visible = "FALSE"
		}
		var stock int64
		for k, n := range p.onHand {
			if k[0] == sku {
				stock += n
			}
		}
		if err := row("Product", whole(int64(i+1)), b.Title, "physical", sku, "", "product", whole(stock), "0", price, cost, "", "", "", b.Brand, strings.Join(b.Category, "/"), b.Barcode, visible); err != nil {
			return err
		}
	}
	return nil
}

func bigcommerceCustomers(p *Platform, row func(...string) error) error {
	for i, c := range p.people {
		first, last, _ := strings.Cut(c.Name, " ")
		if err := row(whole(int64(i+1)), first, last, "", c.Email, c.Phone, "", "0", "", "", c.City, c.Postcode, c.Country); err != nil {
			return err
		}
	}
	return nil
}
