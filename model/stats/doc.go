// Package stats answers how large, how sure and how wrong: quantiles of a sample, intervals of a proportion, and the
// scores by which forecasts and probabilities are judged.
//
// In go plain float64 slices, out come float64 numbers. Nothing is modified and nothing is read from outside. A value
// that the data cannot give (the mean of nothing, the AUC of one class) is NaN, so that it can never pass for a number;
// whoever writes a result into JSON leaves NaN out. Inputs of unequal length are compared over the shorter length.
//
// Sources: Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages", The American Statistician 50(4), type 7;
// Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158); Brown, Cai and
// DasGupta (2001), "Interval Estimation for a Binomial Proportion", Statistical Science 16(2), eq. 4; Fawcett (2006),
// "An introduction to ROC analysis", Pattern Recognition Letters 27(8); Brier (1950), Monthly Weather Review 78(1);
// Koenker and Bassett (1978), "Regression Quantiles", Econometrica 46(1); Hyndman and Koehler (2006), "Another look at
// measures of forecast accuracy", International Journal of Forecasting 22(4).
package stats
