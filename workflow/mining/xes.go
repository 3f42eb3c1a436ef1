package mining

import (
	"bufio"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// The bounds on a log that is read.
const (
	maxLog   = 4 << 30 // bytes, unpacked
	maxDepth = 64      // of XML elements
)

// open unpacks a gzipped stream and bounds its size.
func open(r io.Reader, name string) (*bounded, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return &bounded{z, maxLog}, nil
	}
	return &bounded{b, maxLog}, nil
}

var errTooLarge = errors.New("log is larger than 4 GiB")

// bounded fails, instead of ending early, when a stream is too long.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// ReadXES reads an event log in XES, plain or gzipped: traces are cases named by
// their concept:name, events are named by theirs and placed by time:timestamp.
// Traces with the same name are one case. Nested attributes, globals and
// classifiers are skipped. Name is used in errors, which match ErrLog or are
// the reader's own.
func ReadXES(r io.Reader, name string) (*Log, error) {
	in, err := open(r, name)
	if err != nil {
		return nil, err
	}
	x := &xes{name: name, dec: xml.NewDecoder(in)}
	for {
		token, err := x.dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
			return nil, rowError(name, syntax.Line, syntax.Msg)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = x.start(t)
		case xml.EndElement:
			err = x.end()
		}
		if err != nil {
			return nil, err
		}
	}
	if !x.seen {
		return nil, rowError(name, 1, "no <log> element")
	}
	return x.build.Log(), nil
}

type xes struct {
	name  string
	dec   *xml.Decoder
	path  []string // open elements
	seen  bool
	build Builder
	trace string
	named bool
	event Event
	have  struct{ activity, at bool }
	queue []Event // events that came before the name of their trace
}

func (x *xes) fail(format string, args ...any) error {
	line, _ := x.dec.InputPos()
	return rowError(x.name, line, fmt.Sprintf(format, args...))
}

func (x *xes) start(t xml.StartElement) error {
	tag := t.Name.Local
	if len(x.path) == 0 && tag != "log" {
		return x.fail("root element is <%s>, want <log>", tag)
	}
	if len(x.path) >= maxDepth {
		return x.fail("elements are nested deeper than %d", maxDepth)
	}
	x.path = append(x.path, tag)
	switch {
	case len(x.path) == 1:
		x.seen = true
	case x.inside("log", "trace"):
		x.trace, x.named, x.queue = "", false, x.queue[:0]
	case x.inside("log", "trace", "event"):
		x.event, x.have = Event{}, struct{ activity, at bool }{}
	case x.inside("log", "trace", ""):
		if key, value := attributes(t); key == "concept:name" {
			x.trace, x.named = value, true
		}
	case x.inside("log", "trace", "event", ""):
		return x.attribute(attributes(t))
	}
	return nil
}

// inside reports whether the open elements are exactly these; "" is any.
func (x *xes) inside(path ...string) bool {
	if len(x.path) != len(path) {
		return false
	}
	for i, p := range path {
		if p != "" && p != x.path[i] {
			return false
		}
	}
	return true
}

func attributes(t xml.StartElement) (key, value string) {
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "key":
			key = a.Value
		case "value":
			value = a.Value
		}
	}
	return key, value
}

func (x *xes) attribute(key, value string) error {
	switch key {
	case "concept:name":
		x.event.Activity, x.have.activity = value, true
	case "org:resource":
		x.event.Resource, x.event.HasResource = value, true
	case "time:timestamp":
		at, err := parseTime(value)
		if err != nil {
			return x.fail("time:timestamp %.40q: want a time with an offset, as in 2026-03-10T09:00:00.000+01:00", value)
		}
		x.event.At, x.have.at = at, true
	}
	return nil
}

func (x *xes) end() error {
	defer func() { x.path = x.path[:len(x.path)-1] }()
	switch {
	case x.inside("log", "trace", "event"):
		if !x.have.activity || !x.have.at {
			return x.fail("event without concept:name or time:timestamp")
		}
		x.queue = append(x.queue, x.event)
	case x.inside("log", "trace"):
		if !x.named {
			return x.fail("trace without concept:name")
		}
		for _, e := range x.queue {
			e.Case = x.trace
			x.build.Add(e)
		}
	}
	return nil
}

// parseTime reads an ISO 8601 time with an offset or "Z"; date and time may be
// parted by a space. A time without an offset is taken as UTC.
func parseTime(s string) (time.Time, error) {
	s = strings.Replace(strings.TrimSpace(s), " ", "T", 1)
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Parse("2006-01-02T15:04:05.999999999", s)
	}
	return at, nil
}
