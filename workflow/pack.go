package workflow

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/google/uuid"
)

// packed is the version of the form that Pack writes.
const packed = 1

// Pack appends a compact binary form of a state of the process: some hundred bytes
// for an instance that waits, a tenth of its JSON. Equal states have the same
// bytes. Errors match ErrDefinition.
func (p *Process) Pack(dst []byte, s State) ([]byte, error) {
	if s.Seq == 0 || s.Definition != p.hash {
		return dst, fmt.Errorf("instance %v: %w", s.Instance, ErrDefinition)
	}
	if err := p.owns(&s); err != nil {
		return dst, err
	}
	b := dst
	b = append(b, packed)
	b = append(b, p.hash[:8]...)
	b = append(b, s.Instance[:]...)
	b = binary.AppendUvarint(b, s.Seq)
	b = append(b, byte(s.Status))
	b = appendText(appendText(appendInt(b, s.Version), s.Subject.Kind), s.Subject.ID)
	b = appendText(b, s.Requester)
	b = appendVersion(appendTexts(b, s.Contributors), s.Facets, s.Amount, s.Attributes)
	b = binary.AppendUvarint(b, uint64(len(s.Routes)))
	for _, r := range s.Routes {
		at := slices.IndexFunc(p.choices, func(ch choice) bool { return ch.path == r.Choice })
		b = appendInt(appendInt(b, at), r.Case)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Rounds)))
	for _, r := range s.Rounds {
		at := slices.IndexFunc(p.loops, func(l loop) bool { return l.path == r.Loop })
		b = appendInt(appendInt(b, at), r.Times)
	}
	for i := range s.Stages {
		b = appendStage(b, &s.Stages[i])
	}
	b = binary.AppendUvarint(b, uint64(len(s.Remarks)))
	for _, r := range s.Remarks {
		b = appendText(appendText(binary.AppendUvarint(b, r.ID), r.Stage), r.By)
		b = appendText(appendText(appendInt(b, r.Version), r.Text), r.Anchor)
		b = appendTime(append(b, byte(r.Severity)), r.At)
		b = appendText(appendInt(b, r.Resolved), r.ResolvedBy)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Delegations)))
	for _, g := range s.Delegations {
		b = appendTime(appendTime(appendText(appendText(b, g.From), g.To), g.Since), g.Until)
	}
	return appendText(b, s.Reason), nil
}

// appendStage writes a stage: one byte if nothing has happened in it.
func appendStage(b []byte, st *StageState) []byte {
	more := len(st.Eligible)+len(st.Escalated)+len(st.Ballots) > 0 || !st.Opened.IsZero() || st.Raised || st.Reason != "" || !st.Quota.plain() || st.Quota.Approvals > 0
	if !more {
		return append(b, byte(st.Status))
	}
	b = append(b, byte(st.Status)|0x80, flags(st.Reminded, st.Overdue, st.Raised, !st.Remind.IsZero(), !st.Due.IsZero(), !st.Expire.IsZero(), st.Quota.plain(), len(st.Escalated) > 0))
	if st.Quota.plain() {
		b = appendInt(b, st.Quota.Approvals)
	} else {
		b = appendQuota(b, &st.Quota)
	}
	b = appendTexts(b, st.Eligible)
	if len(st.Escalated) > 0 {
		b = appendTexts(b, st.Escalated)
	}
	b = appendTime(b, st.Opened)
	for _, t := range [...]time.Time{st.Remind, st.Due, st.Expire} {
		if !t.IsZero() {
			b = appendTime(b, t)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(st.Ballots)))
	for _, v := range st.Ballots {
		b = appendText(appendText(binary.AppendUvarint(b, v.ID), v.Seat), v.By)
		b = append(appendInt(b, v.Version), byte(v.Verdict))
		b = appendTime(appendMoney(appendText(b, v.Comment), v.Amount), v.At)
	}
	return appendText(b, st.Reason)
}

