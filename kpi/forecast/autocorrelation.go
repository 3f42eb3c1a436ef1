package forecast

import "math/big"

// Autocorrelation returns the sample autocorrelation of a series at a lag,
//
//	Σ (x[i]-m)(x[i+lag]-m) / Σ (x[i]-m)²,
//
// exactly; scaling the series does not change it. ok is false if the lag is
// negative, not shorter than the series, or all values are equal. (Box, Jenkins,
// Time Series Analysis; the definition certified in NIST's StRD.)
func Autocorrelation(series []int64, lag int) (r *big.Rat, ok bool) {
	if lag < 0 || lag >= len(series) {
		return nil, false
	}
	n := big.NewInt(int64(len(series)))
	sum := new(big.Int)
	for _, x := range series {
		sum.Add(sum, big.NewInt(x))
	}
	deviations := make([]*big.Int, len(series)) // times n, so that they are whole
	for i, x := range series {
		d := new(big.Int).Mul(n, big.NewInt(x))
		deviations[i] = d.Sub(d, sum)
	}
	num, den, product := new(big.Int), new(big.Int), new(big.Int)
	for i, d := range deviations {
		den.Add(den, product.Mul(d, d))
		if i+lag < len(deviations) {
			num.Add(num, product.Mul(d, deviations[i+lag]))
		}
	}
	if den.Sign() == 0 {
		return nil, false
	}
	return new(big.Rat).SetFrac(num, den), true
}
