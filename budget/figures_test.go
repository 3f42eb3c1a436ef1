package budget_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
)

// Damaged figures give an error; what is read is written back as the same bytes.
func FuzzReadFigures(f *testing.F) {
	b := limited(f, 100_00)
	b.Apply(now, order("O", 1, 30_00), budget.Reserve{Ref: "R", Node: "n", Date: day(2, 1), Amount: eur(5)})
	data, err := b.Figures().MarshalBinary()
	require.NoError(f, err)
	f.Add(data[33:])
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1, 2})
	c := b.Chart()
	f.Fuzz(func(t *testing.T, tail []byte) {
		figures, err := c.ReadFigures(append(data[:33:33], tail...))
		if err != nil {
			if !errors.Is(err, budget.ErrForm) {
				t.Fatal(err)
			}
			return
		}
		again, err := figures.MarshalBinary()
		require.NoError(t, err)
		back, err := c.ReadFigures(again)
		require.NoError(t, err)
		for _, w := range []budget.Window{budget.Total, budget.Year, budget.Period} {
			want, _ := figures.Balance("n", day(1, 1), w)
			got, _ := back.Balance("n", day(1, 1), w)
			require.Equal(t, want, got)
		}
	})
}
