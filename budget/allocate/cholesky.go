package allocate

import "math"

// cholesky factors the lower half of a symmetric matrix of n rows in place; false if
// it is not positive definite.
func cholesky(a []float64, n int) bool {
	for j := range n {
		row := a[j*n : j*n+n]
		d := row[j]
		for k := range j {
			d -= row[k] * row[k]
		}
		if !(d > 0) || math.IsInf(d, 0) {
			return false
		}
		d = math.Sqrt(d)
		row[j] = d
		for i := j + 1; i < n; i++ {
			other := a[i*n : i*n+n]
			s := other[j]
			for k := range j {
				s -= other[k] * row[k]
			}
			other[j] = s / d
		}
	}
	return true
}

// substitute solves with a factor of cholesky in place.
func substitute(a, b []float64, n int) {
	for i := range n {
		s := b[i]
		for k := range i {
			s -= a[i*n+k] * b[k]
		}
		b[i] = s / a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		s := b[i]
		for k := i + 1; k < n; k++ {
			s -= a[k*n+i] * b[k]
		}
		b[i] = s / a[i*n+i]
	}
}
