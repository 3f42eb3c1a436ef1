package kpi

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"strings"
)

// ErrFormula is the kind of every error about a formula's text.
var ErrFormula = errors.New("invalid formula")

// FormulaError says where a formula is wrong. It matches ErrFormula.
type FormulaError struct {
	Metric MetricKey
	Column int // 1-based character of Formula.Text
	Reason string
}

func (e *FormulaError) Error() string {
	return fmt.Sprintf("formula of %s, character %d: %s", e.Metric, e.Column, e.Reason)
}

// Is reports whether target is ErrFormula.
func (e *FormulaError) Is(target error) bool { return target == ErrFormula }

// UnitError says where a definition mixes units. It matches ErrFormula.
type UnitError struct {
	Metric      MetricKey
	Column      int // 1-based character of Formula.Text
	Op          string
	Left, Right Unit
}

func (e *UnitError) Error() string {
	return fmt.Sprintf("formula of %s, character %d: %v %s %v: units differ", e.Metric, e.Column, e.Left, e.Op, e.Right)
}

// Is reports whether target is ErrFormula.
func (e *UnitError) Is(target error) bool { return target == ErrFormula }

// The caps on a formula: far above any real one, far below what could hurt.
const (
	maxFormula      = 4096 // bytes
	maxLiteral      = 40   // characters of a number
	maxFormulaDepth = 64
)

// expr is a checked formula. Exactly one of the three forms is set.
type expr struct {
	op          byte // '+', '-', '*', '/'; 0 for a leaf
	left, right *expr
	metric      MetricKey
	number      *big.Rat
	column      int
}

// parseFormula reads the text with Go's own expression parser and admits only
// what a metric needs.
func parseFormula(key MetricKey, text string) (*expr, error) {
	fail := func(column int, format string, args ...any) error {
		return &FormulaError{key, column, fmt.Sprintf(format, args...)}
	}
	if len(text) > maxFormula {
		return nil, fail(1, "longer than %d characters", maxFormula)
	}
	if strings.Count(text, "(") > maxFormulaDepth {
		return nil, fail(1, "more than %d parentheses", maxFormulaDepth)
	}
	tree, err := parser.ParseExpr(text)
	if err != nil {
		return nil, fail(1, "%v", err)
	}
	var build func(ast.Expr, int) (*expr, error)
	build = func(node ast.Expr, depth int) (*expr, error) {
		column := int(node.Pos())
		if depth > maxFormulaDepth {
			return nil, fail(column, "nested deeper than %d", maxFormulaDepth)
		}
		switch n := node.(type) {
		case *ast.ParenExpr:
			return build(n.X, depth+1)
		case *ast.Ident:
			return &expr{metric: MetricKey(n.Name), column: column}, nil
		case *ast.BasicLit:
			if n.Kind != token.INT && n.Kind != token.FLOAT || len(n.Value) > maxLiteral || strings.Trim(n.Value, "0123456789.") != "" {
				return nil, fail(column, "%.40s is not a plain decimal number", n.Value)
			}
			number, ok := new(big.Rat).SetString(n.Value)
			if !ok {
				return nil, fail(column, "%s is not a number", n.Value)
			}
			return &expr{number: number, column: column}, nil
		case *ast.UnaryExpr:
			if n.Op != token.SUB {
				return nil, fail(column, "operator %v is not allowed", n.Op)
			}
			x, err := build(n.X, depth+1)
			if err != nil {
				return nil, err
			}
			return &expr{op: '*', left: &expr{number: big.NewRat(-1, 1), column: column}, right: x, column: column}, nil
		case *ast.BinaryExpr:
			ops := map[token.Token]byte{token.ADD: '+', token.SUB: '-', token.MUL: '*', token.QUO: '/'}
			op, ok := ops[n.Op]
			if !ok {
				return nil, fail(int(n.OpPos), "operator %v is not allowed", n.Op)
			}
			left, err := build(n.X, depth+1)
			if err != nil {
				return nil, err
			}
			right, err := build(n.Y, depth+1)
			if err != nil {
				return nil, err
			}
			return &expr{op: op, left: left, right: right, column: int(n.OpPos)}, nil
		}
		return nil, fail(column, "only metrics, numbers, + - * / and parentheses are allowed")
	}
	return build(tree, 0)
}
