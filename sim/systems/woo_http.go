package systems

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is WordPress's error document.
type fault struct {
	status        int
	code, message string
	params        map[string]string
}

func (f *fault) write(w http.ResponseWriter) {
	data := map[string]any{"status": f.status}
	if f.params != nil {
		data["params"] = f.params
	}
	answer(w, f.status, map[string]any{"code": f.code, "message": f.message, "data": data})
}

func invalid(param, message string) *fault {
	return &fault{http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): " + param, map[string]string{param: message}}
}

const wooRoot = "/wp-json/wc/v3/"

// ServeHTTP answers GET and HEAD.
func (w *Woo) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if ok, after := w.meter.allow(); !ok {
		tooMany(out, after)
		return
	}
	switch {
	case w.luck.happens(w.o.Faults.Busy):
		tooMany(out, 1)
		return
	case w.luck.happens(w.o.Faults.Fail):
		(&fault{http.StatusInternalServerError, "internal_server_error", "There has been a critical error on this website.", nil}).write(out)
		return
	case w.luck.happens(w.o.Faults.Hang):
		hang(r.Context(), w.o.Hang)
	}
	path, ok := strings.CutPrefix(r.URL.Path, wooRoot)
	switch {
	case !ok || r.Method != http.MethodGet && r.Method != http.MethodHead:
		(&fault{http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.", nil}).write(out)
		return
	case !w.known(r):
		(&fault{http.StatusUnauthorized, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", nil}).write(out)
		return
	}
	kept := reply{ResponseWriter: out, status: http.StatusOK}
	w.mu.Lock()
	w.route(&kept, r, strings.Split(strings.Trim(path, "/"), "/"))
	w.mu.Unlock()
	out.WriteHeader(kept.status)
	_, _ = kept.body.WriteTo(out) // who asked is gone where it fails
}

// reply keeps an answer until the shop may live on: who reads slowly holds nobody up.
type reply struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (r *reply) WriteHeader(status int) { r.status = status }

// Write keeps the body.
func (r *reply) Write(b []byte) (int, error) { return r.body.Write(b) }

func (w *Woo) known(r *http.Request) bool {
	key, secret, ok := r.BasicAuth()
	if !ok {
		q := r.URL.Query()
		key, secret = q.Get("consumer_key"), q.Get("consumer_secret")
	}
	return subtle.ConstantTimeCompare([]byte(key), []byte(w.o.Key))&subtle.ConstantTimeCompare([]byte(secret), []byte(w.o.Secret)) == 1
}

// route finds the collection, or one object of it.
func (w *Woo) route(out http.ResponseWriter, r *http.Request, path []string) {
	switch rows, kind := w.collection(path[0]); {
	case kind == "":
		(&fault{http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.", nil}).write(out)
	case len(path) == 1:
		page(out, r, path[0], rows)
	default:
		id, err := strconv.ParseInt(path[1], 10, 64)
		i := slices.IndexFunc(rows, func(x row) bool { return x.id == id })
		if err != nil || i < 0 {
			(&fault{http.StatusNotFound, "woocommerce_rest_" + kind + "_invalid_id", "Invalid ID.", nil}).write(out)
			return
		}
		w.within(out, r, rows[i], path)
	}
}

func (w *Woo) collection(name string) (rows []row, kind string) {
	switch name {
	case "orders":
		return w.orderRows(), "shop_order"
	case "products":
		return w.productRows(nil), "product"
	case "customers":
		return w.customerRows(), "customer"
	case "webhooks":
		return w.hookRows(), "shop_webhook"
	}
	return nil, ""
}

// within answers for one object and for what belongs to it.
func (w *Woo) within(out http.ResponseWriter, r *http.Request, of row, path []string) {
	var rows []row
	switch {
	case len(path) == 2:
		answer(out, http.StatusOK, of.json())
		return
	case len(path) <= 4 && path[0] == "orders" && path[2] == "refunds":
		i := slices.IndexFunc(w.orders, func(o *wooOrder) bool { return o.id == of.id })
		rows = w.refundRows(w.orders[i])
	case len(path) <= 4 && path[0] == "products" && path[2] == "variations":
		i := slices.IndexFunc(w.products, func(p *wooProduct) bool { return p.id == of.id })
		rows = w.productRows(w.products[i])
	default:
		(&fault{http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.", nil}).write(out)
		return
	}
	if len(path) == 3 {
		page(out, r, strings.Join(path, "/"), rows)
		return
	}
	i := slices.IndexFunc(rows, func(x row) bool { return strconv.FormatInt(x.id, 10) == path[3] })
	if i < 0 {
		(&fault{http.StatusNotFound, "woocommerce_rest_" + strings.TrimSuffix(path[2], "s") + "_invalid_id", "Invalid ID.", nil}).write(out)
		return
	}
	answer(out, http.StatusOK, rows[i].json())
}

// page filters, sorts and cuts a collection as the query asks.
func page(out http.ResponseWriter, r *http.Request, path string, rows []row) {
	q := r.URL.Query()
	rows, f := filter(rows, q, path)
	if f != nil {
		f.write(out)
		return
	}
	n, f := number(q, "page", 1, 1<<31)
	size, f2 := number(q, "per_page", 10, 100)
	if f != nil || f2 != nil {
		if f == nil {
			f = f2
		}
		f.write(out)
		return
	}
	pages := (len(rows) + size - 1) / size
	h := out.Header()
	h.Set("X-WP-Total", strconv.Itoa(len(rows)))
	h.Set("X-WP-TotalPages", strconv.Itoa(pages))
	link := func(to int, rel string) {
		q.Set("page", strconv.Itoa(to))
		q.Del("consumer_key")
		q.Del("consumer_secret")
		h.Add("Link", fmt.Sprintf(`<%s%s%s?%s>; rel="%s"`, base(r), wooRoot, path, q.Encode(), rel))
	}
	if n > 1 {
		link(min(n-1, max(pages, 1)), "prev")
	}
	if n < pages {
		link(n+1, "next")
	}
	list := []map[string]any{}
	for i := (n - 1) * size; i < min(n*size, len(rows)); i++ {
		list = append(list, rows[i].json())
	}
	answer(out, http.StatusOK, list)
}

func number(q url.Values, name string, usual, most int) (int, *fault) {
	v := q.Get(name)
	if v == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		return 0, invalid(name, fmt.Sprintf("%s must be between 1 (inclusive) and %d (inclusive)", name, most))
	}
	return n, nil
}

// filter keeps what the query asks for, sorted. Dates without a zone are the site's; bounds are left out themselves.
func filter(rows []row, q url.Values, path string) ([]row, *fault) {
	keep := slices.Clone(rows)
	drop := func(no func(row) bool) { keep = slices.DeleteFunc(keep, no) }
	dated := path != "customers"
	for _, name := range []string{"after", "before", "modified_after", "modified_before"} {
		if v := q.Get(name); v != "" && dated {
			at, err := when(v)
			if err != nil {
				return nil, invalid(name, "Invalid date.")
			}
			drop(func(x row) bool {
				t := x.at
				if strings.HasPrefix(name, "modified") {
					t = x.changed
				}
				return strings.HasSuffix(name, "after") && !t.After(at) || strings.HasSuffix(name, "before") && !t.Before(at)
			})
		}
	}
	if v := q.Get("include"); v != "" {
		ids := strings.FieldsFunc(v, func(c rune) bool { return c == ',' || c == ' ' })
		drop(func(x row) bool { return !slices.Contains(ids, strconv.FormatInt(x.id, 10)) })
	}
	own := false
	for _, name := range []string{"status", "customer", "sku", "email"} {
		if v := q.Get(name); v != "" {
			own = own || name == "sku"
			drop(func(x row) bool { return !x.fits(name, v) })
		}
	}
	if !own {
		drop(func(x row) bool { return !x.fits("", "") })
	}
	by, way := q.Get("orderby"), q.Get("order")
	if by == "" {
		by = "date"
		if !dated {
			by = "name"
		}
	}
	if !slices.Contains([]string{"date", "modified", "id", "include", "title", "name", "registered_date"}, by) {
		return nil, invalid("orderby", "orderby is not one of date, modified, id, include, title, name, registered_date.")
	}
	if way != "" && way != "asc" && way != "desc" {
		return nil, invalid("order", "order is not one of asc and desc.")
	}
	sortRows(keep, by, way == "desc" || way == "" && dated)
	return keep, nil
}

// when reads ISO 8601, with a zone or, without, the site's.
func when(v string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, nil
		}
	}
	return time.Parse(time.DateOnly, v)
}
