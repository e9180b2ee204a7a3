// Package demand measures forecasts of a whole catalogue by day: items in stores with prices, events and departments, whose
// next days are held out. The files have the form of the M5 competition (Makridakis, Spiliotis and Assimakopoulos 2022,
// "M5 accuracy competition: results, findings, and conclusions", International Journal of Forecasting 38(4)).
package demand

import "almanac/evaluate/data"

// The files as evaluate/data reads them.
type (
	// Item is one item in one store.
	Item = data.Item
	// Price is what an item costs from a week on.
	Price = data.Price
	// Day is one day of the calendar.
	Day = data.Day
)
