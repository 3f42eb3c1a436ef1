package budget

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// shape is how the commands of one kind are named, stored and read.
type shape struct {
	kind  string
	write func(f *fielder, c Command)
	read  func(f *fielder) Command
	json  func(data []byte) (Command, error)
}

// fields is a command that lists its fields.
type fields[C Command] interface {
	*C
	fields(f *fielder)
}

func shapeOf[C Command, P fields[C]](kind string) shape {
	return shape{
		kind: kind,
		write: func(f *fielder, c Command) {
			v := blank[C, P](f)
			*v = c.(C) //nolint:forcetypeassert // codeOf chose the shape
			v.fields(f)
		},
		read: func(f *fielder) Command {
			v := blank[C, P](f)
			var zero C
			*v = zero
			v.fields(f)
			return *v
		},
		json: func(data []byte) (Command, error) {
			var v C
			d := json.NewDecoder(bytes.NewReader(data))
			d.DisallowUnknownFields()
			if err := d.Decode(&v); err != nil {
				if errors.Is(err, io.EOF) {
					err = io.ErrUnexpectedEOF
				}
				return nil, err
			}
			return v, nil
		},
	}
}

// blank returns memory for a command of a kind, which a fielder keeps for the next.
func blank[C Command, P fields[C]](f *fielder) P {
	v, ok := f.blank.(P)
	if !ok {
		v = new(C)
		f.blank = v
	}
	return v
}

// shapes are all kinds. The place of one is its code in stored entries: new ones
// go to the end.
var shapes = [...]shape{
	shapeOf[SetLimit]("set-limit"),
	shapeOf[SetPlan]("set-plan"),
	shapeOf[SetForecast]("set-forecast"),
	shapeOf[SetRate]("set-rate"),
	shapeOf[Reserve]("reserve"),
	shapeOf[Release]("release"),
	shapeOf[Order]("order"),
	shapeOf[Amend]("amend"),
	shapeOf[CloseOrder]("close-order"),
	shapeOf[Receive]("receive"),
	shapeOf[Accrue]("accrue"),
	shapeOf[Invoice]("invoice"),
	shapeOf[Record]("record"),
	shapeOf[Reverse]("reverse"),
	shapeOf[Transfer]("transfer"),
	shapeOf[Settle]("settle"),
	shapeOf[CarryForward]("carry-forward"),
	shapeOf[Revalue]("revalue"),
	shapeOf[SoftClosePeriod]("soft-close-period"),
	shapeOf[ReopenPeriod]("reopen-period"),
	shapeOf[ClosePeriod]("close-period"),
}

// recordCode is the place of Record.
const recordCode = 12

// codeOf returns the place of a command's shape; ok is false if it is none of the
// structs of this package.
func codeOf(c Command) (code uint8, ok bool) {
	switch c.(type) {
	case SetLimit:
		return 0, true
	case SetPlan:
		return 1, true
	case SetForecast:
		return 2, true
	case SetRate:
		return 3, true
	case Reserve:
		return 4, true
	case Release:
		return 5, true
	case Order:
		return 6, true
	case Amend:
		return 7, true
	case CloseOrder:
		return 8, true
	case Receive:
		return 9, true
	case Accrue:
		return 10, true
	case Invoice:
		return 11, true
	case Record:
		return 12, true
	case Reverse:
		return 13, true
	case Transfer:
		return 14, true
	case Settle:
		return 15, true
	case CarryForward:
		return 16, true
	case Revalue:
		return 17, true
	case SoftClosePeriod:
		return 18, true
	case ReopenPeriod:
		return 19, true
	case ClosePeriod:
		return 20, true
	}
	return 0, false
}

func kindName(c Command) string {
	if code, ok := codeOf(c); ok {
		return shapes[code].kind
	}
	return ""
}
