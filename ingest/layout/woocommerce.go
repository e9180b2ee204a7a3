package layout

import "almanac/fact"

// Exports of WooCommerce: products as its own exporter writes them, orders and customers as the usual plug-ins and
// the analytics pages do. Lines of orders are always without tax.
var woocommerce = []*Layout{
	{
		Platform: "woocommerce", Form: "orders", Kind: "orders",
		Signature: []string{"order_id|order_number", "item_name", "item_quantity", "item_total|item_subtotal|item_price", "billing_email|customer_id|order_currency"}, Least: 4,
		Never:  []string{"increment_id"},
		Needed: []string{"order", "date", "quantity", "line_total"},
		Fields: append([]Field{
			{Name: "sku", Columns: []string{"item_sku"}},
			{Name: "title", Columns: []string{"item_name"}},
			{Name: "quantity", Columns: []string{"item_quantity"}},
			{Name: "line_total", Columns: []string{"item_subtotal", "item_total"}},
			{Name: "line_net", Columns: []string{"item_total"}},
			{Name: "tax", Columns: []string{"item_total_tax"}},
			{Name: "units_back", Columns: []string{"item_refunded_qty"}},
			{Name: "line_back", Columns: []string{"item_refunded"}},
		}, wooOrder...),
		Skip: wooNotPlaced, Orders: wooOrders(nil), Assumed: wooAssumed,
	},
	{
		Platform: "woocommerce", Form: "order rows", Kind: "orders",
		Signature: []string{"order_id|order_number", "line_items", "shipping_total", "order_total"}, Never: []string{"increment_id"},
		Needed: []string{"order", "date", "packed"},
		Fields: append([]Field{{Name: "packed", Columns: []string{"line_items"}}}, wooOrder...),
		Skip:   wooNotPlaced, Assumed: wooAssumed,
		Orders: wooOrders(&Packed{Field: "packed", Line: ";", Pair: "|", Is: ":", Names: wooParts}),
	},
	{
		Platform: "woocommerce", Form: "numbered order lines", Kind: "orders",
		Signature: []string{"order_id|order_number", "line_item_1", "shipping_total", "order_total"}, Never: []string{"increment_id"},
		Needed: []string{"order", "date", "packed"},
		Fields: append([]Field{{Name: "packed", Columns: []string{"line_item_1"}}}, wooOrder...),
		Skip:   wooNotPlaced, Assumed: wooAssumed,
		Orders: wooOrders(&Packed{Field: "packed", Prefix: "line_item_", Pair: "|", Is: ":", Names: wooParts}),
	},
	{
		Platform: "woocommerce", Form: "advanced orders", Kind: "orders",
		Signature: []string{"Order Number", "Order Status", "Order Total Amount", "Quantity (- Refund)|Quantity", "Item Cost|Order Line Subtotal", "Order Shipping Amount|Cart Discount Amount"}, Least: 5,
		Needed: []string{"order", "date", "quantity"},
		Fields: []Field{
			{Name: "order", Columns: []string{"Order Number", "Order ID"}},
			{Name: "date", Columns: []string{"Order Date"}},
			{Name: "paid_at", Columns: []string{"Paid Date"}},
			{Name: "fulfilled_at", Columns: []string{"Completed Date"}},
			{Name: "status", Columns: []string{"Order Status"}},
			{Name: "currency", Columns: []string{"Order Currency", "Currency"}},
			{Name: "customer", Columns: []string{"Email (Billing)"}},
			{Name: "customer_id", Columns: []string{"Customer User ID"}},
			{Name: "country", Columns: []string{"Country Code (Shipping)", "Country Code (Billing)", "Country Name (Shipping)"}},
			{Name: "sku", Columns: []string{"SKU"}},
			{Name: "title", Columns: []string{"Item Name"}},
			{Name: "quantity", Columns: []string{"Quantity (- Refund)", "Quantity"}},
			{Name: "unit_price", Columns: []string{"Item Cost"}},
			{Name: "line_total", Columns: []string{"Order Line Subtotal"}},
			{Name: "line_net", Columns: []string{"Order Line Total"}},
			{Name: "tax", Columns: []string{"Order Line Tax"}},
			{Name: "order_discount", Columns: []string{"Cart Discount Amount"}},
			{Name: "subtotal", Columns: []string{"Order Subtotal Amount"}},
			{Name: "order_shipping", Columns: []string{"Order Shipping Amount"}},
			{Name: "order_shipping_tax", Columns: []string{"Order Shipping Tax Amount"}},
			{Name: "order_tax", Columns: []string{"Order Total Tax Amount"}},
			{Name: "order_total", Columns: []string{"Order Total Amount"}},
			{Name: "order_back", Columns: []string{"Order Refund Amount"}},
			{Name: "fee", Columns: []string{"Order Total Fee", "Fee Amount"}},
		},
		Skip: wooNotPlaced, Assumed: wooAssumed,
		Orders: func() *Orders { o := wooOrders(nil); o.Before = true; return o }(),
	},
	{
		Platform: "woocommerce", Form: "analytics orders", Kind: "orders", Source: "file:woocommerce-analytics",
		Signature: []string{"Order #", "Product(s)", "Items sold", "N. Revenue|Net sales", "Customer type"}, Least: 4,
		Needed: []string{"order", "date", "packed", "order_net"},
		Fields: []Field{
			{Name: "order", Columns: []string{"Order #"}},
			{Name: "date", Columns: []string{"Date"}},
			{Name: "status", Columns: []string{"Status"}},
			{Name: "packed", Columns: []string{"Product(s)"}},
			{Name: "order_net", Columns: []string{"N. Revenue", "Net sales"}},
		},
		Skip: wooNotPlaced,
		Orders: &Orders{Tax: TaxAdded, Cancelled: []string{"cancelled"}, Refunded: []string{"refunded"},
			Packed: &Packed{Field: "packed", Line: ", ", CountPrefix: true}},
		Assumed: []string{"price: products of one order are taken to cost the same, because the report tells their sum only"},
	},
	{
		Platform: "woocommerce", Form: "products", Kind: "products",
		Signature: []string{"Type|Typ", "Regular price|Regulärer Preis", "Sale price|Angebotspreis", "Categories|Kategorien", "Parent|Übergeordnetes Produkt", "Published|Veröffentlicht"}, Least: 4,
		Never:  []string{"store_view_code", "Handle"},
		Needed: []string{"group", "title", "price"},
		Fields: []Field{
			{Name: "group", Columns: []string{"ID", "SKU", "Artikelnummer"}},
			{Name: "type", Columns: []string{"Type", "Typ"}},
			{Name: "sku", Columns: []string{"SKU", "Artikelnummer"}},
			{Name: "title", Columns: []string{"Name"}},
			{Name: "status", Columns: []string{"Published", "Veröffentlicht"}},
			{Name: "category", Columns: []string{"Categories", "Kategorien"}},
			{Name: "brand", Columns: []string{"Brands", "Brand", "Marken", "Marke", "Meta: _brand"}},
			{Name: "price", Columns: []string{"Regular price", "Regulärer Preis"}},
			{Name: "sale_price", Columns: []string{"Sale price", "Angebotspreis"}},
			{Name: "cost", Columns: []string{"Cost of goods", "Meta: _wc_cog_cost", "Meta: _alg_wc_cog_cost", "Meta: _purchase_price"}},
			{Name: "barcode", Columns: []string{"GTIN, UPC, EAN, or ISBN", "GTIN, UPC, EAN oder ISBN", "Meta: _global_unique_id", "Meta: _ean"}},
			{Name: "parent", Columns: []string{"Parent", "Übergeordnetes Produkt"}},
			{Name: "image", Columns: []string{"Images", "Bilder"}},
			{Name: "available", Columns: []string{"Stock", "Lager", "Lagerbestand"}},
			{Name: "option_1", Columns: []string{"Attribute 1 value(s)", "Wert(e) des Attributs 1"}},
			{Name: "option_2", Columns: []string{"Attribute 2 value(s)", "Wert(e) des Attributs 2"}},
			{Name: "option_1_name", Columns: []string{"Attribute 1 name", "Name des Attributs 1"}},
			{Name: "option_2_name", Columns: []string{"Attribute 2 name", "Name des Attributs 2"}},
		},
		Clock: `wc-product-export-\d+-\d+-\d+-(\d{13})`,
		Items: &Items{Parents: []string{"variable", "grouped", "variable-subscription"}, Apart: true, Hidden: []string{"0", "-1"}, Several: ",", NameTellsAll: true},
	},
	{
		Platform: "woocommerce", Form: "analytics customers", Kind: "customers",
		Signature: []string{"Username", "Last active", "Email", "Orders", "Total spend", "AOV"}, Least: 5,
		Fields: append([]Field{
			{Name: "customer", Columns: []string{"Email"}},
			{Name: "customer_id", Columns: []string{"Username"}},
			{Name: "country", Columns: []string{"Country / Region", "Country"}},
			{Name: "city", Columns: []string{"City"}},
			{Name: "postcode", Columns: []string{"Postal code"}},
		}, person...),
	},
	{
		Platform: "woocommerce", Form: "customers", Kind: "customers",
		Signature: []string{"user_email|email|billing_email", "user_login|username", "billing_first_name|first_name", "billing_country", "date_registered|user_registered|billing_postcode"}, Least: 4,
		Never: []string{"order_total", "order_id"},
		Fields: append([]Field{
			{Name: "customer", Columns: []string{"email", "user_email", "billing_email"}},
			{Name: "customer_id", Columns: []string{"customer_id", "ID", "user_login", "username"}},
			{Name: "phone", Columns: []string{"billing_phone"}},
			{Name: "country", Columns: []string{"billing_country", "shipping_country"}},
			{Name: "city", Columns: []string{"billing_city", "shipping_city"}},
			{Name: "postcode", Columns: []string{"billing_postcode", "shipping_postcode"}},
		}, person...),
	},
}

