package budget

// refOf returns the reference of a command, or the key of its node.
func refOf(c Command) string {
	switch c := c.(type) {
	case Record:
		return c.Key
	case Reserve:
		return c.Ref
	case Order:
		return c.Ref
	case Amend:
		return c.Ref
	case Accrue:
		return c.Ref
	case Invoice:
		return c.Ref
	case Transfer:
		return c.Ref
	case CarryForward:
		return c.Ref
	case SetLimit:
		return string(c.Node)
	case SetPlan:
		return string(c.Node)
	case SetForecast:
		return string(c.Node)
	default: // what stands for no document
		return ""
	}
}

// textOf returns what a person wrote in a command.
func textOf(c Command) string {
	switch c := c.(type) {
	case Record:
		return c.Memo
	case Reserve:
		return c.Memo
	case Order:
		return c.Memo
	case Amend:
		return c.Memo
	case Accrue:
		return c.Memo
	case Invoice:
		return c.Memo
	case Reverse:
		return c.Memo
	case Transfer:
		return c.Memo
	default:
		return ""
	}
}

// withText returns the command with another text.
func withText(c Command, text string) Command {
	switch c := c.(type) {
	case Record:
		c.Memo = text
		return c
	case Reserve:
		c.Memo = text
		return c
	case Order:
		c.Memo = text
		return c
	case Amend:
		c.Memo = text
		return c
	case Accrue:
		c.Memo = text
		return c
	case Invoice:
		c.Memo = text
		return c
	case Reverse:
		c.Memo = text
		return c
	case Transfer:
		c.Memo = text
		return c
	default:
		return c
	}
}

// same reports whether two commands say the same. A memo says nothing: it may be
// erased later.
func same(a, b Command) bool {
	return a == b || textOf(a) != textOf(b) && withText(a, "") == withText(b, "")
}
