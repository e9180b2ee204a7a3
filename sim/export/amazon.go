package export

import (
	"errors"
	"strings"
	"time"
)

var amazonForms = []form{
	{"all-orders.txt", strings.Split("amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country promotion-ids", " "), amazonOrders},
	{"customer-returns.txt", strings.Split("return-date order-id sku asin fnsku product-name quantity fulfillment-center-id detailed-disposition reason status license-plate-number customer-comments", " "), amazonReturns},
	{"settlement.txt", strings.Split("settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id sku quantity-purchased promotion-id", " "), amazonSettlement},
	{"fba-inventory-%s.txt", strings.Split("sku fnsku asin product-name condition your-price afn-listing-exists afn-warehouse-quantity afn-fulfillable-quantity afn-unsellable-quantity afn-reserved-quantity afn-total-quantity afn-inbound-working-quantity afn-inbound-shipped-quantity afn-inbound-receiving-quantity", " "), amazonInventory},
}

// amazonOrders writes the first lines of all orders, then the second ones, and so on: the report promises no order.
// It knows nothing of what came back.
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

// amazonReturns writes what arrived in the warehouse.
func amazonReturns(p *Platform, row func(...string) error) error {
	for _, s := range p.placed {
		for _, l := range s.lines {
			if l.unitsBack == 0 {
				continue
			}
			if err := row(p.time(s.back, time.RFC3339), s.id, l.SKU, "B000000000", "X"+l.SKU, l.Title, whole(l.unitsBack), "LEJ1", "SELLABLE", "UNWANTED_ITEM", "Unit returned to inventory", "LPN"+s.id+l.Line, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// amazonSettlement writes what was paid for orders, what Amazon kept, and what was paid back. The first row alone names the currency.
func amazonSettlement(p *Platform, row func(...string) error) error {
	if len(p.placed) == 0 {
		return nil
	}
	entry := func(s *sale, at time.Time, movement, kind, of string, amount int64) error {
		return row("13600000001", "", "", "", "", "", movement, s.id, s.id, "", "", "Amazon.de", kind, of, p.money(amount, s.currency), "AFN", p.time(at, time.DateOnly), p.time(at, time.DateTime), "", "", "", "", "", "")
	}
	if err := row("13600000001", "", "", "", p.money(0, p.placed[0].currency), p.placed[0].currency, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""); err != nil {
		return err
	}
	for _, s := range p.placed {
		t := s.totals()
		if err := errors.Join(entry(s, s.at, "Order", "ItemPrice", "Principal", t.gross-t.discount), entry(s, s.at, "Order", "ItemFees", "Commission", -t.gross/10)); err != nil {
			return err
		}
		if t.back == 0 {
			continue
		}
		tax := t.back * t.tax / (t.gross - t.discount + t.shipping)
		if err := errors.Join(entry(s, s.back, "Refund", "ItemPrice", "Principal", tax-t.back), entry(s, s.back, "Refund", "ItemPrice", "Tax", -tax), entry(s, s.back, "Refund", "ItemFees", "RefundCommission", -50)); err != nil {
			return err
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
