package allocate

// Where spend is felt in later periods, the response of a channel is the sum over
// periods of its curve at what is felt then, y[t] = w[0] x[t] + w[1] x[t-1] + …, so
// the spends of a channel do not count for themselves.

// felt returns what is felt in every cell, in minor units.
func (m *Model) felt(x []float64) []float64 {
	y := make([]float64, len(x))
	m.feel(x, y)
	return y
}

func (m *Model) feel(x, y []float64) {
	for i, w := range m.weights {
		own, out := x[i*m.periods:(i+1)*m.periods], y[i*m.periods:(i+1)*m.periods]
		for t := range out {
			sum := 0.0
			for s := range t + 1 {
				sum += w[t-s] * own[s]
			}
			out[t] = sum
		}
	}
}

// blame turns slopes of the response to what is felt into those of the response to
// spend.
func (m *Model) blame(slopes, g []float64) {
	for i, w := range m.weights {
		own, out := slopes[i*m.periods:(i+1)*m.periods], g[i*m.periods:(i+1)*m.periods]
		for s := range out {
			sum := 0.0
			for t := s; t < len(own); t++ {
				sum += w[t-s] * own[t]
			}
			out[s] = sum
		}
	}
}

// gradient returns the response to one more minor unit in each cell.
func (m *Model) gradient(felt []float64) []float64 {
	slopes, g := make([]float64, len(felt)), make([]float64, len(felt))
	for i := range felt {
		c := &m.cells[i].curve
		slopes[i] = c.Marginal(felt[i])
		if felt[i] == 0 {
			slopes[i] = c.At(1) - c.At(0) // where it may be infinite: to the first minor unit
		}
	}
	m.blame(slopes, g)
	return g
}

// valueOverTime returns the response to a spend in minor units.
func (m *Model) valueOverTime(x []float64) float64 {
	v := 0.0
	for i, y := range m.felt(x) {
		v += m.cells[i].curve.At(y)
	}
	return v
}
