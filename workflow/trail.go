package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Sealed is an event with its place in the hash chain of its instance.
type Sealed struct {
	Event Event `json:"event"`
	Link  Link  `json:"link"`
}

// Salt keeps the digest of a text from being guessed. It is random, and erased
// together with the text.
type Salt [16]byte

// MarshalText writes 32 hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads 32 hexadecimal digits. Errors match ErrInvalid.
func (s *Salt) UnmarshalText(text []byte) error {
	var parsed Salt
	if len(text) != hex.EncodedLen(len(parsed)) {
		return fmt.Errorf("salt %.80q: %w", text, ErrInvalid)
	}
	if _, err := hex.Decode(parsed[:], text); err != nil {
		return fmt.Errorf("salt %.80q: %w", text, ErrInvalid)
	}
	*s = parsed
	return nil
}

// Link ties an event to all that went before it in its instance. Only the Text of
// an event, what people wrote in it, can be erased without breaking the chain: the
// chain covers its salted digest.
type Link struct {
	Hash Hash `json:"hash"`          // over the hash before it and the event
	Text Hash `json:"text,omitzero"` // SHA-256 over salt and text; zero = there was none
	Salt Salt `json:"salt,omitzero"`
}

// ErrBroken is the kind of error of Verify: see BrokenError.
var ErrBroken = errors.New("broken trail")

// BrokenError names the first event of a trail that is not what was sealed. It
// matches ErrBroken.
type BrokenError struct {
	Seq    uint64 // of the event, or the one after which some are missing
	Reason string
}

func (e *BrokenError) Error() string { return fmt.Sprintf("event %d: %s", e.Seq, e.Reason) }

// Is reports whether target is ErrBroken.
func (e *BrokenError) Is(target error) bool { return target == ErrBroken }

// Seal returns the link of an event that follows one with hash prev, the zero Hash
// for the first. The salt is only used if the event has a Text.
func Seal(prev Hash, e Event, salt Salt) Link {
	var l Link
	if text := e.Text(); text != "" {
		l.Salt, l.Text = salt, textDigest(salt, text)
	}
	var buf [512]byte
	l.Hash = l.over(prev, e, buf[:])
	return l
}

func textDigest(salt Salt, text string) Hash {
	return sha256.Sum256(append(salt[:], text...))
}

// over hashes an event; buf is memory to use.
func (l *Link) over(prev Hash, e Event, buf []byte) Hash {
	buf = append(buf[:0], prev[:]...)
	buf = append(buf, l.Text[:]...)
	return sha256.Sum256(appendEvent(buf, e))
}

// Private is what a person wrote in an event, to be kept where it can be erased.
type Private struct {
	Text string `json:"text"`
	Salt Salt   `json:"salt"`
}

// Split takes out of an event what can be erased. Without it the chain stays whole.
func (s Sealed) Split() (Sealed, Private) {
	p := Private{s.Event.Text(), s.Link.Salt}
	s.Event.Fact, s.Link.Salt = withText(s.Event.Fact, ""), Salt{}
	return s, p
}

// Join is the opposite of Split.
func (s Sealed) Join(p Private) Sealed {
	s.Event.Fact, s.Link.Salt = withText(s.Event.Fact, p.Text), p.Salt
	return s
}

// Verify checks the chain of a trail: that it is whole from its first event on,
// that no event was changed, and that it ends with head. Without a head, the zero
// Hash, events missing at the end do not show: keep the head elsewhere. An erased
// Text is taken for what it was. The error is a *BrokenError.
func Verify(trail []Sealed, head Hash) error {
	var prev Hash
	buf := make([]byte, 0, 1024)
	for i, s := range trail {
		seq := uint64(i) + 1
		switch e := &s.Event; {
		case e.Seq != seq:
			return &BrokenError{seq, fmt.Sprintf("in its place stands event %d", e.Seq)}
		case e.Fact == nil:
			return &BrokenError{seq, "it has no fact"}
		case i > 0 && e.Instance != trail[0].Event.Instance:
			return &BrokenError{seq, fmt.Sprintf("it is of instance %v", e.Instance)}
		case e.Text() != "" && s.Link.Text != textDigest(s.Link.Salt, e.Text()):
			return &BrokenError{seq, "its text was changed"}
		case s.Link.over(prev, *e, buf) != s.Link.Hash:
			return &BrokenError{seq, "it was changed, or the one before it"}
		}
		prev = s.Link.Hash
	}
	if !head.IsZero() && prev != head {
		return &BrokenError{uint64(len(trail)), "the trail does not end here"}
	}
	return nil
}

// Text returns what a person wrote in an event: a comment or a reason. It is what
// may have to be erased.
func (e Event) Text() string {
	switch f := e.Fact.(type) {
	case VoteCast:
		return f.Comment
	case Remarked:
		return f.Text
	case Recalled:
		return f.Reason
	case Withdrawn:
		return f.Reason
	case Assigned:
		return f.Reason
	case Escalated:
		return f.Reason
	case Migrated:
		return f.Reason
	default:
		return ""
	}
}

// withText returns the fact with another text.
func withText(f Fact, text string) Fact {
	switch f := f.(type) {
	case VoteCast:
		f.Comment = text
		return f
	case Remarked:
		f.Text = text
		return f
	case Recalled:
		f.Reason = text
		return f
	case Withdrawn:
		f.Reason = text
		return f
	case Assigned:
		f.Reason = text
		return f
	case Escalated:
		f.Reason = text
		return f
	case Migrated:
		f.Reason = text
		return f
	default:
		return f
	}
}
