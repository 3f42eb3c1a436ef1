package board

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
)

// The caps on what this package takes.
const (
	MaxColumns = 100      // columns of a board, and lanes
	MaxLimit   = 1 << 20  // the highest limit
	MaxText    = 64 << 10 // bytes of a title or reason
)

// Board is a compiled Definition. It is immutable and safe for concurrent use.
type Board struct {
	def      Definition
	columns  map[ColumnKey]int
	lanes    map[LaneKey]int
	start    int // the first active column
	done     int // the first done column
	rank     [len(classNames)]int
	findings finding.List
}

// Compile checks a Definition and returns the Board, or all problems as a
// finding.List with these codes:
//
//	board.key              no usable key of the board, a column, a lane or a person, or one
//	                       twice; lanes and people differ in more than capitals
//	board.text             a name that is not UTF-8 or too long
//	board.columns          no column, no active one, no done one, or too many
//	board.columns.order    a done column before one that is not
//	board.kind             a kind, class or criterion that is none, or one twice
//	board.lane.unknown     a column's limit for a lane that there is not
//	board.limit            a negative or too high limit, or one on a done column
//	board.limit.idle       a limit that never binds, because a wider one is lower (warning)
//	board.expedite         an expedite lane on a board that does not offer the class
func Compile(d Definition) (*Board, error) {
	b := &Board{def: clone(d), columns: map[ColumnKey]int{}, lanes: map[LaneKey]int{}, start: -1, done: -1}
	found := &b.findings
	checkKey(found, "board", string(d.Key))
	checkName(found, "board", d.Name)
	b.checkColumns(found)
	b.checkLanes(found)
	b.checkLimits(found)
	b.checkPolicy(found)
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

// Findings returns what Compile noticed and let pass.
func (b *Board) Findings() finding.List { return slices.Clone(b.findings) }

// Definition returns a copy of the definition, with the default classes and
// policy in place.
func (b *Board) Definition() Definition { return clone(b.def) }

func clone(d Definition) Definition {
	d.Columns, d.Lanes = slices.Clone(d.Columns), slices.Clone(d.Lanes)
	d.Classes, d.Policy, d.People = slices.Clone(d.Classes), slices.Clone(d.Policy), maps.Clone(d.People)
	for i := range d.Columns {
		d.Columns[i].Lanes = maps.Clone(d.Columns[i].Lanes)
	}
	return d
}

func checkKey(found *finding.List, what, key string) {
	switch {
	case key == "":
		found.Errorf("board.key", what, "give it a key", "no key")
	case len(key) > ident.MaxLength || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl):
		found.Errorf("board.key", what, "use a short text", "%.40q is no key", key)
	}
}

func checkName(found *finding.List, what, text string) {
	if len(text) > MaxText || !utf8.ValidString(text) {
		found.Errorf("board.text", what, "use a shorter text in UTF-8", "%d bytes", len(text))
	}
}

func (b *Board) checkColumns(found *finding.List) {
	columns := b.def.Columns
	for i, c := range columns {
		subject := "column/" + string(c.Key)
		checkKey(found, fmt.Sprintf("columns[%d]", i), string(c.Key))
		checkName(found, subject, c.Name)
		if _, twice := b.columns[c.Key]; twice {
			found.Errorf("board.key", subject, "rename one", "two columns have this key")
		}
		b.columns[c.Key] = i
		switch c.Kind {
		case Queue:
		case Active:
			if b.start < 0 {
				b.start = i
			}
		case Done:
			if b.done < 0 {
				b.done = i
			}
		default:
			found.Errorf("board.kind", subject, "use queue, active or done", "%v", c.Kind)
		}
		if b.done >= 0 && c.Kind != Done {
			found.Errorf("board.columns.order", subject, "put the done columns last", "%s stands before it", columns[b.done].Key)
		}
	}
	switch {
	case len(columns) > MaxColumns:
		found.Errorf("board.columns", "columns", "use fewer", "%d columns, at most %d", len(columns), MaxColumns)
	case b.start < 0:
		found.Errorf("board.columns", "columns", "make one active", "no column is active")
	case b.done < 0:
		found.Errorf("board.columns", "columns", "add one at the end", "no column is done")
	}
}

