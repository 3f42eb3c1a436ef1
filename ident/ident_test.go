package ident_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
)

func ExampleRef() {
	ref := ident.Ref{Kind: "campaign", ID: "spring-launch"}
	fmt.Println(ref)
	back, err := ident.ParseRef("campaign/spring-launch")
	fmt.Println(back == ref, err)
	// Output:
	// campaign/spring-launch
	// true <nil>
}

func ExampleDerive() {
	command := uuid.MustParse("0198c0de-0000-7000-8000-000000000001")
	again := ident.Derive(command, 1)
	fmt.Println(ident.Derive(command, 1) == again)
	fmt.Println(ident.Derive(command, 1) == ident.Derive(command, 2))
	fmt.Println(ident.Derive(command, 1).Version())
	// Output:
	// true
	// false
	// VERSION_8
}

func TestCheckRefuses(t *testing.T) {
	for _, bad := range []string{"", strings.Repeat("x", 256), "a\x00b", "\xff"} {
		require.ErrorIs(t, ident.Tenant(bad).Check(), ident.ErrInvalid, "%q", bad)
		require.ErrorIs(t, ident.Person(bad).Check(), ident.ErrInvalid, "%q", bad)
		require.ErrorIs(t, ident.Ref{Kind: bad, ID: "x"}.Check(), ident.ErrInvalid, "%q", bad)
		require.ErrorIs(t, ident.Ref{Kind: "x", ID: bad}.Check(), ident.ErrInvalid, "%q", bad)
	}
	require.ErrorIs(t, ident.Ref{Kind: "a/b", ID: "x"}.Check(), ident.ErrInvalid)
	_, err := ident.ParseRef("noslash")
	require.ErrorIs(t, err, ident.ErrInvalid)
	require.NoError(t, ident.Tenant("Müller & Söhne").Check())
}

func TestRefCompareOrdersByKindThenID(t *testing.T) {
	assert.Negative(t, ident.Ref{Kind: "a", ID: "z"}.Compare(ident.Ref{Kind: "b", ID: "a"}))
	assert.Positive(t, ident.Ref{Kind: "a", ID: "z"}.Compare(ident.Ref{Kind: "a", ID: "a"}))
	assert.Zero(t, ident.Ref{Kind: "a", ID: "z"}.Compare(ident.Ref{Kind: "a", ID: "z"}))
}

func FuzzParseRef(f *testing.F) {
	f.Add("campaign/1")
	f.Add("a/b/c")
	f.Add("/")
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := ident.ParseRef(s)
		if err != nil {
			return
		}
		if ref.String() != s {
			t.Fatalf("%q parsed to %q", s, ref)
		}
	})
}
