package budget

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// fielder writes or reads the fields of a command one after the other, so that
// each command lists its fields once. Texts carry their lengths, so different
// commands have different forms.
type fielder struct {
	out     []byte // written so far
	in      string // left to read
	reading bool
	err     error
	words   map[string]uint64 // nil = texts are written out: the canonical form
	known   []string          // words in the order of their first use
	memo    string            // what a person wrote is kept apart
	blank   any               // the command read last, for the next of its kind
}

var errForm = errors.New("it is cut off or damaged")

func (f *fielder) fail() { f.err, f.in = errForm, "" }

func (f *fielder) uint(x *uint64) {
	if !f.reading {
		f.out = binary.AppendUvarint(f.out, *x)
		return
	}
	n, i := uvarint(f.in, 0)
	if i > len(f.in) {
		f.fail()
		return
	}
	*x, f.in = n, f.in[i:]
}

func (f *fielder) int(x *int64) {
	u := uint64(*x)<<1 ^ uint64(*x>>63) //nolint:gosec // zigzag
	f.uint(&u)
	*x = unzigzag(u)
}

// uvarint reads a number at i; next is behind the text if there is none.
func uvarint(in string, i int) (n uint64, next int) {
	if i < len(in) && in[i] < 0x80 {
		return uint64(in[i]), i + 1
	}
	for shift := 0; i < len(in) && shift < 64; i, shift = i+1, shift+7 {
		c := in[i]
		if shift == 63 && c > 1 {
			break
		}
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n, i + 1
		}
	}
	return 0, len(in) + 1
}

func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) } //nolint:gosec // zigzag

// byte is for the small enumerations.
func (f *fielder) byte(x *uint8) {
	if !f.reading {
		f.out = append(f.out, *x)
		return
	}
	if f.in == "" {
		f.fail()
		return
	}
	*x, f.in = f.in[0], f.in[1:]
}

func (f *fielder) bool(x *bool) {
	var c uint8
	if *x {
		c = 1
	}
	f.byte(&c)
	if c > 1 {
		f.fail()
	}
	*x = c == 1
}

// text is for what is hardly ever the same twice.
func (f *fielder) text(s *string) {
	n := uint64(len(*s))
	f.uint(&n)
	if !f.reading {
		f.out = append(f.out, *s...)
		return
	}
	if n > uint64(len(f.in)) {
		f.fail()
		return
	}
	*s, f.in = f.in[:n], f.in[n:]
}

// word is for what is often the same: packed, it is a number, and the words stand
// before all entries.
func (f *fielder) word(s *string) {
	if f.words == nil && !f.reading {
		f.text(s)
		return
	}
	if !f.reading {
		n, ok := f.words[*s]
		if !ok {
			n = uint64(len(f.known))
			f.words[*s], f.known = n, append(f.known, *s)
		}
		f.uint(&n)
		return
	}
	var n uint64
	f.uint(&n)
	if n >= uint64(len(f.known)) {
		f.fail()
		return
	}
	*s = f.known[n]
}

func (f *fielder) node(k *NodeKey) {
	s := string(*k)
	f.word(&s)
	*k = NodeKey(s)
}

// lastDay is the number of 9999-12-31 with 0001-01-01 = 1.
const lastDay = 3_652_059

func (f *fielder) date(d *civil.Date) {
	n := uint64(0)
	if !d.IsZero() {
		n = uint64(d.Sub(civil.MinDate())) + 1 //nolint:gosec // not before the first day
	}
	f.uint(&n)
	if !f.reading {
		return
	}
	if n > lastDay {
		f.fail()
		return
	}
	*d = civil.Date{}
	if n > 0 {
		*d = civil.MinDate().AddDays(int(n - 1)) //nolint:gosec // checked
	}
}

func (f *fielder) currency(c *money.Currency) {
	n := uint64(*c)
	f.uint(&n)
	if n > math.MaxUint16 {
		f.fail()
		return
	}
	*c = money.Currency(n)
}

func (f *fielder) money(m *money.Money) {
	minor, c := m.Minor(), m.Currency()
	f.currency(&c)
	f.int(&minor)
	if f.reading {
		*m = money.Minor(minor, c)
	}
}

func (f *fielder) period(k *fiscal.Key) {
	year, number := int64(k.Year), int64(k.Number)
	f.int(&year)
	f.int(&number)
	if int64(int32(year)) != year || int64(int32(number)) != number { //nolint:gosec // that is the check
		f.fail()
		return
	}
	k.Year, k.Number = int(year), int(number)
}

func (f *fielder) tags(t *Tags) {
	set := !f.reading && *t != (Tags{})
	f.bool(&set)
	if !set {
		return
	}
	for _, s := range [...]*string{&t.Channel, &t.Category, &t.Region, &t.CostCentre, &t.Vendor} {
		f.word(s)
	}
}

// wrote is what a person wrote: it is kept apart, and so can be erased.
func (f *fielder) wrote(s *string) {
	if f.reading {
		*s = f.memo
	} else {
		f.memo = *s
	}
}

// The bounds of the years 1 to 9999, in seconds since the epoch.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// time is in seconds and nanoseconds since the epoch, in UTC.
func (f *fielder) time(t *time.Time) {
	seconds, nanos := t.Unix(), uint64(t.Nanosecond()) //nolint:gosec // not negative
	f.int(&seconds)
	f.uint(&nanos)
	if !f.reading {
		return
	}
	if nanos >= 1e9 || seconds < firstSecond || seconds > lastSecond {
		f.fail()
		return
	}
	*t = time.Unix(seconds, int64(nanos)).UTC() //nolint:gosec // below 1e9
}
