package workflow

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// ParseDefinition reads a Definition from JSON. An array is a Seq; the other
// blocks are objects with the key "par", "choice" or "stage":
//
//	{
//	  "key": "launch", "name": "Launch", "facets": ["copy", "price"],
//	  "attributes": {"channel": ["email", "tv"]},
//	  "flow": [
//	    {"stage": "copy", "role": "editors", "rule": "any", "exclude": ["requester"],
//	     "facets": ["copy"], "remind": "1d", "due": "2d", "escalate": "heads"},
//	    {"par": [{"stage": "legal", "role": "lawyers", "rule": 2, "class": "legal"},
//	             {"stage": "brand", "role": "brand", "rule": "all"}], "on_reject": "finish"},
//	    {"choice": [{"when": {"amount": ">= 5000.00 EUR"},
//	                 "then": {"stage": "finance", "role": "finance", "rule": "any"}}],
//	     "else": []}
//	  ]
//	}
//
// Conditions are {"amount": ">= 5000.00 EUR"}, {"in": {"channel": ["tv"]}},
// {"has": "claim"}, {"all": […]}, {"any": […]} and {"not": {…}}. Unknown and
// duplicate keys are errors. Errors match ErrSyntax and name the path; what the
// document means is Compile's business.
func ParseDefinition(data []byte) (Definition, error) {
	root, err := parseJSON(data)
	if err != nil {
		return Definition{}, err
	}
	return decodeDefinition(root)
}

