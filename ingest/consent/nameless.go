package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"

	"almanac/fact"
)

// Strip takes out of a fact who it is about. Every event gets an id of its own, so that no two of them can
// be told to be of one person; it depends on the message only, so that a repeated message stays one. What
// senders wrote freely (properties, the query of an address, extra data) goes too.
func Strip(f *fact.Fact) {
	sum := sha256.Sum256([]byte("nameless\x00" + f.ID))
	nobody := fact.Actor{Visitor: "nameless-" + hex.EncodeToString(sum[:8])}
	f.Ext = nil
	switch b := f.Body.(type) {
	case *fact.PageView:
		b.Actor, b.URL, b.Referrer = nobody, bare(b.URL), bare(b.Referrer)
	case *fact.ListView:
		b.Actor = nobody
	case *fact.ProductEvent:
		b.Actor = nobody
	case *fact.Search:
		b.Actor = nobody
	case *fact.Basket:
		b.Actor, b.Cart = nobody, ""
	case *fact.Event:
		b.Actor, b.Properties = nobody, nil
	case *fact.Promotion:
		b.Actor = nobody
	case *fact.Step:
		b.Actor, b.Checkout, b.Order = nobody, "", ""
	case *fact.Coupon:
		b.Actor, b.Order, b.Cart = nobody, "", ""
	case *fact.OrderLine: // the customer ordered and is known by that; their browsing is not
		b.Visitor = ""
	case *fact.Share:
		b.Actor, b.Cart = nobody, "shared"
	}
}

// bare is an address without its query and fragment, where ids hide; empty where it cannot be read.
func bare(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.RawQuery, u.Fragment, u.RawFragment, u.User = "", "", "", nil
	return u.String()
}