func (b *Board) checkLanes(found *finding.List) {
	if len(b.def.Lanes) > MaxColumns {
		found.Errorf("board.columns", "lanes", "use fewer", "%d lanes, at most %d", len(b.def.Lanes), MaxColumns)
	}
	seen := map[string]bool{} // in small letters: JSON is read that way
	for i, l := range b.def.Lanes {
		subject := "lane/" + string(l.Key)
		checkKey(found, fmt.Sprintf("lanes[%d]", i), string(l.Key))
		checkName(found, subject, l.Name)
		if small := strings.ToLower(string(l.Key)); seen[small] {
			found.Errorf("board.key", subject, "rename one", "two lanes have this key, but for capitals")
		} else {
			seen[small] = true
		}
		b.lanes[l.Key] = i
		if l.Expedite && b.def.Expedite == 0 {
			found.Errorf("board.expedite", subject, "set the board's expedite limit", "the board offers no expedite class")
		}
	}
	if len(b.def.Lanes) == 0 {
		b.lanes[""] = 0
	}
}

func (b *Board) checkLimits(found *finding.List) {
	limit := func(subject string, n int) {
		if n < 0 || n > MaxLimit {
			found.Errorf("board.limit", subject, "use 0 for no limit", "limit %d is not within 0 and %d", n, MaxLimit)
		}
	}
	idle := func(subject string, n int, wider string, m int) {
		if n > 0 && m > 0 && n > m {
			found.Warnf("board.limit.idle", subject, "lower it or remove it", "limit %d, but %s has %d", n, wider, m)
		}
	}
	limit("expedite", b.def.Expedite)
	limit("per_person", b.def.PerPerson)
	seen := map[string]bool{} // in small letters: JSON is read that way
	for _, p := range slices.Sorted(maps.Keys(b.def.People)) {
		if small := strings.ToLower(string(p)); seen[small] {
			found.Errorf("board.key", "person/"+string(p), "name them once", "two people have this key, but for capitals")
		} else {
			seen[small] = true
		}
		if err := p.Check(); err != nil {
			found.Errorf("board.key", "people", "remove it", "%v", err)
		}
		limit("person/"+string(p), b.def.People[p])
	}
	for _, l := range b.def.Lanes {
		limit("lane/"+string(l.Key), l.Limit)
	}
	for _, c := range b.def.Columns {
		subject := "column/" + string(c.Key)
		limit(subject, c.Limit)
		if c.Kind == Done && (c.Limit != 0 || len(c.Lanes) > 0) {
			found.Errorf("board.limit", subject, "remove it", "a done column holds no cards back")
		}
		for _, lane := range slices.Sorted(maps.Keys(c.Lanes)) {
			cell := subject + "/" + string(lane)
			limit(cell, c.Lanes[lane])
			idle(cell, c.Lanes[lane], "the column", c.Limit)
			if at, known := b.lanes[lane]; !known || len(b.def.Lanes) == 0 {
				found.Errorf("board.lane.unknown", cell, "add the lane or remove the limit", "there is no lane %.40q", lane)
			} else if b.columns[c.Key] >= b.start {
				idle(cell, c.Lanes[lane], "the lane", b.def.Lanes[at].Limit)
			}
		}
	}
}

func (b *Board) checkPolicy(found *finding.List) {
	if b.def.Classes == nil {
		b.def.Classes = []Class{Expedite, FixedDate, Standard, Intangible}
	}
	if b.def.Policy == nil {
		b.def.Policy = []Criterion{ByClass, ByDue, ByAge, ByPriority}
	}
	for i := range b.rank {
		b.rank[i] = len(b.rank) // a class that is not listed comes last
	}
	for i, c := range b.def.Classes {
		if int(c) >= len(b.rank) || slices.Contains(b.def.Classes[:i], c) {
			found.Errorf("board.kind", fmt.Sprintf("classes[%d]", i), "name each class once", "%v", c)
			continue
		}
		b.rank[c] = i
	}
	for i, c := range b.def.Policy {
		if int(c) >= len(criterionNames) || slices.Contains(b.def.Policy[:i], c) {
			found.Errorf("board.kind", fmt.Sprintf("policy[%d]", i), "name each criterion once", "%v", c)
		}
	}
}
