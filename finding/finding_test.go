package finding_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
)

func ExampleList() {
	var found finding.List
	found.Warnf("campaign.owner.missing", "node/emea", "name an owner", "no owner since %s", "2026-01-05")
	fmt.Println(found.Err())
	found.Errorf("planning.cycle", "task/legal", "remove one of these links", "legal -> copy -> legal")
	fmt.Println(found.Err())
	// Output:
	// <nil>
	// node/emea: no owner since 2026-01-05 (fix: name an owner)
	// task/legal: legal -> copy -> legal (fix: remove one of these links)
}

func TestErrIsRecoverableAndNilWhenHarmless(t *testing.T) {
	require.NoError(t, finding.List(nil).Err())
	require.NoError(t, finding.List{{Code: "x"}}.Err())
	err := fmt.Errorf("compile: %w", finding.List{{Code: "x", Severity: finding.Error}}.Err())
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	assert.True(t, list.Has("x"))
	assert.False(t, list.Has("y"))
}

func TestSortPutsWorstFirst(t *testing.T) {
	l := finding.List{{Code: "b"}, {Code: "a"}, {Code: "z", Severity: finding.Error}, {Code: "m", Severity: finding.Warning}}
	l.Sort()
	var codes []string
	for _, f := range l {
		codes = append(codes, f.Code)
	}
	assert.Equal(t, []string{"z", "m", "a", "b"}, codes)
	assert.Equal(t, finding.Error, l.Worst())
}

func TestSeverityJSONRoundTrip(t *testing.T) {
	for _, s := range []finding.Severity{finding.Info, finding.Warning, finding.Error} {
		b, err := json.Marshal(s)
		require.NoError(t, err)
		var back finding.Severity
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, s, back)
	}
	var s finding.Severity
	require.Error(t, json.Unmarshal([]byte(`"fatal"`), &s))
	_, err := finding.Severity(9).MarshalText()
	require.Error(t, err)
}

func TestCellErrorNamesThePlaceAndMatchesItsKind(t *testing.T) {
	kind := errors.New("invalid data")
	err := fmt.Errorf("reading: %w", &finding.CellError{File: "t.csv", Row: 3, Column: "n", Reason: "is empty", Kind: kind})
	require.ErrorIs(t, err, kind)
	require.EqualError(t, err, "reading: t.csv: row 3, column n: is empty")
	bad, ok := errors.AsType[*finding.CellError](err)
	require.True(t, ok)
	bad.Column = ""
	require.EqualError(t, bad, "t.csv: row 3: is empty")
}
