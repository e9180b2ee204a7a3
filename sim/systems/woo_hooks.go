package systems

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hook is a webhook of the platform. Topics are order.created, order.updated, product.created, product.updated, customer.created.
type Hook struct {
	Topic, URL, Secret string

	id     int64
	at     time.Time
	status string // active, disabled
	failed int    // in a row
}

// event is what is still to be told. What its object is like is looked up when it is sent, as the platform's queue does.
type event struct {
	topic string
	id    int64
}

// hookFailures in a row disable a webhook.
const hookFailures = 5

func (w *Woo) tell(topic string, id int64) {
	for _, h := range w.hooks {
		if h.Topic == topic && h.status == "active" {
			w.queue = append(w.queue, event{topic, id})
			return
		}
	}
}

// Deliver sends what is due, in the order in which it happened but for the faults: what is dropped is never sent, what is late waits
// for the next call. There are no other tries: after five failures in a row a webhook is disabled.
func (w *Woo) Deliver(ctx context.Context) error {
	w.mu.Lock()
	due := w.queue
	w.queue = nil
	w.mu.Unlock()
	for i := range due {
		if i+1 < len(due) && w.luck.happens(w.o.Faults.Reorder) {
			due[i], due[i+1] = due[i+1], due[i]
		}
		switch {
		case w.luck.happens(w.o.Faults.Drop):
			continue
		case w.luck.happens(w.o.Faults.Late):
			w.mu.Lock()
			w.queue = append(w.queue, due[i])
			w.mu.Unlock()
			continue
		}
		times := 1
		if w.luck.happens(w.o.Faults.Duplicate) {
			times = 2
		}
		for range times {
			if err := w.send(ctx, due[i]); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// send tells every hook of the topic.
func (w *Woo) send(ctx context.Context, e event) error {
	for _, h := range w.hooks {
		w.mu.Lock()
		active := h.Topic == e.topic && h.status == "active"
		body, err := json.Marshal(w.object(e))
		w.delivery++
		delivery := strconv.Itoa(w.delivery)
		w.mu.Unlock()
		if err != nil {
			return err
		}
		if !active {
			continue
		}
		failed := w.post(ctx, h, e.topic, delivery, body) != nil
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.mu.Lock()
		if h.failed++; !failed {
			h.failed = 0
		}
		if h.failed >= hookFailures {
			h.status = "disabled"
		}
		w.mu.Unlock()
	}
	return nil
}

// object is the answer that the API would give for it.
func (w *Woo) object(e event) map[string]any {
	switch resource, _, _ := strings.Cut(e.topic, "."); resource {
	case "order":
		return w.orderJSON(w.orders[slices.IndexFunc(w.orders, func(o *wooOrder) bool { return o.id == e.id })])
	case "product":
		return w.productJSON(w.products[e.id-firstProduct])
	}
	return w.customerJSON(w.customers[slices.IndexFunc(w.customers, func(c *wooCustomer) bool { return c.id == e.id })])
}

type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

func (w *Woo) post(ctx context.Context, h *Hook, topic, delivery string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resource, happened, _ := strings.Cut(topic, ".")
	m := hmac.New(sha256.New, []byte(h.Secret))
	_, _ = m.Write(body) // a hash never fails to write
	for name, value := range map[string]string{"Content-Type": "application/json", "User-Agent": "WooCommerce/9.4.0 Hookshot (WordPress/6.7)", "X-WC-Webhook-Source": w.o.Site + "/",
		"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Resource": resource, "X-WC-Webhook-Event": happened, "X-WC-Webhook-Signature": base64.StdEncoding.EncodeToString(m.Sum(nil)),
		"X-WC-Webhook-ID": strconv.FormatInt(h.id, 10), "X-WC-Webhook-Delivery-ID": delivery} {
		req.Header.Set(name, value)
	}
	res, err := w.o.Client.Do(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, mostBody)) // so that the connection can be used again
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return statusError(res.StatusCode)
	}
	return nil
}

func (w *Woo) hookRows() (rows []row) {
	for _, h := range w.hooks {
		resource, happened, _ := strings.Cut(h.Topic, ".")
		rows = append(rows, row{h.id, h.Topic, h.at, h.at, func(param, value string) bool { return param != "status" || value == h.status || value == "all" }, func() map[string]any {
			m := dates(map[string]any{"id": h.id, "name": h.Topic, "status": h.status, "topic": h.Topic, "resource": resource, "event": happened, "hooks": []any{}, "delivery_url": h.URL}, h.at, h.at)
			return w.links(m, "", "webhooks", h.id)
		}})
	}
	return rows
}
