package export

import (
	"strings"
	"time"
)

var amazonForms = []form{
	{"all-orders.txt", strings.Split("amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country promotion-ids", " "), amazonOrders},
	{"fba-inventory-%s.txt", strings.Split("sku fnsku asin product-name condition your-price afn-listing-exists afn-warehouse-quantity afn-fulfillable-quantity afn-unsellable-quantity afn-reserved-quantity afn-total-quantity afn-inbound-working-quantity afn-inbound-shipped-quantity afn-inbound-receiving-quantity", " "), amazonInventory},
}

// amazonOrders writes the first lines of all orders, then the second ones, and so on: the report promises no order.
// It knows nothing of refunds.
func amazonOrders(p *Platform, row func(...string) error) error {
	for i, some := 0, true; some; i++ {
		some = false
		for _, s := range p.placed {
			if i >= len(s.lines) {
				continue
			}
			some = true
			l := s.lines[i]
			m := func(v int64) string { return p.money(v, s.currency) }
			at := p.time(s.at, time.RFC3339)
			if err := row(s.id, s.id, at, at, "Shipped", "Amazon", "Amazon.de", "", "Standard", l.Title, l.SKU, "B000000000", "Shipped", whole(l.Units), s.currency, m(l.Gross), m(l.Tax), m(l.Shipping), m(0), "", "", m(l.Discount), "",
				"", "", "", s.country, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func amazonInventory(p *Platform, row func(...string) error) error {
	sum := map[string]int64{}
	for k, n := range p.onHand {
		sum[k[0]] += n
	}
	for _, sku := range p.skus() {
		n := whole(sum[sku])
		if err := row(sku, "X"+sku, "B000000000", p.products[sku].Title, "New", "", "Yes", n, n, "0", "0", n, "0", "0", "0"); err != nil {
			return err
		}
	}
	return nil
}
