package mining

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// XES reads an event log in XES (IEEE 1849), plain or gzipped: traces are cases
// named by their concept:name, events are named by theirs and placed by
// time:timestamp. Traces with the same name are one case, traces without events
// none. Attributes within attributes, globals and extensions are passed over;
// of an attribute that comes twice the last stands. Name is used in errors, which
// match ErrLog and say the line and the path of the element as a
// *finding.CellError, or are the stream's own.
func (r Reader) XES(in io.Reader, name string) (*Log, error) {
	r = r.orDefaults()
	stream, err := unpack(in, name, r.MaxBytes)
	if err != nil {
		return nil, err
	}
	x := newXES(r, newScanner(stream, r.MaxValue))
	if err := x.read(); err != nil {
		if m, ok := errors.AsType[malformed](err); ok {
			return nil, rowError(name, x.scan.line(), x.path(), string(m))
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return x.raw.seal(), nil
}

// xes builds a log while the tags of a document go by.
type xes struct {
	Reader
	scan *scanner
	raw  *raw

	names  []byte // of the open elements, one after the other
	ends   []int  // where each ends in names
	seen   bool   // the root element
	traces int
	nth    int // event of the trace

	inTrace, inEvent bool
	first            int // event of the trace in the columns
	id               string
	named            bool
	held             []int32 // values of the trace's attributes; -1 = none
	kinds            []kind

	event   record
	wanted  map[string]int // index of the event attribute, or -1 - that of the case
	known   [3]known       // of activities, resources, transitions
	values  []known        // by event attribute
	ofCase  []known
	classes []string // names of the classifiers that were declared
	keys    []string // of the classifier that names activities; nil = concept:name
	parts   [][]byte
}

// record is what an event says, by code; -1 = nothing.
type record struct {
	activity, resource, lifecycle int32
	at                            int64
	timed                         bool
	values                        []int32
	kinds                         []kind
}

func newXES(r Reader, scan *scanner) *xes {
	x := &xes{Reader: r, scan: scan, raw: newRaw(r.Attributes), wanted: make(map[string]int)}
	x.known = [3]known{{dict: &x.raw.activities}, {dict: &x.raw.resources}, {dict: &x.raw.transitions}}
	for i := range x.raw.events {
		x.wanted[x.raw.events[i].name] = i
		x.values = append(x.values, known{dict: &x.raw.events[i].dict})
	}
	for i := range x.raw.cases {
		x.wanted[casePrefix+x.raw.cases[i].name] = i
		x.ofCase = append(x.ofCase, known{dict: &x.raw.cases[i].dict})
	}
	x.held, x.kinds = make([]int32, len(x.raw.cases)), make([]kind, len(x.raw.cases))
	x.event.values, x.event.kinds = make([]int32, len(x.raw.events)), make([]kind, len(x.raw.events))
	return x
}

func (x *xes) read() error {
	for {
		found, err := x.scan.next(len(x.ends) == 0)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		if x.scan.tag.closing {
			err = x.close()
		} else {
			err = x.open()
		}
		if err != nil {
			return err
		}
	}
	if len(x.ends) > 0 {
		return errEnd
	}
	if !x.seen {
		return malformed("no <log> element")
	}
	return nil
}

func (x *xes) open() error {
	t := &x.scan.tag
	switch {
	case len(x.ends) >= maxDepth:
		return malformed(fmt.Sprintf("elements are nested deeper than %d", maxDepth))
	case len(x.ends) == 0:
		if name := t.local(); string(name) != "log" || x.seen {
			return malformed(fmt.Sprintf("root element is <%.40s>, want one <log>", strings.ToValidUTF8(string(name), "?")))
		}
		x.seen = true
	}
	depth := len(x.ends)
	if !t.empty {
		x.names = append(x.names, t.name...)
		x.ends = append(x.ends, len(x.names))
	}
	var err error
	switch {
	case x.inEvent && depth == 3:
		err = x.eventAttribute()
	case x.inTrace && depth == 2:
		if string(t.local()) != "event" {
			err = x.traceAttribute()
			break
		}
		x.inEvent = true
		x.nth++
		x.event.activity, x.event.resource, x.event.lifecycle, x.event.timed = -1, -1, -1, false
		for i := range x.event.values {
			x.event.values[i] = -1
		}
		for i := range x.parts {
			x.parts[i] = x.parts[i][:0]
		}
	case depth == 1:
		err = x.child()
	}
	if err == nil && t.empty {
		err = x.end(depth)
	}
	return err
}

func (x *xes) close() error {
	name := x.scan.tag.name
	if len(x.ends) == 0 || !bytes.Equal(x.top(), name) {
		return malformed(fmt.Sprintf("</%.40s> closes nothing that is open", strings.ToValidUTF8(string(name), "?")))
	}
	err := x.end(len(x.ends) - 1)
	if err == nil {
		x.names = x.names[:len(x.names)-len(name)]
		x.ends = x.ends[:len(x.ends)-1]
	}
	return err
}

// top returns the name of the innermost open element.
func (x *xes) top() []byte {
	from := 0
	if n := len(x.ends); n > 1 {
		from = x.ends[n-2]
	}
	return x.names[from:]
}

// end finishes the element at a depth.
func (x *xes) end(depth int) error {
	switch {
	case x.inEvent && depth == 2:
		if err := x.endEvent(); err != nil {
			return err
		}
		x.inEvent = false
	case x.inTrace && depth == 1:
		if err := x.endTrace(); err != nil {
			return err
		}
		x.inTrace = false
	}
	return nil
}

// path says where in the document the scanner stands.
func (x *xes) path() string {
	var b strings.Builder
	from := 0
	for i, end := range x.ends {
		if i == 6 {
			b.WriteString("/…")
			break
		}
		if i > 0 {
			b.WriteByte('/')
		}
		name := x.names[from:end]
		b.WriteString(strings.ToValidUTF8(string(name[:min(len(name), 40)]), "?"))
		switch {
		case i == 1 && x.inTrace:
			fmt.Fprintf(&b, "[%d]", x.traces)
		case i == 2 && x.inEvent:
			fmt.Fprintf(&b, "[%d]", x.nth)
		}
		from = end
	}
	return b.String()
}
