package mining

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// WriteXES writes the log as XES (IEEE 1849), the same bytes for the same log:
// traces in the order of cases, times in UTC to the millisecond, attributes that
// were kept with their types. ReadXES of it, with the same attributes, gives an
// equal log. A name that XML cannot hold, such as one with a NUL, is an error that
// matches ErrLog; others are the writer's own.
func (l *Log) WriteXES(w io.Writer) error {
	out := &xesWriter{Writer: bufio.NewWriterSize(w, 1<<16)}
	out.put(`<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
	<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
	<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
	<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
	<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
	<global scope="trace">
		<string key="concept:name" value="name"/>
	</global>
	<global scope="event">
		<string key="concept:name" value="name"/>
		<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
	</global>
	<classifier name="Activity" keys="concept:name"/>
`)
	for c := range l.ids {
		out.put("\t<trace>\n")
		out.attribute("\t\t", "string", "concept:name", l.ids[c])
		for i := range l.cases {
			if code := l.cases[i].codes[c]; code >= 0 && l.cases[i].name != "concept:name" {
				out.attribute("\t\t", kindNames[l.cases[i].kind], l.cases[i].name, l.cases[i].values[code])
			}
		}
		for i := l.starts[c]; i < l.starts[c+1]; i++ {
			l.writeEvent(out, i)
		}
		out.put("\t</trace>\n")
	}
	out.put("</log>\n")
	if out.err != nil {
		return out.err
	}
	return out.Flush()
}

func (l *Log) writeEvent(out *xesWriter, i int32) {
	const in = "\t\t\t"
	out.put("\t\t<event>\n")
	out.attribute(in, "string", "concept:name", l.activities[l.activity[i]])
	if r := l.resource[i]; r >= 0 {
		out.attribute(in, "string", "org:resource", l.resources[r])
	}
	out.attribute(in, "date", "time:timestamp", time.UnixMilli(l.at[i]).UTC().Format("2006-01-02T15:04:05.000+00:00"))
	if t := l.lifecycle[i]; t >= 0 {
		out.attribute(in, "string", "lifecycle:transition", l.transitions[t])
	}
	for k := range l.events {
		switch col := &l.events[k]; col.name {
		case "concept:name", "org:resource", "time:timestamp", "lifecycle:transition": // stand there already
		default:
			if code := col.codes[i]; code >= 0 {
				out.attribute(in, kindNames[col.kind], col.name, col.values[code])
			}
		}
	}
	out.put("\t\t</event>\n")
}

// xesWriter keeps the first error.
type xesWriter struct {
	*bufio.Writer
	err error
}

func (w *xesWriter) put(s string) {
	if w.err == nil {
		_, w.err = w.WriteString(s)
	}
}

func (w *xesWriter) attribute(indent, element, key, value string) {
	for _, s := range []string{key, value} {
		if w.err == nil && (!utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !xmlRune(r) })) {
			w.err = fmt.Errorf("%.80q: XML cannot hold it: %w", s, ErrLog)
		}
	}
	w.put(indent + "<" + element + ` key="` + escaped.Replace(key) + `" value="` + escaped.Replace(value) + "\"/>\n")
}

// escaped leaves nothing to a reader that normalises white space in attributes.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")