// plain reports whether the quota is a number of approvals alone.
func (q *Quota) plain() bool {
	return q.Share == nil && q.Of == 0 && q.Target == 0 && len(q.Weights) == 0 && len(q.Groups) == 0 && !q.Single && len(q.Veto) == 0 && !q.AnyVeto
}

// Unpack reads what Pack of the same process wrote, and nothing else. Errors match
// ErrDefinition or ErrInvalid.
func (p *Process) Unpack(data []byte) (State, error) {
	if len(data) > MaxBytes {
		return State{}, fmt.Errorf("packed state: %d bytes, at most %d: %w", len(data), MaxBytes, ErrInvalid)
	}
	u := &unpacker{rest: data}
	if version := u.byte(); version != packed || string(u.take(8)) != string(p.hash[:8]) {
		return State{}, fmt.Errorf("packed state: %w", ErrDefinition)
	}
	s := State{Definition: p.hash}
	copy(s.Instance[:], u.take(len(s.Instance)))
	s.Seq, s.Status, s.Version = u.uint(), Status(u.small(len(statusNames))), u.int()
	s.Subject.Kind, s.Subject.ID, s.Requester = text[string](u), text[string](u), text[ident.Person](u)
	s.Contributors = textList[ident.Person](u)
	s.Facets, s.Amount, s.Attributes = pairs[Facet, Digest](u), u.money(), pairs[string, string](u)
	for n := u.count(); n > 0 && !u.bad; n-- {
		if at := u.int(); at >= 0 && at < len(p.choices) {
			s.Routes = append(s.Routes, Route{p.choices[at].path, u.int()})
		} else {
			u.bad = true
		}
	}
	for n := u.count(); n > 0 && !u.bad; n-- {
		if at := u.int(); at >= 0 && at < len(p.loops) {
			s.Rounds = append(s.Rounds, Round{p.loops[at].path, u.int()})
		} else {
			u.bad = true
		}
	}
	s.Stages = make([]StageState, len(p.stages))
	for i := range s.Stages {
		u.stage(&s.Stages[i])
		s.Stages[i].Key = p.stages[i].Key
	}
	for n := u.count(); n > 0 && !u.bad; n-- {
		r := Remark{ID: u.uint(), Stage: text[StageKey](u), By: text[ident.Person](u), Version: u.int(), Text: text[string](u), Anchor: text[string](u)}
		r.Severity, r.At, r.Resolved, r.ResolvedBy = Severity(u.small(len(severityNames))), u.time(), u.int(), text[ident.Person](u)
		s.Remarks = append(s.Remarks, r)
	}
	for n := u.count(); n > 0 && !u.bad; n-- {
		s.Delegations = append(s.Delegations, Delegation{text[ident.Person](u), text[ident.Person](u), u.time(), u.time()})
	}
	s.Reason = text[string](u)
	if u.bad || len(u.rest) > 0 || s.Seq == 0 || s.Instance == uuid.Nil {
		return State{}, fmt.Errorf("packed state: %w", ErrInvalid)
	}
	if again, err := p.Pack(make([]byte, 0, len(data)), s); err != nil || string(again) != string(data) {
		return State{}, fmt.Errorf("packed state: not in its one form: %w", ErrInvalid)
	}
	return s, nil
}

// unpacker reads what the append functions write; once something is wrong it reads
// nothing any more.
type unpacker struct {
	rest []byte
	bad  bool
}

func (u *unpacker) take(n int) []byte {
	if u.bad || n < 0 || n > len(u.rest) {
		u.bad = true
		return nil
	}
	out := u.rest[:n]
	u.rest = u.rest[n:]
	return out
}

func (u *unpacker) byte() byte {
	if b := u.take(1); b != nil {
		return b[0]
	}
	return 0
}

// small reads a byte that is below a number.
func (u *unpacker) small(below int) byte {
	b := u.byte()
	u.bad = u.bad || int(b) >= below
	return b
}

func (u *unpacker) uint() uint64 {
	v, n := binary.Uvarint(u.rest)
	if n <= 0 {
		u.bad = true
		return 0
	}
	u.take(n)
	return v
}

