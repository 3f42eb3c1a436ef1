package planning

import (
	"fmt"
	"strconv"

	"github.com/go-marops/marops/civil/worktime"
)

// Effort is an amount of work in thousandths of a person's minute: minutes
// times units, exact.
type Effort int64

// EffortOf returns the work of some thousandths of a person over working
// minutes.
func EffortOf(m worktime.Minutes, units int) Effort { return Effort(m) * Effort(units) }

// Minutes returns the effort in minutes of a whole person, rounded half up.
func (e Effort) Minutes() worktime.Minutes {
	n := int64(e) + whole/2
	if n < 0 {
		n -= whole - 1
	}
	return worktime.Minutes(n / whole)
}

// String returns the hours of a whole person with at most one decimal, rounded
// half away from zero: "214 h", "7.5 h".
func (e Effort) String() string {
	const tenth = 6 * whole
	n, sign := int64(e), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	n = (n + tenth/2) / tenth
	if n == 0 {
		sign = ""
	}
	if n%10 == 0 {
		return sign + strconv.FormatInt(n/10, 10) + " h"
	}
	return fmt.Sprintf("%s%d.%d h", sign, n/10, n%10)
}
