package ingest

import (
	"slices"
	"sort"
	"strings"

	"almanac/ingest/layout"
)

// field is something that rows of a kind may tell.
type field struct {
	name, label string
	required    bool
	number      bool
	date        bool
	money       bool
	synonyms    []string // of column names, without case, spaces and signs
}

// kind is what a file may hold.
type kind struct {
	name   string
	fields []field
	anyOf  []string // at least one of these fields must be there
}

var kindNames = []string{"orders", "products", "stock", "costs", "supply", "purchases", "customers", "locations", "events", "facts"}

var skuSynonyms = []string{"sku", "stockcode", "productcode", "itemcode", "productid", "itemid", "variantsku", "lineitemsku", "itemsku", "productsku", "sellersku", "articlenumber", "article", "artikelnummer", "artikel", "reference", "referencia", "codigo", "itemnumber", "partnumber", "productnumber", "inventoryitemcode", "artikelnr", "artnr", "itemproductservice"}

var kinds = map[string]kind{
	"orders": {name: "orders", fields: []field{
		{name: "order", label: "Order number", required: true, synonyms: []string{"invoiceno", "invoice", "invoicenumber", "orderid", "order", "orderno", "ordernumber", "ordername", "name", "bestellnummer", "auftragsnummer", "rechnungsnummer", "commande", "numerodecommande", "pedido", "numerodepedido", "amazonorderid", "transactionid", "receipt", "receiptnumber", "belegnummer", "belegnr", "rechnungsnr", "bonnummer", "bonnr", "ticketnumber", "numerodefacture", "numerodefactura"}},
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "quantity", label: "Quantity", required: true, number: true, synonyms: []string{"quantity", "qty", "lineitemquantity", "units", "quantityordered", "qtyordered", "menge", "anzahl", "quantite", "cantidad", "quantitypurchased", "itemquantity", "quantitysold", "itemssold", "stuck"}},
		{name: "time", label: "Time of day", synonyms: []string{"time", "uhrzeit", "heure", "hora", "zeit", "bonzeit", "saletime"}},
		{name: "date", label: "Date", required: true, date: true, synonyms: []string{"invoicedate", "orderdate", "date", "createdat", "datecreated", "purchasedate", "orderedat", "placedat", "timestamp", "bestelldatum", "datum", "datedecommande", "fecha", "orderpurchasetimestamp", "datetime", "belegdatum", "rechnungsdatum", "buchungsdatum", "saledate", "transactiondate", "datedefacture", "fechadefactura"}},
		{name: "unit_price", label: "Price of one unit", number: true, money: true, synonyms: []string{"unitprice", "price", "lineitemprice", "itemprice", "priceeach", "einzelpreis", "preis", "prixunitaire", "prix", "preciounitario", "precio", "saleprice", "unitamount", "itemrate", "stuckpreis", "einzelpreisbrutto", "stuckpreisbrutto", "einzelpreisnetto", "prixunitairettc", "prixunitaireht", "unitpriceincltax", "unitpriceexcltax"}},
		{name: "line_total", label: "Total of the line", number: true, money: true, synonyms: []string{"linetotal", "total", "amount", "rowtotal", "linesubtotal", "lineamount", "gesamtpreis", "summe", "montant", "importe", "itemtotal", "grosssales", "itemamount", "bruttobetrag", "betrag", "gesamtbrutto", "summebrutto", "umsatzbrutto", "bruttoumsatz", "nettobetrag", "gesamtnetto", "umsatznetto", "totalttc", "montantttc", "totalht", "montantht", "totalincltax", "totalexcltax", "totalinclvat"}},
		{name: "title", label: "Product name", synonyms: []string{"description", "title", "productname", "lineitemname", "itemname", "producttitle", "name", "bezeichnung", "artikelbezeichnung", "designation", "descripcion", "product", "item", "productservice", "artikelname", "itemdescription"}},
		{name: "customer", label: "Customer", synonyms: []string{"customerid", "customer", "customerno", "customernumber", "clientid", "kundennummer", "kunde", "client", "numeroclient", "cliente", "customeruniqueid", "accountnumber", "userid", "contactname"}},
		{name: "country", label: "Country", synonyms: []string{"country", "shippingcountry", "billingcountry", "shipcountry", "land", "pays", "pais", "countrycode"}},
		{name: "currency", label: "Currency", synonyms: []string{"currency", "currencycode", "wahrung", "devise", "moneda", "ordercurrency"}},
		{name: "discount", label: "Discount of the line", number: true, money: true, synonyms: []string{"discount", "lineitemdiscount", "discountamount", "linediscount", "rabatt", "remise", "descuento", "discounts"}},
		{name: "tax", label: "Tax of the line", number: true, money: true, synonyms: []string{"tax", "taxamount", "linetax", "vat", "vatamount", "itemtax", "mwst", "ust", "tva", "iva", "itemtaxamount", "mwstbetrag", "ustbetrag", "steuerbetrag", "montanttva"}},
		{name: "tax_included", label: "Price contains the tax", synonyms: []string{"taxincluded", "taxesincluded", "pricesincludetax", "taxinclusive"}},
		{name: "shipping", label: "Shipping of the line", number: true, money: true, synonyms: []string{"shippingamount", "shippingprice", "freight", "freightvalue", "versandkosten"}},
		{name: "line", label: "Line number", synonyms: []string{"lineid", "lineno", "linenumber", "lineitemid", "orderitemid", "position"}},
		{name: "channel", label: "Channel", synonyms: []string{"channel", "saleschannel", "source", "kanal"}},
		{name: "location", label: "Location", synonyms: []string{"location", "store", "storeid", "warehouse", "filiale", "lager"}},
	}, anyOf: []string{"unit_price", "line_total"}},
	"products": {name: "products", fields: []field{
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "title", label: "Product name", required: true, synonyms: []string{"title", "name", "productname", "description", "producttitle", "bezeichnung", "designation", "descripcion", "itemname"}},
		{name: "category", label: "Category", synonyms: []string{"category", "categories", "productcategory", "producttype", "type", "kategorie", "warengruppe", "categorie", "categoria", "department"}},
		{name: "brand", label: "Brand", synonyms: []string{"brand", "vendor", "manufacturer", "marke", "hersteller", "marque", "marca"}},
		{name: "price", label: "Price", number: true, money: true, synonyms: []string{"price", "variantprice", "regularprice", "unitprice", "listprice", "preis", "prix", "precio", "rrp"}},
		{name: "cost", label: "Cost of one unit", number: true, money: true, synonyms: []string{"cost", "unitcost", "costperitem", "costprice", "einkaufspreis", "costofgoods"}},
		{name: "group", label: "Style or parent", synonyms: []string{"handle", "parent", "parentsku", "group", "style", "modell"}},
		{name: "barcode", label: "Barcode", synonyms: []string{"barcode", "ean", "gtin", "upc", "variantbarcode", "isbn"}},
		{name: "hidden", label: "Hidden", synonyms: []string{"hidden"}},
		{name: "url", label: "Address", synonyms: []string{"url", "link", "producturl"}},
		{name: "image", label: "Picture", synonyms: []string{"image", "imagesrc", "imageurl", "picture"}},
		{name: "supplier", label: "Supplier", synonyms: []string{"supplier", "supplierid", "lieferant", "fournisseur", "proveedor"}},
		{name: "currency", label: "Currency", synonyms: []string{"currency", "currencycode"}},
		{name: "valid_from", label: "Valid from", date: true, synonyms: []string{"validfrom", "asof", "date", "from", "updatedat"}},
	}},
	"stock": {name: "stock", fields: []field{
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "on_hand", label: "On hand", number: true, synonyms: []string{"onhand", "stock", "quantity", "qty", "inventory", "stockonhand", "quantityonhand", "units", "bestand", "lagerbestand", "stockquantity", "existencias", "onhandnew", "onhandcurrent"}},
		{name: "available", label: "Available", number: true, synonyms: []string{"available", "availablequantity", "verfugbar", "disponible", "sellable", "afnfulfillablequantity"}},
		{name: "committed", label: "Committed", number: true, synonyms: []string{"committed", "reserved", "allocated", "reserviert"}},
		{name: "unavailable", label: "Unavailable", number: true, synonyms: []string{"unavailable", "damaged", "blocked", "gesperrt"}},
		{name: "incoming", label: "Incoming", number: true, synonyms: []string{"incoming", "onorder", "inbound", "bestellt"}},
		{name: "location", label: "Location", synonyms: []string{"location", "warehouse", "store", "locationid", "lager", "entrepot", "almacen"}},
		{name: "as_of", label: "Counted on", date: true, synonyms: []string{"asof", "date", "countedat", "counteddate", "snapshotdate", "stichtag", "datum", "fecha"}},
	}, anyOf: []string{"on_hand", "available"}},
	"costs": {name: "costs", fields: []field{
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "cost", label: "Cost of one unit", required: true, number: true, money: true, synonyms: []string{"cost", "unitcost", "costperitem", "costprice", "landedcost", "einkaufspreis", "ek", "coutunitaire", "coste", "purchaseprice"}},
		{name: "currency", label: "Currency", synonyms: []string{"currency", "currencycode"}},
		{name: "valid_from", label: "Valid from", date: true, synonyms: []string{"validfrom", "from", "date", "effectivedate", "asof", "gultigab"}},
		{name: "supplier", label: "Supplier", synonyms: []string{"supplier", "supplierid", "vendor", "lieferant"}},
	}},
	"supply": {name: "supply", fields: []field{
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "lead_days", label: "Lead time in days", required: true, number: true, synonyms: []string{"leaddays", "leadtime", "leadtimedays", "deliverydays", "lieferzeit", "lieferzeittage", "delai", "plazo"}},
		{name: "supplier", label: "Supplier", synonyms: []string{"supplier", "supplierid", "vendor", "lieferant", "fournisseur", "proveedor"}},
		{name: "supplier_name", label: "Supplier's name", synonyms: []string{"suppliername", "vendorname"}},
		{name: "supplier_email", label: "Supplier's e-mail", synonyms: []string{"supplieremail", "vendoremail", "email"}},
		{name: "pack", label: "Pack size", number: true, synonyms: []string{"pack", "packsize", "casepack", "caseqty", "moqmultiple", "verpackungseinheit", "ve"}},
		{name: "min_units", label: "Minimum quantity", number: true, synonyms: []string{"minunits", "minqty", "moq", "minimumorderquantity", "minorderqty", "mindestmenge"}},
		{name: "keeps_days", label: "Days that a unit keeps", number: true, synonyms: []string{"keepsdays", "shelflife", "shelflifedays", "bestbeforedays", "haltbarkeit", "haltbarkeittage"}},
		{name: "sell_until", label: "Last day of its season", date: true, synonyms: []string{"selluntil", "seasonend", "seasonends", "endofseason", "lastsaleday", "saisonende", "verkaufbis"}},
		{name: "volume", label: "Litres that a unit takes", number: true, synonyms: []string{"volume", "volumel", "unitvolume", "unitvolumel", "litres", "liters", "volumen"}},
		{name: "price_breaks", label: "Unit costs of larger orders, like 100: 1.80; 500: 1.65", synonyms: []string{"pricebreaks", "pricebreak", "quantitybreaks", "tierprices", "staffelpreise", "staffel"}},
		{name: "min_order", label: "Supplier's minimum order value", number: true, money: true, synonyms: []string{"minorder", "minordervalue", "minimumordervalue", "mindestbestellwert"}},
		{name: "currency", label: "Currency", synonyms: []string{"currency", "currencycode"}},
		{name: "valid_from", label: "Valid from", date: true, synonyms: []string{"validfrom", "from", "date", "asof"}},
	}},
	"purchases": {name: "purchases", fields: []field{
		{name: "purchase", label: "Purchase order number", required: true, synonyms: []string{"purchaseorder", "purchase", "purchaseordernumber", "purchaseorderid", "ponumber", "pono", "poid", "po", "bestellung", "bestellnr"}},
		{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
		{name: "units", label: "Units ordered", required: true, number: true, synonyms: []string{"units", "quantityordered", "orderedquantity", "qtyordered", "unitsordered", "quantity", "qty", "menge", "anzahl"}},
		{name: "date", label: "Ordered on", required: true, date: true, synonyms: []string{"placedon", "orderedon", "orderdate", "purchasedate", "podate", "placed", "date", "bestelldatum", "datum"}},
		{name: "supplier", label: "Supplier", synonyms: []string{"supplier", "supplierid", "vendor", "lieferant", "fournisseur", "proveedor"}},
		{name: "due", label: "Promised for", date: true, synonyms: []string{"due", "dueon", "duedate", "expectedon", "expecteddate", "promiseddate", "eta", "liefertermin"}},
		{name: "received_units", label: "Units received so far", number: true, synonyms: []string{"receivedunits", "unitsreceived", "quantityreceived", "qtyreceived", "receivedquantity", "received"}},
		{name: "received_on", label: "Received on", date: true, synonyms: []string{"receivedon", "receiveddate", "datereceived", "receivedat", "wareneingang"}},
		{name: "line", label: "Line number", synonyms: []string{"line", "lineno", "linenumber", "poline", "position"}},
		{name: "location", label: "Location", synonyms: []string{"location", "warehouse", "deliverto", "lager"}},
	}},
	"customers": {name: "customers", fields: []field{
		{name: "customer", label: "Customer", required: true, synonyms: []string{"customerid", "customer", "id", "customerno", "customernumber", "kundennummer", "clientid", "cliente", "userid"}},
		{name: "email", label: "E-mail", synonyms: []string{"email", "emailaddress", "mail", "courriel", "correo"}},
		{name: "name", label: "Name", synonyms: []string{"name", "fullname", "customername"}},
		{name: "first_name", label: "First name", synonyms: []string{"firstname", "givenname", "vorname", "prenom", "nombre"}},
		{name: "last_name", label: "Last name", synonyms: []string{"lastname", "surname", "familyname", "nachname", "nom", "apellido"}},
		{name: "phone", label: "Phone", synonyms: []string{"phone", "telephone", "telefon", "mobile"}},
		{name: "country", label: "Country", synonyms: []string{"country", "countrycode", "land", "pays", "pais", "defaultaddresscountrycode"}},
		{name: "city", label: "City", synonyms: []string{"city", "town", "ort", "stadt", "ville", "ciudad", "defaultaddresscity"}},
		{name: "postcode", label: "Postcode", synonyms: []string{"postcode", "zip", "zipcode", "postalcode", "plz", "codepostal", "defaultaddresszip"}},
		{name: "date", label: "As of", date: true, synonyms: []string{"updatedat", "createdat", "date", "asof"}},
	}, anyOf: []string{"email", "name", "first_name", "last_name", "phone", "country", "city", "postcode"}},
	"locations": {name: "locations", fields: []field{
		{name: "location", label: "Location", required: true, synonyms: []string{"location", "locationid", "store", "storeid", "warehouse", "place", "filiale", "lager"}},
		{name: "name", label: "Name", synonyms: []string{"name", "locationname", "storename", "title"}},
		{name: "region", label: "Region", synonyms: []string{"region", "area", "district", "territory", "gebiet"}},
		{name: "country", label: "Country", synonyms: []string{"country", "countrycode", "land", "pays", "pais"}},
		{name: "type", label: "Store, warehouse, market", synonyms: []string{"type", "kind", "locationtype", "format"}},
		{name: "valid_from", label: "Valid from", date: true, synonyms: []string{"validfrom", "from", "date", "asof"}},
	}, anyOf: []string{"region", "country", "type", "name"}},
	"events": {name: "events"},
	"facts":  {name: "facts"},
}

