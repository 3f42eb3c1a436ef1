package workflow

import (
	"encoding/binary"
	"time"

	"github.com/go-marops/marops/money"
)

// appendEvent appends the canonical binary form of an event, less its Text: a
// version, the instance, the number, the time, the actor, the type by name, and the
// fields of the fact in the order of its struct. Texts and lists carry their
// lengths, maps are sorted, so different events have different forms.
func appendEvent(b []byte, e Event) []byte {
	b = append(b, 1)
	b = append(b, e.Instance[:]...)
	b = binary.AppendUvarint(b, e.Seq)
	b = appendTime(b, e.At)
	b = appendText(b, e.By)
	b = appendText(b, e.Type())
	switch f := e.Fact.(type) {
	case Submitted:
		b = append(b, f.Definition[:]...)
		b = appendText(appendText(appendText(b, f.Subject.Kind), f.Subject.ID), f.Requester)
		b = appendVersion(appendTexts(b, f.Contributors), f.Facets, f.Amount, f.Attributes)
	case Revised:
		b = appendTexts(appendInt(b, f.Version), f.Changed)
		b = appendVersion(appendTexts(b, f.Contributors), f.Facets, f.Amount, f.Attributes)
	case Routed:
		b = appendText(appendInt(appendText(b, f.Choice), f.Case), f.When)
	case Looped:
		b = appendInt(appendText(b, f.Loop), f.Times)
	case Recalled, Withdrawn:
		// a text alone
	case Concluded:
		b = append(b, byte(f.Status))
	case Migrated:
		b = append(append(b, f.From[:]...), f.Definition[:]...)
		b = appendMap(b, f.Stages)
	case Remarked:
		b = appendText(appendInt(appendText(b, f.Stage), f.Version), f.Anchor)
		b = append(b, byte(f.Severity))
	case Resolved:
		b = appendInt(binary.AppendUvarint(b, f.Remark), f.Version)
	case Delegated:
		b = appendTime(appendText(appendText(b, f.From), f.To), f.Until)
	default:
		b = appendStageFact(b, e.Fact)
	}
	return b
}

func appendStageFact(b []byte, fact Fact) []byte {
	key, _ := stageOf(fact)
	b = appendText(b, key)
	switch f := fact.(type) {
	case Opened:
		b = appendQuota(appendTexts(appendInt(b, f.Version), f.Eligible), &f.Quota)
		b = appendTime(appendTime(appendTime(b, f.Remind), f.Due), f.Expire)
	case Reset:
		b = appendText(b, f.Reason)
	case Decided:
		b = appendText(append(b, byte(f.Status)), f.Reason)
	case Stuck:
		b = appendText(appendText(append(b, byte(f.Finding.Severity)), f.Finding.Code), f.Finding.Subject)
		b = appendText(appendTexts(b, f.Finding.Evidence), f.Finding.Fix)
	case Reminded:
		b = appendTexts(b, f.To)
	case NoResponse:
		b = appendTexts(b, f.Silent)
	case Expired:
		b = appendTexts(b, f.Silent)
	case Escalated:
		b = appendQuota(appendTexts(appendText(b, f.Role), f.To), &f.Quota)
	case Assigned:
		b = appendTexts(appendTexts(appendTexts(b, f.Added), f.Removed), f.Eligible)
		b = appendQuota(b, &f.Quota)
	case VoteCast:
		b = append(appendInt(appendText(b, f.Seat), f.Version), byte(f.Verdict))
		b = appendMoney(b, f.Amount)
	case VoteVoided:
		b = appendText(appendTexts(appendText(b, f.Seat), f.Changed), f.Reason)
	}
	return b
}

func appendVersion(b []byte, facets map[Facet]Digest, amount money.Money, attributes map[string]string) []byte {
	return appendMap(appendMoney(appendMap(b, facets), amount), attributes)
}

func appendQuota(b []byte, q *Quota) []byte {
	b = appendInt(b, q.Approvals)
	share := Share{}
	if q.Share != nil {
		share = *q.Share
	}
	b = appendInt(appendInt(appendInt(appendInt(b, share.Num), share.Den), q.Of), q.Target)
	b = binary.AppendUvarint(b, uint64(len(q.Weights)))
	if len(q.Weights) > 0 {
		for _, p := range sortedKeys(q.Weights) {
			b = appendInt(appendText(b, p), q.Weights[p])
		}
	}
	b = binary.AppendUvarint(b, uint64(len(q.Groups)))
	for i := range q.Groups {
		g := &q.Groups[i]
		b = appendTexts(appendInt(appendText(b, g.Role), g.Need), g.Members)
	}
	b = append(b, flags(q.Single, q.AnyVeto))
	return appendTexts(b, q.Veto)
}

func flags(list ...bool) byte {
	var f byte
	for i, set := range list {
		if set {
			f |= 1 << i
		}
	}
	return f
}

func appendInt(b []byte, n int) []byte { return binary.AppendVarint(b, int64(n)) }

func appendText[S ~string](b []byte, s S) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTexts[S ~string](b []byte, list []S) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

func appendMap[K, V ~string](b []byte, m map[K]V) []byte {
	b = binary.AppendUvarint(b, uint64(len(m)))
	if len(m) == 0 {
		return b
	}
	for _, k := range sortedKeys(m) {
		b = appendText(appendText(b, k), m[k])
	}
	return b
}

// appendTime appends seconds since 1970 and nanoseconds; the zero time has its own
// form.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	b = binary.AppendVarint(append(b, 1), t.Unix())
	return binary.AppendUvarint(b, uint64(t.Nanosecond())) //nolint:gosec // not negative
}

func appendMoney(b []byte, m money.Money) []byte {
	return binary.AppendVarint(appendText(b, m.Currency().String()), m.Minor())
}
