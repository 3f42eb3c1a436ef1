package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// drawing is an svg element that was found safe to stand in a page.
type drawing struct {
	svg   []byte
	width int // of the viewBox, in pixels
}

const maxSVG = 32 << 20

// draw runs d and checks what it wrote.
func draw(d Drawing) (drawing, error) {
	var b bytes.Buffer
	if err := d(&b); err != nil {
		return drawing{}, err
	}
	return checkSVG(b.Bytes())
}

// elements are the only elements a drawing may have. HTML parsers leave an svg
// element at the first HTML tag in it, so a list of what is allowed is the only
// safe one.
var elements = map[string]bool{
	"svg": true, "g": true, "title": true, "desc": true, "style": true, "defs": true, "symbol": true, "use": true,
	"path": true, "rect": true, "circle": true, "ellipse": true, "line": true, "polyline": true, "polygon": true,
	"text": true, "tspan": true, "marker": true, "pattern": true, "clipPath": true, "mask": true,
	"linearGradient": true, "radialGradient": true, "stop": true,
}

var errNoSVG = errors.New("the drawing is not a single svg element")

// checkSVG refuses what is not well-formed, not only svg, or could run or fetch
// something.
func checkSVG(svg []byte) (drawing, error) {
	svg = bytes.TrimSpace(svg)
	if len(svg) > maxSVG {
		return drawing{}, fmt.Errorf("the drawing has %d bytes: at most %d", len(svg), maxSVG)
	}
	// Comments, CDATA and declarations mean different things to XML and HTML.
	if bytes.Contains(svg, []byte("<!")) || bytes.Contains(svg, []byte("<?")) {
		return drawing{}, errors.New("the drawing has a comment, CDATA section or declaration")
	}
	out := drawing{svg: svg}
	dec := xml.NewDecoder(bytes.NewReader(svg))
	var open []string
	roots := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return drawing{}, fmt.Errorf("the drawing is not well-formed: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if len(open) == 0 {
				roots++
				out.width = viewWidth(token)
				if name != "svg" || roots > 1 {
					return drawing{}, errNoSVG
				}
			}
			if err := checkElement(token, open); err != nil {
				return drawing{}, err
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "style" && !isSafeCSS(string(token)) {
				return drawing{}, errors.New("the drawing's style refers to something outside")
			}
			if len(open) == 0 && len(bytes.TrimSpace(token)) > 0 {
				return drawing{}, errNoSVG
			}
		}
	}
	if roots != 1 {
		return drawing{}, errNoSVG
	}
	return out, nil
}

func checkElement(e xml.StartElement, open []string) error {
	if !elements[e.Name.Local] {
		return fmt.Errorf("the drawing has a %q element", e.Name.Local)
	}
	if n := len(open); n > 0 && (open[n-1] == "title" || open[n-1] == "desc" || open[n-1] == "style") {
		return fmt.Errorf("the drawing has an element inside %q", open[n-1])
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"):
			return fmt.Errorf("the drawing has the event attribute %q", a.Name.Local)
		case name == "href" || name == "src":
			if !strings.HasPrefix(a.Value, "#") {
				return fmt.Errorf("the drawing refers to %q", a.Value)
			}
		case name != "xmlns" && !isSafeCSS(a.Value):
			return fmt.Errorf("the drawing's %s refers to something outside", a.Name.Local)
		}
	}
	return nil
}

// isSafeCSS refuses imports and every url that is not a fragment. Backslashes
// could spell either in another way.
func isSafeCSS(s string) bool {
	lower := strings.ToLower(s)
	if strings.Contains(lower, "@import") || strings.Contains(lower, `\`) || strings.Contains(lower, "image-set") {
		return false
	}
	for rest := lower; ; {
		_, after, ok := strings.Cut(rest, "url(")
		if !ok {
			return true
		}
		if !strings.HasPrefix(strings.TrimLeft(after, ` '"`), "#") {
			return false
		}
		rest = after
	}
}

// viewWidth returns the width of the viewBox, 0 if there is none.
func viewWidth(e xml.StartElement) int {
	for _, a := range e.Attr {
		if a.Name.Local != "viewBox" {
			continue
		}
		if f := strings.Fields(a.Value); len(f) == 4 {
			whole, _, _ := strings.Cut(f[2], ".")
			if n, err := strconv.Atoi(whole); err == nil && n > 0 && n < 100_000 {
				return n
			}
		}
	}
	return 0
}