// wholeLines tells whether rows of a kind are read from the text of their lines, not from fields.
func wholeLines(name string) bool { return name == "events" || name == "facts" }

func (k kind) field(name string) (field, bool) {
	for _, f := range k.fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

func (k kind) names() []string {
	out := make([]string, len(k.fields))
	for i, f := range k.fields {
		out[i] = f.name
	}
	return out
}

// plain reduces a column name to its letters and digits, without case and accents.
func plain(s string) string { return layout.Plain(s) }

// columnsFor matches a header with the fields of a kind: every column serves one field, the field with the
// earliest synonym first.
func columnsFor(k kind, header []string) map[string]string {
	type match struct {
		field, column string
		rank          int
	}
	var all []match
	for fi, f := range k.fields {
		for _, h := range header {
			p := plain(h)
			for i, s := range f.synonyms {
				if p == s {
					all = append(all, match{f.name, h, i*100 + fi})
				}
			}
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].rank < all[b].rank })
	out, used := map[string]string{}, map[string]bool{}
	for _, m := range all {
		if _, ok := out[m.field]; !ok && !used[m.column] {
			out[m.field], used[m.column] = m.column, true
		}
	}
	if t, ok := out["time"]; ok && out["date"] == "" { // a moment, then
		out["date"] = t
		delete(out, "time")
	}
	return out
}

