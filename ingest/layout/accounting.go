package layout

// Invoices of accounting programs: the export of sales invoices of Xero, a row a line, credit notes among them.
var accounting = []*Layout{
	{
		Platform: "xero", Form: "invoices", Kind: "orders", Source: "file:xero",
		Signature: []string{"ContactName", "InvoiceNumber", "InvoiceDate", "DueDate", "InventoryItemCode", "Quantity", "UnitAmount", "LineAmount", "AccountCode", "TaxType", "TaxAmount"}, Least: 9,
		Needed: []string{"order", "date", "quantity", "unit_price"},
		Fields: []Field{
			{Name: "order", Columns: []string{"InvoiceNumber"}},
			{Name: "date", Columns: []string{"InvoiceDate"}},
			{Name: "status", Columns: []string{"Status"}},
			{Name: "movement", Columns: []string{"Type"}},
			{Name: "currency", Columns: []string{"Currency"}},
			{Name: "customer", Columns: []string{"EmailAddress"}},
			{Name: "customer_id", Columns: []string{"ContactName"}},
			{Name: "country", Columns: []string{"SACountry", "POCountry"}},
			{Name: "order_total", Columns: []string{"Total"}},
			{Name: "order_tax", Columns: []string{"TaxTotal"}},
			{Name: "sku", Columns: []string{"InventoryItemCode"}},
			{Name: "title", Columns: []string{"Description"}},
			{Name: "quantity", Columns: []string{"Quantity"}},
			{Name: "unit_price", Columns: []string{"UnitAmount"}},
			{Name: "line_net", Columns: []string{"LineAmount"}},
			{Name: "tax", Columns: []string{"TaxAmount"}},
		},
		Skip: []Skip{
			{"status", []string{"draft", "voided", "deleted", "submitted", "awaiting approval"}, "not_placed", false},
			{"movement", []string{"bill*", "purchases*", "accpay*"}, "other_document", false},
		},
		Orders: &Orders{Credits: []string{"sales credit note", "credit note", "accreccredit"}},
	},
}
