package layout

// types of the fields that are not text.
var types = map[string]Type{
	// of orders
	"date": Date, "cancelled_at": Date, "fulfilled_at": Date, "paid_at": Date, "revised": Date,
	"quantity": Number, "units_back": Number,
	"unit_price": Money, "line_total": Money, "line_net": Money, "discount": Money, "tax": Money, "shipping": Money,
	"line_back": Money, "discount_tax": Money, "order_net": Money, "order_shipping_with_tax": Money, "order_shipping_discount": Money, "handling_with_tax": Money, "line_tax_back": Money, "discount_back": Money, "discount_tax_back": Money,
	"subtotal": Money, "subtotal_with_tax": Money, "order_discount": Money, "order_shipping": Money, "order_shipping_tax": Money,
	"order_tax": Money, "order_total": Money, "order_back": Money, "paid_by_gift": Money, "amount": Money,
	"tip": Money, "handling": Money, "handling_tax": Money, "duties": Money, "gift_wrap": Money, "gift_wrap_tax": Money, "fee": Money, "fee_tax": Money,
	// of products
	"price": Money, "sale_price": Money, "list_price": Money, "cost": Money, "valid_from": Date,
	// of stock
	"on_hand": Number, "available": Number, "committed": Number, "unavailable": Number, "incoming": Number, "as_of": Date,
}

// TypeOf tells what values of a field are.
func TypeOf(field string) Type { return types[field] }

var labels = map[string]string{
	"order": "Order number", "sku": "Product code", "title": "Product name", "quantity": "Quantity", "date": "Date", "unit_price": "Price of one unit",
	"line_total": "Total of the line", "line_net": "Total of the line after discounts", "discount": "Discount of the line", "tax": "Tax of the line",
	"shipping": "Shipping of the line", "currency": "Currency", "customer": "Customer", "customer_id": "Customer's number", "country": "Country",
	"channel": "Channel", "location": "Location", "status": "Status", "cancelled_at": "Cancelled on", "subtotal": "Subtotal of the order",
	"order_discount": "Discount of the order", "order_shipping": "Shipping of the order", "order_tax": "Tax of the order", "order_total": "Total of the order",
	"order_back": "Refunded of the order", "price": "Price", "sale_price": "Reduced price", "list_price": "Price before reduction", "cost": "Cost of one unit", "category": "Category", "brand": "Brand",
	"time": "Time of day", "movement": "Sale or return", "amount": "Amount", "document": "Document", "disposition": "Condition",
	"barcode": "Barcode", "group": "Style or parent", "available": "Available", "on_hand": "On hand", "committed": "Committed", "unavailable": "Unavailable",
	"incoming": "Incoming", "as_of": "Counted on", "first_name": "First name", "last_name": "Last name", "email": "E-mail", "phone": "Phone",
	"city": "City", "postcode": "Postcode",
}

// Label is what people call a field.
func Label(field string) string {
	if l := labels[field]; l != "" {
		return l
	}
	return field
}

// OfOrder tells whether a field speaks of a whole order rather than of one line: the first row of an order that
// fills it in holds for all of its rows.
func OfOrder(field string) bool {
	switch field {
	case "sku", "title", "variant", "quantity", "unit_price", "line_total", "line_net", "discount", "tax", "shipping", "discount_tax",
		"units_back", "line_back", "line_tax_back", "discount_back", "discount_tax_back", "line", "parent_line", "taxable", "revised", "amount", "amount_type", "movement", "disposition":
		return false
	}
	return true
}
