package chart

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-marops/marops/report/internal/markup"
)

// px is a length in tenths of a pixel. All geometry is integer, so that no
// compiler's way with floating point can change a byte.
type px int

// Font sizes.
const (
	sizeTitle px = 160
	sizeText  px = 120
	sizeSmall px = 110
)

// advance holds the widths of the printable ASCII characters in thousandths of
// an em. The figures are those of a wide sans-serif, so that a text set in any
// usual system font is not longer than estimated.
var advance = [...]int16{
	318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, // space to /
	636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, // 0 to ?
	1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, // @ to O
	603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, // P to _
	500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, // ` to o
	635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838, // p to ~
}

func runeWidth(r rune) int {
	switch {
	case r >= ' ' && r <= '~':
		return int(advance[r-' '])
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < 0x1100:
		return 720
	default: // CJK, symbols and emoji stand on a full em, some on more
		return 1150
	}
}

// width estimates the length of a text.
func width(s string, size px, bold bool) px {
	sum := 0
	for _, r := range s {
		sum += runeWidth(r)
	}
	if bold {
		sum += sum / 10
	}
	return px((sum*int(size) + 999) / 1000)
}

// fit shortens a text to at most limit, ending in an ellipsis if anything had to
// go; cut says so. Nothing is left of a text that has no room for a letter.
func fit(s string, size px, bold bool, limit px) (short string, cut bool) {
	s = strings.TrimSpace(markup.Clean(s))
	if width(s, size, bold) <= limit {
		return s, false
	}
	room, end := limit-width("…", size, bold), 0
	for i, r := range s {
		next := i + utf8.RuneLen(r)
		if width(s[:next], size, bold) > room {
			break
		}
		end = next
	}
	if end == 0 {
		return "", true
	}
	return strings.TrimRight(s[:end], " ,;:-–") + "…", true
}