// inclusive tells whether the name of a column of amounts says that they contain the tax. “Gross sales” says only that
// discounts are not taken off.
func inclusive(column string) bool {
	p := plain(column)
	return slices.ContainsFunc([]string{"brutto", "ttc", "incltax", "inctax", "inclvat", "incvat", "includingtax", "includingvat", "inklmwst"}, func(s string) bool { return strings.Contains(p, s) })
}

// missing names the required fields that have no column.
func (k kind) missing(columns map[string]string) (out []field) {
	for _, f := range k.fields {
		if f.required && columns[f.name] == "" {
			out = append(out, f)
		}
	}
	if k.name == "orders" && columns["title"] != "" { // what has no code goes by its name
		out = slices.DeleteFunc(out, func(f field) bool { return f.name == "sku" })
	}
	if len(k.anyOf) > 0 {
		for _, name := range k.anyOf {
			if columns[name] != "" {
				return out
			}
		}
		f, _ := k.field(k.anyOf[0])
		out = append(out, f)
	}
	return out
}

// recognise tells what a header is of: the kind with most matching columns, where a needed one that is missing
// counts against it more than a match counts for it.
func recognise(header []string) (name string, columns map[string]string, complete bool) {
	set := map[string]bool{}
	for _, h := range header {
		set[h] = true
	}
	if set["kind"] && set["source"] && set["id"] && set["occurred_at"] {
		return "facts", nil, true
	}
	if set["type"] && (set["event"] || set["anonymousId"] || set["userId"]) {
		return "events", nil, true
	}
	best := 0
	for _, n := range []string{"orders", "purchases", "supply", "products", "costs", "stock", "customers", "locations"} {
		k := kinds[n]
		c := columnsFor(k, header)
		gaps := len(k.missing(c))
		if score := 2*len(c) - 3*gaps; len(c) >= 2 && score > best {
			name, columns, complete, best = n, c, gaps == 0, score
		}
	}
	return name, columns, complete
}
