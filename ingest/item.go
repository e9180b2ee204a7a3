package ingest

import (
	"strings"

	"almanac/fact"
)

// itemTest marks lines that were only tried out.
const itemTest fact.ItemType = "test"

// serviceCodes are codes that shops commonly book for what is not a product.
var serviceCodes = map[string]fact.ItemType{
	"POST": fact.ItemShipping, "POSTAGE": fact.ItemShipping, "DOT": fact.ItemShipping, "C2": fact.ItemShipping, "SHIPPING": fact.ItemShipping,
	"CARRIAGE": fact.ItemShipping, "FREIGHT": fact.ItemShipping, "DELIVERY": fact.ItemShipping, "VERSAND": fact.ItemShipping, "PORTO": fact.ItemShipping,
	"M": fact.ItemManual, "MANUAL": fact.ItemManual, "ADJUST": fact.ItemManual, "B": fact.ItemManual,
	"D": fact.ItemDiscount, "DISCOUNT": fact.ItemDiscount, "RABATT": fact.ItemDiscount, "COUPON": fact.ItemDiscount,
	"S": fact.ItemSample, "SAMPLES": fact.ItemSample, "SAMPLE": fact.ItemSample,
	"BANKCHARGES": fact.ItemFee, "AMAZONFEE": fact.ItemFee, "CRUK": fact.ItemFee, "FEE": fact.ItemFee, "TIP": fact.ItemFee,
	"TEST": itemTest, "GIFTCARD": fact.ItemGiftCard, "VOUCHER": fact.ItemGiftCard,
}

// serviceWords are what such lines are called where the code is the shop's own.
var serviceWords = []struct {
	words string
	item  fact.ItemType
}{
	{"gift voucher", fact.ItemGiftCard}, {"gift card", fact.ItemGiftCard}, {"geschenkgutschein", fact.ItemGiftCard},
	{"dotcom postage", fact.ItemShipping}, {"bank charges", fact.ItemFee}, {"amazon fee", fact.ItemFee}, {"commission", fact.ItemFee},
	{"adjust bad debt", fact.ItemManual}, {"next day carriage", fact.ItemShipping},
}

var signs = strings.NewReplacer(" ", "", "_", "", "-", "")

// items remembers what was told of a code and name: a file repeats few of them often.
type items map[[2]string]fact.ItemType

func (m items) of(sku, title string) fact.ItemType {
	k := [2]string{sku, title}
	t, ok := m[k]
	if !ok {
		if len(m) > 50_000 {
			clear(m)
		}
		t = itemType(sku, title)
		m[k] = t
	}
	return t
}

// itemType tells services from products by code, then by name. A code with digits is only a service when
// its name says so, because shops number their products as they like.
func itemType(sku, title string) fact.ItemType {
	code := strings.ToUpper(signs.Replace(sku))
	if t, ok := serviceCodes[code]; ok {
		return t
	}
	if strings.HasPrefix(code, "TEST") && (len(code) == 4 || code[4] >= '0' && code[4] <= '9') {
		return itemTest
	}
	if strings.HasPrefix(code, "GIFT") && strings.Contains(sku, "_") {
		return fact.ItemGiftCard
	}
	if title == "" {
		return fact.ItemProduct
	}
	name := strings.ToLower(title)
	for _, w := range serviceWords {
		if strings.HasPrefix(name, w.words) || strings.HasSuffix(name, w.words) {
			return w.item
		}
	}
	switch name {
	case "postage", "shipping", "carriage", "delivery", "versand":
		return fact.ItemShipping
	case "manual":
		return fact.ItemManual
	case "discount":
		return fact.ItemDiscount
	}
	return fact.ItemProduct
}
