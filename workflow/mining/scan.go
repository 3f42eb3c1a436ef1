package mining

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// unpack opens a stream that may be gzipped, which its content tells, and bounds
// its unpacked size.
func unpack(r io.Reader, name string, most int64) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return &bounded{z, most, most}, nil
	}
	return &bounded{b, most, most}, nil
}

// bounded fails, instead of ending early, when a stream is too long.
type bounded struct {
	r          io.Reader
	left, most int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One byte more tells a stream that is too long from one that ends here.
		var one [1]byte
		if n, err := b.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("%w: log of more than %d bytes", ErrLog, b.most)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// scanner cuts an XML document into tags, without a copy: what a tag holds is
// valid until the next one. It keeps a window of the stream, so a document may
// be of any length.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	lines    int // line ends before buf[0]
	most     int // bytes of one tag
	ended    bool
	started  bool
	tag      tag
}

// malformed is a document that is no XML, or none that is read here.
type malformed string

func (m malformed) Error() string { return string(m) }

const window = 1 << 18 // bytes read at once

func newScanner(r io.Reader, most int) *scanner {
	return &scanner{r: r, buf: make([]byte, min(window, most+1)), most: most}
}

// line returns the line that the scanner stands in, from 1.
func (s *scanner) line() int { return 1 + s.lines + bytes.Count(s.buf[:s.pos], []byte{'\n'}) }

// more reads on until the window is full; io.EOF if there is nothing left.
func (s *scanner) more() error {
	if s.ended {
		return io.EOF
	}
	if s.pos > 0 {
		s.lines += bytes.Count(s.buf[:s.pos], []byte{'\n'})
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) > s.most {
			return malformed(fmt.Sprintf("tag or comment of more than %d bytes", s.most))
		}
		grown := make([]byte, min(2*len(s.buf), s.most+1))
		copy(grown, s.buf)
		s.buf = grown
	}
	before := s.end
	for idle := 0; s.end < len(s.buf); {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF { // readers return it bare
			s.ended = true
			break
		}
		if err != nil {
			return err
		}
		if idle++; n > 0 {
			idle = 0
		}
		if idle == 100 {
			return io.ErrNoProgress
		}
	}
	if s.end == before {
		return io.EOF
	}
	return nil
}

var errEnd = malformed("unexpected end of the file")

// next finds the next tag and reports false at the end of the document. Outside
// says that text between the tags must be blank.
func (s *scanner) next(outside bool) (bool, error) {
	for {
		if !outside { // mostly a line end and tabs
			b := s.buf[s.pos:s.end]
			n := 0
			for n < len(b) && b[n] <= ' ' {
				n++
			}
			s.pos += n
		}
		text := s.buf[s.pos:s.end]
		at := 0
		if len(text) == 0 || text[0] != '<' {
			at = bytes.IndexByte(text, '<')
		}
		if at >= 0 {
			text = text[:at]
		}
		if outside {
			if err := s.outside(text); err != nil {
				return false, err
			}
		}
		s.pos += len(text)
		if at < 0 {
			if err := s.more(); err == io.EOF { //nolint:errorlint // more returns it bare
				return false, nil
			} else if err != nil {
				return false, err
			}
			continue
		}
		found, err := s.markup()
		if found || err != nil {
			return found, err
		}
	}
}

// outside checks what stands before or after the root element.
func (s *scanner) outside(text []byte) error {
	if !s.started && len(text)+s.end-s.pos > 0 {
		s.started = true
		switch head := s.buf[s.pos:s.end]; {
		case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
			text = text[min(3, len(text)):]
		case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")),
			bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
			return malformed("file is UTF-16, want UTF-8")
		}
	}
	if len(bytes.TrimLeft(text, " \t\r\n")) > 0 {
		return malformed("text outside of the <log> element")
	}
	return nil
}

// markup reads one piece of markup at s.pos and reports whether it is a tag.
func (s *scanner) markup() (bool, error) {
	for {
		b := s.buf[s.pos:s.end]
		var n int
		var err error
		switch {
		case len(b) > 1 && b[1] != '!' && b[1] != '?':
			if n, err = s.tag.parse(b); n > 0 {
				s.pos += n
				return true, nil
			}
		case len(b) > 1 && b[1] == '?':
			return false, s.instruction()
		case len(b) >= 4 && string(b[:4]) == "<!--":
			s.pos += 4
			return false, s.skip("-->")
		case len(b) >= 9 && string(b[:9]) == "<![CDATA[":
			s.pos += 9
			return false, s.skip("]]>")
		case len(b) >= 9:
			return false, malformed("document type declarations are not read")
		}
		if err != nil {
			return false, err
		}
		if err := s.more(); err == io.EOF { //nolint:errorlint // more returns it bare
			return false, errEnd
		} else if err != nil {
			return false, err
		}
	}
}

// skip moves behind the next occurrence of a mark of two or three bytes, however far away.
func (s *scanner) skip(mark string) error {
	for {
		if at := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); at >= 0 {
			s.pos += at + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if err := s.more(); err == io.EOF { //nolint:errorlint // more returns it bare
			return errEnd
		} else if err != nil {
			return err
		}
	}
}

// instruction passes over a processing instruction; the XML declaration must
// name an encoding that is read.
func (s *scanner) instruction() error {
	for s.end-s.pos < 128 && bytes.IndexByte(s.buf[s.pos:s.end], '>') < 0 {
		if err := s.more(); err == io.EOF { //nolint:errorlint // more returns it bare
			return errEnd
		} else if err != nil {
			return err
		}
	}
	head := s.buf[s.pos:min(s.end, s.pos+128)]
	if bytes.HasPrefix(head, []byte("<?xml ")) {
		head, _, _ = bytes.Cut(head, []byte("?>"))
		if _, after, ok := bytes.Cut(head, []byte("encoding")); ok {
			name := strings.Trim(string(after), " \t\r\n=")
			name, _, _ = strings.Cut(strings.TrimLeft(name, `"'`), name[:min(1, len(name))])
			if !strings.EqualFold(name, "UTF-8") && !strings.EqualFold(name, "US-ASCII") && !strings.EqualFold(name, "ASCII") {
				return malformed(fmt.Sprintf("encoding is %.40q, want UTF-8", name))
			}
		}
	}
	s.pos += 2
	return s.skip("?>")
}
