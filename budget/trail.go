package budget

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrForm is the kind of error about hashes and packed entries that are none.
var ErrForm = errors.New("invalid form")

// Hash is a SHA-256 digest.
type Hash [sha256.Size]byte

// String returns 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether h is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes what String returns.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits. Errors match ErrForm.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], "hash", text) }

// Salt keeps the digest of a text from being guessed. It is random, and erased
// together with the text.
type Salt [16]byte

// MarshalText writes 32 hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads 32 hexadecimal digits. Errors match ErrForm.
func (s *Salt) UnmarshalText(text []byte) error { return unhex(s[:], "salt", text) }

func unhex(to []byte, what string, text []byte) error {
	parsed := make([]byte, len(to))
	if len(text) != hex.EncodedLen(len(to)) {
		return fmt.Errorf("%s %.80q: %w", what, text, ErrForm)
	}
	if _, err := hex.Decode(parsed, text); err != nil {
		return fmt.Errorf("%s %.80q: %w", what, text, ErrForm)
	}
	copy(to, parsed)
	return nil
}

// Sealed is an entry with its place in the hash chain of its book.
type Sealed struct {
	Entry Entry `json:"entry"`
	Link  Link  `json:"link"`
}

// Link ties an entry to all that went before it in its book. Only its Text, what
// people wrote in it, can be erased without breaking the chain: the chain covers
// its salted digest.
type Link struct {
	Hash Hash `json:"hash"`          // over the hash before it and the entry
	Text Hash `json:"text,omitzero"` // SHA-256 over salt and text; zero = there was none
	Salt Salt `json:"salt,omitzero"`
}

// ErrBroken is the kind of error of Verify: see BrokenError.
var ErrBroken = errors.New("broken trail")

// BrokenError names the first entry of a trail that is not what was sealed. It
// matches ErrBroken.
type BrokenError struct {
	Seq    int // of the entry, or the one after which some are missing
	Reason string
}

func (e *BrokenError) Error() string { return fmt.Sprintf("entry %d: %s", e.Seq, e.Reason) }

// Is reports whether target is ErrBroken.
func (e *BrokenError) Is(target error) bool { return target == ErrBroken }

// Seal returns the link of an entry that follows one with hash prev, the zero Hash
// for the first. The salt is only used if the entry has a Text.
func Seal(prev Hash, e Entry, salt Salt) Link {
	var l Link
	if text := e.Text(); text != "" {
		l.Salt, l.Text = salt, textDigest(salt, text)
	}
	l.Hash = l.over(&fielder{}, prev, &e)
	return l
}

// SealAll seals entries that follow one with hash prev. Salt is asked once for each
// that has a Text; nil is for entries without.
func SealAll(prev Hash, entries []Entry, salt func() Salt) []Sealed {
	out := make([]Sealed, len(entries))
	var f fielder
	for i, e := range entries {
		s := &out[i]
		s.Entry = e
		if text := e.Text(); text != "" {
			if salt != nil {
				s.Link.Salt = salt()
			}
			s.Link.Text = textDigest(s.Link.Salt, text)
		}
		prev = s.Link.over(&f, prev, &s.Entry)
		s.Link.Hash = prev
	}
	return out
}

func textDigest(salt Salt, text string) Hash {
	return sha256.Sum256(append(salt[:], text...))
}

// over hashes an entry, in the memory of a fielder.
func (l *Link) over(f *fielder, prev Hash, e *Entry) Hash {
	f.out = append(append(f.out[:0], prev[:]...), l.Text[:]...)
	f.out = append(f.out, 1) // the version of the form
	f.entry(e)
	return sha256.Sum256(f.out)
}

// Digest returns a hash of commands, memos included, and of what was asked of them:
// it tells a repeated call from another one under the same key.
func Digest(what string, commands ...Command) Hash {
	f := fielder{out: append([]byte(nil), 1)} // the version of the form
	f.text(&what)
	for _, c := range commands {
		code, ok := codeOf(c)
		if !ok {
			code = math.MaxUint8
		}
		f.byte(&code)
		if ok {
			shapes[code].write(&f, c)
			text := textOf(c)
			f.text(&text)
		}
	}
	return sha256.Sum256(f.out)
}

// entry writes or reads an entry less its Text.
func (f *fielder) entry(e *Entry) {
	f.time(&e.At)
	f.word(&e.Role)
	code, _ := codeOf(e.Command)
	f.byte(&code)
	if !f.reading {
		if e.Command != nil {
			shapes[code].write(f, e.Command)
		}
		return
	}
	if int(code) >= len(shapes) {
		f.fail()
		return
	}
	e.Command = shapes[code].read(f)
}

// Private is what a person wrote in an entry, to be kept where it can be erased.
type Private struct {
	Text string `json:"text"`
	Salt Salt   `json:"salt"`
}

// Split takes out of an entry what can be erased. Without it the chain stays
// whole, and the book has the same figures.
func (s Sealed) Split() (Sealed, Private) {
	p := Private{s.Entry.Text(), s.Link.Salt}
	s.Entry.Command, s.Link.Salt = withText(s.Entry.Command, ""), Salt{}
	return s, p
}

// Join is the opposite of Split.
func (s Sealed) Join(p Private) Sealed {
	s.Entry.Command, s.Link.Salt = withText(s.Entry.Command, p.Text), p.Salt
	return s
}

// Verify checks the chain of a trail: that it follows an entry with hash prev, the
// zero Hash for the first of all, that no entry was changed, and that it ends with
// head. Without a head, the zero Hash, entries missing at the end do not show:
// keep the head elsewhere. An erased Text is taken for what it was. The error is a
// *BrokenError; its Seq counts from the first entry of the trail.
func Verify(prev Hash, trail []Sealed, head Hash) error {
	var f fielder
	for i := range trail {
		s, seq := &trail[i], i+1
		if _, ok := codeOf(s.Entry.Command); !ok {
			return &BrokenError{seq, "it has no command"}
		}
		if text := s.Entry.Text(); text != "" && s.Link.Text != textDigest(s.Link.Salt, text) {
			return &BrokenError{seq, "its text was changed"}
		}
		if prev = s.Link.over(&f, prev, &s.Entry); prev != s.Link.Hash {
			return &BrokenError{seq, "it was changed, or the one before it"}
		}
	}
	if !head.IsZero() && prev != head {
		return &BrokenError{len(trail), "the trail does not end here"}
	}
	return nil
}

// Entries returns the entries of a trail, for Book.Replay.
func Entries(trail []Sealed) []Entry {
	out := make([]Entry, len(trail))
	for i := range trail {
		out[i] = trail[i].Entry
	}
	return slices.Clip(out)
}
