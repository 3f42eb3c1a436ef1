package rules

import "slices"

// index finds the rules of an event whose condition can hold at all: those that
// ask a text for certain values, beside all else, are filed under the values.
type index struct {
	rest   []int32 // as authored
	fields []filed // of the event type; none if nothing is filed
}

// filed are the rules that ask one field for certain values.
type filed struct {
	all []int32
	by  map[string][]int32
}

// asks returns the first test that must hold for n to hold and that takes only
// certain values of a text.
func (n *node) asks(event *eventType) *test {
	switch n.kind {
	case allNode:
		for i := range n.kids {
			if t := n.kids[i].asks(event); t != nil {
				return t
			}
		}
	case testNode:
		t := &n.test
		text := event.Fields[t.field].Type == TypeText
		if text && (t.op == Equal || t.op == In || t.op == Changed && t.to.set) {
			return t
		}
	default:
	}
	return nil
}

// file adds a rule, in the order of the rules.
func (x *index) file(event *eventType, at int32, r *rule) {
	var t *test
	if !r.always {
		t = r.cond.asks(event)
	}
	if t == nil {
		x.rest = append(x.rest, at)
		return
	}
	if x.fields == nil {
		x.fields = make([]filed, len(event.Fields))
	}
	f := &x.fields[t.field]
	if f.by == nil {
		f.by = map[string][]int32{}
	}
	f.all = append(f.all, at)
	values := t.values
	switch t.op {
	case Equal:
		values = []Value{t.value}
	case Changed:
		values = []Value{t.to}
	default: // In
	}
	for _, v := range values {
		f.by[v.text] = append(f.by[v.text], at)
	}
}

// rules returns the rules that values of the fields leave, in order. A field of
// which nothing is known leaves all.
func (x *index) rules(value func(field int) (v *Value, known bool)) []int32 {
	if x.fields == nil {
		return x.rest
	}
	list := slices.Clone(x.rest)
	for i := range x.fields {
		f := &x.fields[i]
		if f.by == nil {
			continue
		}
		switch v, known := value(i); {
		case !known:
			list = append(list, f.all...)
		case v.set:
			list = append(list, f.by[v.text]...)
		}
	}
	slices.Sort(list)
	return list
}
