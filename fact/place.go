package fact

// Place describes where a shop sells, stores or sends from: what other facts name as their location (id: the location).
type Place struct {
	Location string `json:"loc"`
	Name     string `json:"name,omitempty"`
	Type     string `json:"type,omitempty"` // store, warehouse, market, …: the shop's own word
	Country  string `json:"country,omitempty"`
	Region   string `json:"region,omitempty"` // the level above places in forecasts
}

// Kind is location.described.
func (*Place) Kind() Kind { return LocationDescribed }

// Check demands a location.
func (b *Place) Check(p *Problems) {
	p.need("loc", b.Location)
	p.title(b.Name)
	p.id("type", b.Type)
	p.id("country", b.Country)
	p.id("region", b.Region)
}
