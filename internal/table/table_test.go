package table_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

func TestReadNamesThePlace(t *testing.T) {
	for want, text := range map[string]string{
		"t.csv: row 1, column id: file is empty":                   "",
		"t.csv: row 1, column n: column is missing":                "id,x\n",
		"t.csv: row 1, column id: column stands twice":             "id,n,id\n",
		`t.csv: row 3, column id: "a" stands in row 2 already`:     "id,n\na,1\na,2\n",
		"t.csv: row 2, column 1: is not valid UTF-8":               "id,n\n\xff,1\n",
		"t.csv: row 2, column 1: wrong number of fields":           "id,n\na\n",
		`t.csv: row 2, column n: "x" is not a number from 0 to 9`:  "id,n\na,x\n",
		`t.csv: row 2, column n: "10" is not a number from 0 to 9`: "id,n\na,10\n",
		"t.csv: row 2, column id: is empty":                        "id,n\n,1\n",
	} {
		rows, err := table.Read(strings.NewReader(text), "t.csv", []string{"id"}, "id", "n")
		if err == nil {
			row := rows[len(rows)-1]
			row.Name("id")
			row.Number("n", 0, 9)
			err = row.Err()
		}
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, table.ErrTable)
	}
}

func TestBadByte(t *testing.T) {
	line, column := table.BadByte([]byte("a,b\nc,d\xff\n"), ',')
	assert.Equal(t, [2]int{2, 2}, [2]int{line, column})
	line, column = table.BadByte([]byte("ä,b\n"), ',')
	assert.Equal(t, [2]int{0, 0}, [2]int{line, column})
}

func TestCells(t *testing.T) {
	rows, err := table.Read(strings.NewReader("\ufeffid,d,p,m\na,2026-03-01,2026-03-01..2026-03-02,1.50\nb,x,y,z\n"), "t.csv", nil, "id", "d", "p", "m")
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "2026-03-01", rows[0].Date("d").String())
	assert.Equal(t, 2, rows[0].Period("p").Len())
	assert.Equal(t, money.Minor(150, money.EUR), rows[0].Amount("m", money.EUR))
	assert.Equal(t, "a", rows[0].Name("id", "a", "b"))
	require.NoError(t, rows[0].Err())
	rows[1].Name("id", "a")
	rows[1].Date("d")
	require.EqualError(t, rows[1].Err(), `t.csv: row 3, column id: "b" is not one of a`, "the first failure sticks")
	for i, read := range []func(*table.Row){func(r *table.Row) { r.Date("d") }, func(r *table.Row) { r.Period("p") }, func(r *table.Row) { r.Amount("m", money.EUR) }} {
		rows, err := table.Read(strings.NewReader("id,d,p,m\nb,x,y,z\n"), "t.csv", nil, "id")
		require.NoError(t, err)
		read(rows[0])
		require.Error(t, rows[0].Err(), "%d", i)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("id,n\na,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := table.Read(strings.NewReader(text), "x", []string{"id"}, "id")
		if err == nil && strings.Count(text, "\n") < len(rows) {
			t.Fatal("more rows than lines")
		}
	})
}