// UnmarshalJSON reads what ParseDefinition reads.
func (d *Definition) UnmarshalJSON(data []byte) error {
	parsed, err := ParseDefinition(data)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func decodeDefinition(v *jsonValue) (Definition, error) {
	var d Definition
	members, err := v.object()
	if err != nil {
		return d, err
	}
	for _, m := range members {
		switch m.key {
		case "key":
			err = textInto(m, &d.Key)
		case "name":
			err = textInto(m, &d.Name)
		case "requesters":
			err = textInto(m, &d.Requesters)
		case "facets":
			d.Facets, err = texts[Facet](m)
		case "attributes":
			d.Attributes, err = decodeAttributes(m)
		case "flow":
			d.Flow, err = decodeBlock(m)
		default:
			err = m.errorf("unknown key")
		}
		if err != nil {
			return Definition{}, err
		}
	}
	return d, nil
}

func decodeAttributes(v *jsonValue) (map[string][]string, error) {
	members, err := v.object()
	if err != nil {
		return nil, err
	}
	sets := make(map[string][]string, len(members))
	for _, m := range members {
		if sets[m.key], err = texts[string](m); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

func decodeBlocks(v *jsonValue) ([]Block, error) {
	items, err := v.array()
	if err != nil {
		return nil, err
	}
	blocks := make([]Block, len(items))
	for i, item := range items {
		if blocks[i], err = decodeBlock(item); err != nil {
			return nil, err
		}
	}
	return blocks, nil
}

func decodeBlock(v *jsonValue) (Block, error) {
	if v.isDelim('[') {
		blocks, err := decodeBlocks(v)
		return Seq(blocks), err
	}
	members, err := v.object()
	if err != nil {
		return nil, v.errorf("want a block: an array, or an object with par, choice or stage")
	}
	has := func(key string) bool {
		return slices.ContainsFunc(members, func(m *jsonValue) bool { return m.key == key })
	}
	switch {
	case has("par"):
		return decodePar(members)
	case has("choice"):
		return decodeChoice(members)
	case has("stage"):
		return decodeStage(members)
	default:
		return nil, v.errorf("want a block: an array, or an object with par, choice or stage")
	}
}

func decodePar(members []*jsonValue) (Block, error) {
	var p Par
	for _, m := range members {
		var err error
		switch m.key {
		case "par":
			p.Branches, err = decodeBlocks(m)
		case "on_reject":
			var i uint8
			i, err = enum(m, "on_reject", policyNames)
			p.OnReject = RejectPolicy(i)
		default:
			err = m.errorf("unknown key in a par")
		}
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

func decodeChoice(members []*jsonValue) (Block, error) {
	var c Choice
	for _, m := range members {
		var err error
		switch m.key {
		case "choice":
			c.Cases, err = decodeCases(m)
		case "else":
			c.Else, err = decodeBlock(m)
		default:
			err = m.errorf("unknown key in a choice")
		}
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

func decodeCases(v *jsonValue) ([]Case, error) {
	items, err := v.array()
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(items))
	for i, item := range items {
		members, err := item.object()
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			switch m.key {
			case "when":
				cases[i].When, err = decodeCond(m)
			case "then":
				cases[i].Then, err = decodeBlock(m)
			default:
				err = m.errorf("unknown key in a case")
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return cases, nil
}

func decodeStage(members []*jsonValue) (Block, error) {
	var s Stage
	for _, m := range members {
		var err error
		switch m.key {
		case "stage":
			err = textInto(m, &s.Key)
		case "name":
			err = textInto(m, &s.Name)
		case "role":
			err = textInto(m, &s.Role)
		case "rule":
			s.Rule, err = decodeRule(m)
		case "exclude":
			s.Exclude, err = texts[Exclusion](m)
		case "facets":
			s.Facets, err = texts[Facet](m)
		case "due":
			s.Due, err = decodeLength(m)
		case "remind":
			s.Remind, err = decodeLength(m)
		case "escalate":
			err = textInto(m, &s.Escalate)
		case "class":
			var i uint8
			i, err = enum(m, "class", classNames)
			s.Class = Class(i)
		default:
			err = m.errorf("unknown key in a stage")
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func decodeRule(v *jsonValue) (Rule, error) {
	switch token := v.token.(type) {
	case string:
		switch token {
		case "all":
			return All{}, nil
		case "any":
			return Any{}, nil
		}
	case json.Number:
		if n, err := strconv.ParseInt(token.String(), 10, 32); err == nil {
			return N(n), nil
		}
	}
	return nil, v.errorf(`want "all", "any" or a whole number`)
}

func decodeLength(v *jsonValue) (worktime.Length, error) {
	s, err := v.text()
	if err != nil {
		return worktime.Length{}, err
	}
	l, err := worktime.ParseLength(s)
	if err != nil {
		return worktime.Length{}, v.errorf("%v", err)
	}
	return l, nil
}

func enum(v *jsonValue, what string, names []string) (uint8, error) {
	s, err := v.text()
	if err != nil {
		return 0, err
	}
	i, err := parseName(what, names, s)
	if err != nil {
		return 0, v.errorf("%v", err)
	}
	return i, nil
}

func decodeConds(v *jsonValue) ([]Cond, error) {
	items, err := v.array()
	if err != nil {
		return nil, err
	}
	conds := make([]Cond, len(items))
	for i, item := range items {
		if conds[i], err = decodeCond(item); err != nil {
			return nil, err
		}
	}
	return conds, nil
}

func decodeCond(v *jsonValue) (Cond, error) {
	members, err := v.object()
	if err != nil || len(members) != 1 {
		return nil, v.errorf("want a condition: an object with one of amount, in, has, all, any, not")
	}
	m := members[0]
	switch m.key {
	case "amount":
		return decodeAmount(m)
	case "in":
		return decodeIn(m)
	case "has":
		var has Has
		err := textInto(m, &has.Facet)
		return has, err
	case "all":
		conds, err := decodeConds(m)
		return AllOf(conds), err
	case "any":
		conds, err := decodeConds(m)
		return AnyOf(conds), err
	case "not":
		cond, err := decodeCond(m)
		return Not{cond}, err
	default:
		return nil, m.errorf("unknown condition: want amount, in, has, all, any or not")
	}
}

func decodeAmount(v *jsonValue) (Cond, error) {
	s, err := v.text()
	if err != nil {
		return nil, err
	}
	sign, rest, _ := strings.Cut(s, " ")
	op, err := parseName("comparison", opNames[1:], sign)
	if err != nil {
		return nil, v.errorf("%v", err)
	}
	value, err := money.Parse(rest)
	if err != nil {
		return nil, v.errorf("%v", err)
	}
	return Amount{Op(op + 1), value}, nil
}

func decodeIn(v *jsonValue) (Cond, error) {
	members, err := v.object()
	if err != nil || len(members) != 1 {
		return nil, v.errorf("want an object with one attribute and its values")
	}
	values, err := texts[string](members[0])
	return In{members[0].key, values}, err
}
