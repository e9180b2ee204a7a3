package main

// evaluateCmd measures models on files of known data, beside their baselines.
type evaluateCmd struct {
	Demand    evaluateDemandCmd    `cmd:"" help:"Daily demand of a whole catalogue with prices and events (M5 form)."`
	Forecast  evaluateForecastCmd  `cmd:"" help:"Forecasts of series whose continuation is held out (M competitions)."`
	Uncensor  evaluateUncensorCmd  `cmd:"" help:"Demand of days with stockouts, which are imposed on days that had none."`
	Recommend evaluateRecommendCmd `cmd:"" help:"Recommendations on files of sessions or of user sequences."`
	Customers evaluateCustomersCmd `cmd:"" help:"Who orders again within 90 days, of a file or of simulated shops."`
	Reorder   evaluateReorderCmd   `cmd:"" help:"Policies of ordering, by living through the past again, of a file or of simulated shops."`
}
