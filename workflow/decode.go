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
//	     "else": []},
//	    {"loop": [{"stage": "studio", "role": "studio", "rule": "any"},
//	              {"stage": "proof", "role": "brand", "rule": "2/3"}], "times": 2},
//	    {"gate": "release"}
//	  ]
//	}
//
// Rules are "any", "all", a number, "60%" or "2/3" of the electors,
// {"weights": {"editors": 1, "heads": 2}, "target": 3},
// {"groups": {"legal": 1, "brand": 2}, "single": true} and {"rule": 2, "veto": "legal"}.
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
		case "managers":
			err = textInto(m, &d.Managers)
		case "contributors":
			d.Contributors, err = decodeInt(m)
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
		return nil, v.errorf("want a block: an array, or an object with par, choice, loop, gate or stage")
	}
	has := func(key string) bool {
		return slices.ContainsFunc(members, func(m *jsonValue) bool { return m.key == key })
	}
	switch {
	case has("par"):
		return decodePar(members)
	case has("choice"):
		return decodeChoice(members)
	case has("loop"):
		return decodeLoop(members)
	case has("gate"):
		return decodeGate(members)
	case has("stage"):
		return decodeStage(members)
	default:
		return nil, v.errorf("want a block: an array, or an object with par, choice, loop, gate or stage")
	}
}

func decodeLoop(members []*jsonValue) (Block, error) {
	var l Loop
	for _, m := range members {
		var err error
		switch m.key {
		case "loop":
			l.Body, err = decodeBlock(m)
		case "times":
			l.Times, err = decodeInt(m)
		default:
			err = m.errorf("unknown key in a loop")
		}
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

func decodeGate(members []*jsonValue) (Block, error) {
	var g Gate
	for _, m := range members {
		if m.key != "gate" {
			return nil, m.errorf("unknown key in a gate")
		}
		if err := textInto(m, &g.Key); err != nil {
			return nil, err
		}
	}
	return g, nil
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
		case "expire":
			s.Expire, err = decodeLength(m)
		case "at_expiry":
			var i uint8
			i, err = enum(m, "at_expiry", expiryNames)
			s.AtExpiry = Expiry(i)
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
	if v.isDelim('{') {
		return decodeRuleObject(v)
	}
	switch token := v.token.(type) {
	case string:
		switch token {
		case "all":
			return All{}, nil
		case "any":
			return Any{}, nil
		}
		if s, ok := parseShare(token); ok {
			return s, nil
		}
	case json.Number:
		if n, err := strconv.ParseInt(token.String(), 10, 32); err == nil {
			return N(n), nil
		}
	}
	return nil, v.errorf(`want "all", "any", a whole number, "60%%", "2/3", or an object with weights, groups or veto`)
}

// parseShare reads what Share.text writes.
func parseShare(text string) (Share, bool) {
	num, den, ok := strings.Cut(text, "/")
	if !ok {
		if num, ok = strings.CutSuffix(text, "%"); !ok {
			return Share{}, false
		}
		den = "100"
	}
	n, errN := strconv.ParseUint(num, 10, 31)
	d, errD := strconv.ParseUint(den, 10, 31)
	return Share{int(n), int(d)}, errN == nil && errD == nil
}

func decodeRuleObject(v *jsonValue) (Rule, error) {
	members, err := v.object()
	if err != nil {
		return nil, err
	}
	var weighted Weighted
	var groups PerGroup
	var veto Veto
	kinds := map[string]bool{}
	for _, m := range members {
		switch m.key {
		case "weights", "target":
			kinds["weights"] = true
		case "groups", "single":
			kinds["groups"] = true
		case "veto", "rule":
			kinds["veto"] = true
		}
		switch m.key {
		case "weights":
			weighted.Weights, err = decodeNumbers(m)
		case "target":
			weighted.Target, err = decodeInt(m)
		case "groups":
			groups.Groups, err = decodeNumbers(m)
		case "single":
			single, ok := m.token.(bool)
			if groups.Single = single; !ok {
				err = m.errorf("want true or false")
			}
		case "veto":
			err = textInto(m, &veto.By)
		case "rule":
			veto.Rule, err = decodeRule(m)
		default:
			err = m.errorf("unknown key in a rule")
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case len(kinds) != 1:
		return nil, v.errorf("want weights and a target, groups, or a rule and its veto")
	case kinds["weights"]:
		return weighted, nil
	case kinds["groups"]:
		return groups, nil
	default:
		return veto, nil
	}
}

func decodeNumbers(v *jsonValue) (map[Role]int, error) {
	members, err := v.object()
	if err != nil {
		return nil, err
	}
	out := make(map[Role]int, len(members))
	for _, m := range members {
		if out[Role(m.key)], err = decodeInt(m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodeInt(v *jsonValue) (int, error) {
	if token, ok := v.token.(json.Number); ok {
		if n, err := strconv.ParseInt(token.String(), 10, 32); err == nil {
			return int(n), nil
		}
	}
	return 0, v.errorf("want a whole number")
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
