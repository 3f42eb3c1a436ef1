package mining

import (
	"fmt"
	"io"
	"time"
)

// Reader says how to read a log from a file. The zero Reader is ready to use:
//
//	log, err := mining.Reader{Attributes: []string{"org:role", "case:Amount"}}.XES(file, "claims.xes.gz")
type Reader struct {
	// Attributes names what to keep beside case, activity, time, resource and
	// lifecycle. Attributes of the case, in XES those of the trace, have the
	// prefix "case:" before their name.
	Attributes []string
	// Classifier names one that an XES file declares, whose keys together, joined
	// by "+", are then the activity; "" = concept:name.
	Classifier string
	// Zone is that of times without an offset; nil = UTC.
	Zone *time.Location
	// MaxBytes, MaxEvents and MaxValue bound the unpacked file, its events, and
	// the bytes of one XES tag; 0 = 4 GiB, 50 million, 1 MiB. A CSV row has 1 MiB at
	// most.
	MaxBytes  int64
	MaxEvents int
	MaxValue  int
}

// The bounds of the zero Reader.
const (
	maxBytes  = 4 << 30
	maxEvents = 50_000_000
	maxValue  = 1 << 20
	maxDepth  = 64 // of XML elements, always
)

func (r Reader) orDefaults() Reader {
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	if r.MaxBytes <= 0 {
		r.MaxBytes = maxBytes
	}
	if r.MaxEvents <= 0 || r.MaxEvents > 1<<31-2 {
		r.MaxEvents = maxEvents
	}
	if r.MaxValue <= 0 {
		r.MaxValue = maxValue
	}
	r.MaxValue = min(r.MaxValue, 1<<30)
	return r
}

// ReadXES reads a log as the zero Reader does.
func ReadXES(r io.Reader, name string) (*Log, error) { return Reader{}.XES(r, name) }

// ReadCSV reads a log as the zero Reader does.
func ReadCSV(r io.Reader, name string, c Columns) (*Log, error) { return Reader{}.CSV(r, name, c) }

func (r Reader) tooMany() string { return fmt.Sprintf("log has more than %d events", r.MaxEvents) }