var wooOrder = []Field{
	{Name: "order", Columns: []string{"order_number", "order_number_formatted", "order_id"}},
	{Name: "date", Columns: []string{"order_date", "date", "date_created"}},
	{Name: "paid_at", Columns: []string{"paid_date", "date_paid"}},
	{Name: "fulfilled_at", Columns: []string{"completed_date", "date_completed"}},
	{Name: "status", Columns: []string{"status", "order_status"}},
	{Name: "currency", Columns: []string{"order_currency", "currency"}},
	{Name: "customer", Columns: []string{"billing_email", "customer_email"}},
	{Name: "customer_id", Columns: []string{"customer_id", "customer_user"}},
	{Name: "country", Columns: []string{"shipping_country", "billing_country"}},
	{Name: "order_discount", Columns: []string{"discount_total", "cart_discount"}},
	{Name: "order_shipping", Columns: []string{"shipping_total", "order_shipping"}},
	{Name: "order_shipping_tax", Columns: []string{"shipping_tax_total", "order_shipping_tax"}},
	{Name: "order_tax", Columns: []string{"tax_total", "order_tax"}},
	{Name: "fee", Columns: []string{"fee_total"}},
	{Name: "fee_tax", Columns: []string{"fee_tax_total"}},
	{Name: "order_total", Columns: []string{"order_total"}},
	{Name: "order_back", Columns: []string{"refunded_total"}},
}

var wooNotPlaced = []Skip{{"status", []string{"pending", "wc-pending", "pending payment", "failed", "wc-failed", "checkout-draft", "wc-checkout-draft", "draft", "auto-draft", "trash"}, "not_placed", false}}

var wooParts = map[string]string{"name": "title", "sku": "sku", "quantity": "quantity", "subtotal": "line_total", "total": "line_net", "tax": "tax", "totaltax": "tax",
	"productid": "", "variationid": "", "refunded": "line_back", "refundedqty": "units_back", "meta": "", "taxdata": "", "taxclass": "", "subtotaltax": "", "id": ""}

var wooAssumed = []string{"refund_day: a refund carries no date; it counts on the latest day that its order names, at the earliest the day after it"}

func wooOrders(p *Packed) *Orders {
	return &Orders{Tax: TaxAdded, Cancelled: []string{"cancelled"}, Refunded: []string{"refunded"}, Extras: []Extra{{"fee", "fee_tax", fact.ItemFee}}, Packed: p}
}
