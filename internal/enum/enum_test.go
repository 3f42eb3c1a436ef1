package enum_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/enum"
)

type size uint8

func TestNames(t *testing.T) {
	t.Parallel()
	names, invalid := []string{"small", "large"}, errors.New("invalid")
	require.Equal(t, "large", enum.Name(names, size(1)))
	require.Equal(t, "unknown(2)", enum.Name(names, size(2)))
	for v, name := range names {
		text, err := enum.Marshal(names, size(v), invalid)
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		var back size
		require.NoError(t, enum.Unmarshal(names, text, &back, invalid))
		require.Equal(t, size(v), back)
	}
	_, err := enum.Marshal(names, size(2), invalid)
	require.ErrorIs(t, err, invalid)
	kept := size(1)
	require.ErrorIs(t, enum.Unmarshal(names, []byte("huge"), &kept, invalid), invalid)
	require.Equal(t, size(1), kept)
}
