package wire

// DemandPlace is the demand of a place, or of a region, in the list.
type DemandPlace struct {
	Level         string          `json:"level" enum:"place,region"`
	Name          string          `json:"name" doc:"As orders and counts name it; empty: what was sold without telling a place"`
	Title         string          `json:"title,omitempty" doc:"What people call it"`
	Region        string          `json:"region,omitempty"`
	Country       string          `json:"country,omitempty"`
	Type          string          `json:"type,omitempty" doc:"Store, warehouse, market: the shop's own word"`
	Products      int             `json:"products" doc:"That were sold there"`
	DemandWeek    *float64        `json:"demand_week,omitempty" doc:"Expected units a week over the next four weeks, with what planners set"`
	Quarter       *float64        `json:"quarter,omitempty" doc:"Expected units over all forecast weeks, with what planners set"`
	Share         *float64        `json:"share,omitempty" doc:"Of the shop's demand over all forecast weeks"`
	Error         *float64        `json:"error,omitempty" doc:"Units missed by product as a share of units sold there, in the backtest"`
	BaselineError *float64        `json:"baseline_error,omitempty"`
	Bias          *float64        `json:"bias,omitempty" doc:"Units too many (+) or too few (−) as a share of units sold there"`
	BaselineBias  *float64        `json:"baseline_bias,omitempty"`
	Trend         []int64         `json:"trend" doc:"Units of the last twelve weeks"`
	Next          []float64       `json:"next" doc:"Expected units of the forecast weeks"`
	Points        []AccuracyPoint `json:"points" doc:"How good it was at each time of the backtest, oldest first"`
}

// DemandPlaces is the demand of a shop by place, then by region.
type DemandPlaces struct {
	Items    []DemandPlace `json:"items"`
	Total    int64         `json:"total"`
	Dividing string        `json:"dividing,omitempty" enum:"shares of places,own series of places,weighted least squares" doc:"How products were divided over places"`
	Start    string        `json:"start,omitempty" doc:"Monday of the first forecast week"`
	Card     *ForecastCard `json:"card,omitempty"`
	Missing  string        `json:"missing,omitempty" doc:"Why there is no forecast by place"`
}

// ProductPlace is what falls to a place of the demand of one product.
type ProductPlace struct {
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Region     string   `json:"region,omitempty"`
	Share      *float64 `json:"share,omitempty" doc:"Of the product's demand over all forecast weeks"`
	DemandWeek *float64 `json:"demand_week,omitempty"`
	Quarter    *float64 `json:"quarter,omitempty"`
	Trend      []int64  `json:"trend" doc:"Units of the last twelve weeks"`
}

// PlaceChange says what a place is. What is left empty is taken away where people said it before.
type PlaceChange struct {
	Name    string `json:"name,omitempty" maxLength:"512"`
	Region  string `json:"region,omitempty" maxLength:"256"`
	Country string `json:"country,omitempty" maxLength:"64"`
	Type    string `json:"type,omitempty" maxLength:"64"`
}
