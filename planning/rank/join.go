package rank

import "strings"

// joined lists keys for people: "a, b, c", the first eight and how many more.
func joined[K ~string](keys []K) string {
	const most = 8
	var b strings.Builder
	for i, k := range keys {
		if i == most {
			b.WriteString(" and more")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(k))
	}
	return b.String()
}
