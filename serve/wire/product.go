package wire

import (
	"time"

	"almanac/program/reorder"
)

// ProductRow is a row of the list of products.
type ProductRow struct {
	SKU           string   `json:"sku"`
	Title         string   `json:"title"`
	Category      string   `json:"category,omitempty"`
	Units         int64    `json:"units"`
	Orders        int64    `json:"orders"`
	NetMinor      int64    `json:"net_minor"`
	PriceMinMinor *int64   `json:"price_min_minor,omitempty"`
	PriceMaxMinor *int64   `json:"price_max_minor,omitempty"`
	ReturnRate    *float64 `json:"return_rate,omitempty"`
	DemandWeek    *float64 `json:"demand_week,omitempty" doc:"Expected units a week over the next four weeks, with what planners set"`
	Adjusted      bool     `json:"adjusted" doc:"A planner set some of the weeks ahead"`
	OnHand        *int64   `json:"on_hand,omitempty"`
	WeeksOfCover  *float64 `json:"weeks_of_cover,omitempty"`
	LastSold      string   `json:"last_sold,omitempty"`
	Trend         []int64  `json:"trend" doc:"Units of the last twelve weeks of the period"`
}

// ProductList is a page of products.
type ProductList struct {
	Items []ProductRow `json:"items"`
	Total int64        `json:"total"`
}

// ForecastPoint is the likely range of one week's demand.
type ForecastPoint = reorder.ForecastPoint

// WeekPoint is what happened in one week.
type WeekPoint struct {
	Week     string `json:"week"`
	Units    int64  `json:"units"`
	NetMinor int64  `json:"net_minor"`
	Returned int64  `json:"returned"`
}

// Related is a product that is bought together with another.
type Related struct {
	SKU            string  `json:"sku"`
	Title          string  `json:"title"`
	OrdersTogether int64   `json:"orders_together"`
	Lift           float64 `json:"lift"`
	Score          float64 `json:"score"`
	Reason         string  `json:"reason"`
}

// PricePoint is a price that was charged.
type PricePoint struct {
	PriceMinor int64  `json:"price_minor"`
	Units      int64  `json:"units"`
	First      string `json:"first"`
	Last       string `json:"last"`
}

// ForecastCard says which model answers and how it did against the baseline.
type ForecastCard struct {
	Champion      string    `json:"champion"`
	Baseline      string    `json:"baseline"`
	Metric        string    `json:"metric"`
	ChampionScore *float64  `json:"champion_score,omitempty"`
	BaselineScore *float64  `json:"baseline_score,omitempty"`
	Folds         int       `json:"folds"`
	TrainedAt     time.Time `json:"trained_at"`
	Cutoff        string    `json:"cutoff"`
	Model         string    `json:"model"`
	Why           string    `json:"why"`
}

// StockLevel is one counted quantity at one place.
type StockLevel struct {
	Location string    `json:"location"`
	Quantity string    `json:"quantity"`
	Units    int64     `json:"units"`
	AsOf     time.Time `json:"as_of"`
}

// Product is everything about one product.
type Product struct {
	SKU             string            `json:"sku"`
	Title           string            `json:"title"`
	Titles          []string          `json:"titles" doc:"Other names seen"`
	Category        string            `json:"category,omitempty"`
	Brand           string            `json:"brand,omitempty"`
	Row             ProductRow        `json:"row"`
	Weeks           []WeekPoint       `json:"weeks"`
	Forecast        []ForecastPoint   `json:"forecast"`
	ForecastCard    *ForecastCard     `json:"forecast_card,omitempty"`
	ForecastMissing string            `json:"forecast_missing,omitempty" doc:"Why there is no forecast"`
	Prices          []PricePoint      `json:"prices"`
	BoughtTogether  []Related         `json:"bought_together"`
	Stock           []StockLevel      `json:"stock"`
	UnitCostMinor   *int64            `json:"unit_cost_minor,omitempty"`
	LeadDays        *int              `json:"lead_days,omitempty"`
	Supplier        string            `json:"supplier,omitempty"`
	Findings        []Finding         `json:"findings"`
	Decisions       []DecisionSummary `json:"decisions"`
}
