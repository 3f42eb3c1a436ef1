package marops_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/go-marops/marops"

// floors gives every package its height: an import may only go down. The four
// engines share a floor, so none of them imports another.
var floors = []struct {
	height   int
	packages []string
}{
	{6, []string{""}},
	{5, []string{"campaign"}},
	{4, []string{"planning", "workflow", "budget", "kpi", "report"}},
	{2, []string{"adspend", "store"}},
	{1, []string{"finding", "ident", "money", "civil", "internal"}},
}

// place returns a package's height and the first part of its path: packages of
// one family may import each other.
func place(path string) (height int, family string) {
	rest := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	family, _, _ = strings.Cut(rest, "/")
	for _, f := range floors {
		if slices.Contains(f.packages, family) {
			return f.height, family
		}
	}
	return 0, family
}

type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports"}, args...)...).Output()
	require.NoError(t, err)
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		require.NoError(t, dec.Decode(&p))
		all = append(all, p)
	}
	return all
}

func TestImportsOnlyGoDown(t *testing.T) {
	packages := list(t, "./...")
	require.Greater(t, len(packages), 20)
	for _, p := range packages {
		height, family := place(p.ImportPath)
		assert.NotZero(t, height, "%s stands on no floor", p.ImportPath)
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			below, other := place(imported)
			// The ground floor is one floor of leaves with an order of its own:
			// the compiler refuses cycles there.
			if family != other && (below > height || below == height && height > 1) {
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, imported)
			}
		}
	}
}

// report draws what it is given: it must not know the engines.
func TestReportKnowsNoEngine(t *testing.T) {
	for _, p := range list(t, "./report/...") {
		for _, imported := range p.Imports {
			if height, family := place(imported); strings.HasPrefix(imported, module) && family != "report" {
				assert.LessOrEqual(t, height, 2, "%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

func TestTheCoreDependsOnUUIDAndDecimalAlone(t *testing.T) {
	for _, p := range list(t, "-deps", "./...") {
		if p.Standard || strings.HasPrefix(p.ImportPath, module) {
			continue
		}
		allowed := p.ImportPath == "github.com/google/uuid" || p.ImportPath == "github.com/shopspring/decimal"
		assert.True(t, allowed, "the core depends on %s", p.ImportPath)
	}
}

func TestTheConformanceSuiteLinksNoTestLibrary(t *testing.T) {
	for _, p := range list(t, "-deps", "./store/storetest") {
		assert.NotContains(t, p.ImportPath, "testify")
	}
}