func (u *unpacker) int64() int64 {
	v, n := binary.Varint(u.rest)
	if n <= 0 {
		u.bad = true
		return 0
	}
	u.take(n)
	return v
}

func (u *unpacker) int() int {
	v := u.int64()
	u.bad = u.bad || v != int64(int32(v)) //nolint:gosec // that is the question
	return int(v)
}

// count reads how many things follow, each of at least one byte.
func (u *unpacker) count() int {
	n := u.uint()
	if u.bad || n > uint64(len(u.rest)) {
		u.bad = true
		return 0
	}
	return int(n) //nolint:gosec // at most what there is
}

func text[S ~string](u *unpacker) S {
	b := u.take(u.count())
	u.bad = u.bad || !utf8.Valid(b)
	return S(b)
}

func textList[S ~string](u *unpacker) []S {
	var list []S
	for n := u.count(); n > 0 && !u.bad; n-- {
		list = append(list, text[S](u))
	}
	return list
}

func pairs[K, V ~string](u *unpacker) map[K]V {
	n := u.count()
	if n == 0 {
		return nil
	}
	m := make(map[K]V)
	for ; n > 0 && !u.bad; n-- {
		k := text[K](u)
		m[k] = text[V](u)
	}
	return m
}

func (u *unpacker) time() time.Time {
	if u.byte() == 0 {
		return time.Time{}
	}
	s, n := u.int64(), u.uint()
	t := time.Unix(s, int64(n)).UTC() //nolint:gosec // checked below
	if y := t.Year(); n >= 1_000_000_000 || y < 1 || y > 9999 {
		u.bad = true
	}
	return t
}

func (u *unpacker) money() money.Money {
	code, minor := text[string](u), u.int64()
	if code == "" {
		u.bad = u.bad || minor != 0
		return money.Money{}
	}
	c, err := money.ParseCurrency(code)
	u.bad = u.bad || err != nil
	return money.Minor(minor, c)
}

func (u *unpacker) stage(st *StageState) {
	b := u.byte()
	if st.Status = StageStatus(b & 0x7f); int(st.Status) >= len(stageNames) {
		u.bad = true
	}
	if b&0x80 == 0 {
		return
	}
	f := u.byte()
	has := func(bit int) bool { return f>>bit&1 == 1 }
	st.Reminded, st.Overdue, st.Raised = has(0), has(1), has(2)
	if has(6) {
		st.Quota.Approvals = u.int()
	} else {
		st.Quota = u.quota()
	}
	st.Eligible = textList[ident.Person](u)
	if has(7) {
		st.Escalated = textList[ident.Person](u)
	}
	st.Opened = u.time()
	for i, t := range [...]*time.Time{&st.Remind, &st.Due, &st.Expire} {
		if has(3 + i) {
			*t = u.time()
		}
	}
	for n := u.count(); n > 0 && !u.bad; n-- {
		v := Ballot{ID: u.uint(), Seat: text[ident.Person](u), By: text[ident.Person](u), Version: u.int()}
		v.Verdict, v.Comment, v.Amount, v.At = Verdict(u.small(len(verdictNames))), text[string](u), u.money(), u.time()
		st.Ballots = append(st.Ballots, v)
	}
	st.Reason = text[string](u)
}

func (u *unpacker) quota() Quota {
	q := Quota{Approvals: u.int()}
	if s := (Share{u.int(), u.int()}); s != (Share{}) {
		q.Share = &s
	}
	q.Of, q.Target = u.int(), u.int()
	for n := u.count(); n > 0 && !u.bad; n-- {
		if q.Weights == nil {
			q.Weights = map[ident.Person]int{}
		}
		p := text[ident.Person](u)
		q.Weights[p] = u.int()
	}
	for n := u.count(); n > 0 && !u.bad; n-- {
		q.Groups = append(q.Groups, GroupQuota{text[Role](u), u.int(), textList[ident.Person](u)})
	}
	f := u.byte()
	q.Single, q.AnyVeto = f&1 == 1, f&2 == 2
	q.Veto = textList[ident.Person](u)
	return q
}
