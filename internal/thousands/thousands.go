// Package thousands writes numbers for people.
package thousands

import "strings"

// Group puts a comma between the thousands of a decimal number's whole part:
// "-1234.50" becomes "-1,234.50". The sign is "-", U+2212 or none.
func Group(number string) string {
	digits := strings.TrimLeft(number, "-\u2212")
	sign := number[:len(number)-len(digits)]
	whole, _, _ := strings.Cut(digits, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	b.WriteString(digits[len(whole):])
	return b.String()
}
