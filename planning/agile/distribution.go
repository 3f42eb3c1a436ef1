package agile

import (
	"fmt"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// shape is a history as its different counts, with how often each came.
type shape struct {
	count  []int
	times  []int64
	total  int64
	most   int
	counts []int
}

func (t Throughput) shape() (shape, error) {
	s := shape{total: int64(len(t.Counts)), counts: t.Counts}
	switch {
	case len(t.Counts) == 0:
		return s, &ForecastError{Reason: "no history"}
	case len(t.Counts) > maxHistory:
		return s, &ForecastError{Reason: fmt.Sprintf("more than %d stretches of history", maxHistory)}
	case t.Days < 1:
		return s, &ForecastError{Reason: "a stretch has at least one day"}
	}
	for _, c := range t.Counts {
		if c < 0 || c > maxCount {
			return s, &ForecastError{Reason: fmt.Sprintf("count %d is out of range", c)}
		}
		s.most = max(s.most, c)
	}
	at := make([]int64, s.most+1)
	for _, c := range t.Counts {
		at[c]++
	}
	g := s.total
	for _, n := range at {
		for n != 0 {
			g, n = n, g%n
		}
	}
	s.total /= g
	for c, n := range at {
		if n > 0 {
			s.count, s.times = append(s.count, c), append(s.times, n/g)
		}
	}
	return s, nil
}

// exactWhen counts the sequences of stretches that come to fewer than n items:
// ways[i] of them to exactly i.
func (s shape) exactWhen(n int) ([]Chance, error) {
	ways, next := make([]*big.Int, n), make([]*big.Int, n)
	for i := range ways {
		ways[i], next[i] = new(big.Int), new(big.Int)
	}
	ways[0].SetInt64(1)
	var out []Chance
	var product, open big.Int
	all, total := big.NewInt(1), big.NewInt(s.total)
	times := make([]*big.Int, len(s.times))
	for k, m := range s.times {
		times[k] = big.NewInt(m)
	}
	low, work := 0, int64(0) // nothing is below low
	for len(out) < maxStretches {
		work += int64(n-low) * int64(len(times)) * int64(8+len(all.Bits()))
		if work > exactWork {
			return nil, &ForecastError{Reason: "too large to compute exactly", TooLarge: true}
		}
		open.SetInt64(0)
		for i := low; i < n; i++ {
			sum := next[i].SetInt64(0)
			for k, c := range s.count {
				if i-c < low {
					break
				}
				if w := ways[i-c]; w.Sign() != 0 {
					sum.Add(sum, product.Mul(w, times[k]))
				}
			}
			open.Add(&open, sum)
		}
		ways, next = next, ways
		low = min(n, low+s.count[0])
		all = new(big.Int).Mul(all, total)
		out = append(out, Chance{new(big.Int).Sub(all, &open), all})
		if product.Mul(&open, big.NewInt(tail)).Cmp(all) <= 0 {
			return out, nil
		}
	}
	return nil, &ForecastError{Reason: fmt.Sprintf("more than %d stretches", maxStretches)}
}

func (h *Sampling) runs() (int, error) {
	switch {
	case h.Runs == 0:
		return 10_000, nil
	case h.Runs < 0 || h.Runs > 10_000_000:
		return 0, &ForecastError{Reason: fmt.Sprintf("%d runs, not 1 to 10,000,000", h.Runs)}
	}
	return h.Runs, nil
}

func (s shape) sampledWhen(n int, how *Sampling) ([]Chance, error) {
	runs, err := how.runs()
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(how.Seed, 1))
	took := make([]int64, maxStretches+1)
	last := 0
	for range runs {
		k := 0
		for left := n; left > 0 && k < maxStretches; k++ {
			left -= s.counts[random.IntN(len(s.counts))]
		}
		took[k]++
		last = max(last, k)
	}
	if took[maxStretches] > 0 {
		return nil, &ForecastError{Reason: fmt.Sprintf("more than %d stretches", maxStretches)}
	}
	var out []Chance
	done := int64(0)
	for k := 1; k <= last && (int64(runs)-done)*tail > int64(runs); k++ {
		done += took[k]
		out = append(out, Chance{big.NewInt(done), big.NewInt(int64(runs))})
	}
	return out, nil
}

// exactMany raises the history's generating polynomial to the nth power. Its
// coefficients lie side by side in one large number, wide enough never to touch
// (L. Kronecker, Grundzüge einer arithmetischen Theorie der algebraischen
// Grössen, 1882), so that one multiplication of numbers is one of polynomials.
func (s shape) exactMany(n int) ([]Chance, error) {
	bytes := (n*bits.Len64(uint64(s.total)) + 8) / 8 // per coefficient
	width := uint(8 * bytes)
	if int64(width)*(int64(n)*int64(s.most)+1) > exactBits {
		return nil, &ForecastError{Reason: "too large to compute exactly", TooLarge: true}
	}
	if n == 0 {
		return []Chance{{big.NewInt(1), big.NewInt(1)}}, nil
	}
	slots := n*s.most + 1
	packed := new(big.Int)
	for k := range slices.Backward(s.count) {
		one := big.NewInt(s.times[k])
		packed.Or(packed, one.Lsh(one, width*uint(s.count[k])))
	}
	power := packed.Exp(packed, big.NewInt(int64(n)), nil)
	all := new(big.Int).Exp(big.NewInt(s.total), big.NewInt(int64(n)), nil)
	digits := power.FillBytes(make([]byte, slots*bytes)) // the highest coefficient first
	out := make([]Chance, slots)
	left := new(big.Int).Set(all) // sequences with at least k items
	var ways big.Int
	for k := range out {
		out[k] = Chance{new(big.Int).Set(left), all}
		at := len(digits) - (k+1)*bytes
		left.Sub(left, ways.SetBytes(digits[at:at+bytes]))
	}
	return out, nil
}

func (s shape) sampledMany(n int, how *Sampling) ([]Chance, error) {
	runs, err := how.runs()
	if err != nil {
		return nil, err
	}
	if int64(n)*int64(s.most) > 50_000_000 {
		return nil, &ForecastError{Reason: "counts are too large"}
	}
	random := rand.New(rand.NewPCG(how.Seed, 2))
	got := make([]int64, n*s.most+1)
	for range runs {
		sum := 0
		for range n {
			sum += s.counts[random.IntN(len(s.counts))]
		}
		got[sum]++
	}
	out := make([]Chance, 0, len(got))
	left := int64(runs)
	for _, g := range got {
		if left == 0 {
			break
		}
		out = append(out, Chance{big.NewInt(left), big.NewInt(int64(runs))})
		left -= g
	}
	return out, nil
}
