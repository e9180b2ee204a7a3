// Package auto forecasts a collection of series without being told how: it tries every method on the past of every series,
// learns how far each is to be trusted, combines them, and calibrates the intervals on what the combination missed.
//
// In goes a collection of evenly spaced series (a catalogue's weeks, or one series alone), oldest first, with the seasons
// that are worth a look; out comes a [Result] per series: point forecasts, quantiles of each step and of the sum over the
// first steps, and the share of each method. Gaps (NaN), infinite values and wild outliers are mended first ([Mend]); a result
// is always finite, and never farther outside the range of the history than that range is wide.
//
// How it decides, all of it inside the given past:
//
//  1. Every method forecasts from several cut-offs (rolling origins: Tashman 2000, International Journal of Forecasting
//     16(4)).
//  2. Weights over methods are learned from all series together, so that short series do not over-fit; each series then
//     tilts them by its own past errors (in the spirit of Montero-Manso et al. 2020, "FFORMA", same journal 36(1)). How
//     strongly to learn and to tilt is itself chosen on the newest cut-off with weights from the older ones.
//  3. The forecast is the weighted median or mean of the methods (Petropoulos and Svetunkov 2020, "A simple combination of
//     univariate models", same journal 36(1), found the median of four hard to beat).
//  4. Intervals are conformal: the combination's own errors, each over the scale of its series as known without that
//     error and over the profile of its step, are pooled over series (Barber et al. 2021, "Predictive inference with the jackknife+",
//     Annals of Statistics 49(1), for leaving the judged one out).
package auto
