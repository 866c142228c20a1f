package casefile

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

// openCommand opens a case; all other commands are issued to one.
const openCommand = "open"

// issue issues a command to a case, and says what came of it. Cases that the
// command names are known by the names of the case file.
type issue func(casework.Aggregate, Names) (string, error)

// command is something a step may do to a case of one kind.
type command struct {
	name    string
	data    bool // it takes data, under "with"
	prepare func(s *strict, with *node, path string) issue
}

// to lets a command reach the kind of case it is for.
func to[T casework.Aggregate](name string, run func(T, Names) (string, error)) issue {
	return func(a casework.Aggregate, names Names) (string, error) {
		c, is := a.(T)
		if !is {
			return "", casework.Invalid(name, casework.Fault{Path: "do", Code: "command.wrong_case", Message: fmt.Sprintf("%s is not issued to a %T", name, a)})
		}
		return run(c, names)
	}
}

// bare is a command without data.
func bare[T casework.Aggregate](name string, run func(T) (string, error)) command {
	all := to(name, func(c T, _ Names) (string, error) { return run(c) })
	return command{name: name, prepare: func(*strict, *node, string) issue { return all }}
}

// given is a command whose data is of a type.
func given[T casework.Aggregate, D any](name string, run func(T, D) (string, error)) command {
	return naming(name, func(*strict, *node, string, D) {}, func(c T, d D, _ Names) (string, error) { return run(c, d) })
}

// naming is a command whose data names actors or cases of the file; sound tells
// which of them nobody knows.
func naming[T casework.Aggregate, D any](name string, sound func(s *strict, with *node, path string, d D), run func(T, D, Names) (string, error)) command {
	return command{name: name, data: true, prepare: func(s *strict, with *node, path string) issue {
		var data D
		if !s.decode(with, path, &data) {
			return nil
		}
		sound(s, with, path, data)
		return to(name, func(c T, names Names) (string, error) { return run(c, data, names) })
	}}
}

// changes is a command that changes something its data names, and says what.
func changes[T casework.Aggregate, D any](name string, run func(T, D) error, say func(D) string) command {
	return given(name, func(c T, data D) (string, error) {
		if err := run(c, data); err != nil {
			return "", err
		}
		return say(data), nil
	})
}

// makes is a command whose data is the very record it makes, and says what it
// made.
func makes[T casework.Aggregate, R any](name string, run func(T, R) (R, error), say func(R) string) command {
	return given(name, func(c T, record R) (string, error) {
		record, err := run(c, record)
		if err != nil {
			return "", err
		}
		return say(record), nil
	})
}

// gives is a command whose data is of one type and makes a record of another,
// and says what it made.
func gives[T casework.Aggregate, D, R any](name string, run func(T, D) (R, error), say func(R) string) command {
	return given(name, func(c T, data D) (string, error) {
		record, err := run(c, data)
		if err != nil {
			return "", err
		}
		return say(record), nil
	})
}

// held is what cases of all kinds have in common.
type held interface {
	casework.Aggregate
	Move(casework.Move) error
	Assign(casework.Actor) error
	Release() error
	Tick() error
	Fired() []casework.FiredDeadline
	State() casework.State
	Table() *casework.Table
}

// The data of commands to cases of all kinds. Every field is needed.
type (
	moveData struct {
		Move casework.Move `json:"move"`
	}
	assignData struct {
		Holder string `json:"holder"`
	}
)

// heldCommands are the commands that cases of all kinds take alike.
func heldCommands[T held]() []command {
	return []command{
		{name: "assign", data: true, prepare: prepareAssign[T]},
		bare("release", func(c T) (string, error) { return "the case is held by nobody", c.Release() }),
		bare("tick", tick[T]),
	}
}

// takeMove takes a move, and says where it led.
func takeMove[T held](c T, d moveData) (string, error) {
	if err := c.Move(d.Move); err != nil {
		return "", err
	}
	return "now " + standing(c), nil
}

// standing gives the title of the state a case is in.
func standing[T held](c T) string { return lowerFirst(c.Table().StateTitle(c.State())) }

// lowerFirst begins a title in the midst of a sentence.
func lowerFirst(title string) string {
	if title == "" {
		return ""
	}
	return strings.ToLower(title[:1]) + title[1:]
}

// tick lets the deadlines that passed fire, and says which.
func tick[T held](c T) (string, error) {
	before, from := len(c.Fired()), c.State()
	if err := c.Tick(); err != nil {
		return "", err
	}
	var said []string
	for _, d := range c.Fired()[before:] {
		said = append(said, fmt.Sprintf("%s: %s", d.Code, d.Doc))
	}
	if c.State() != from {
		said = append(said, "now "+standing(c))
	}
	if len(said) == 0 {
		return "nothing is due", nil
	}
	return strings.Join(said, "; "), nil
}

// prepareAssign names the holder as the case file lists its actors.
func prepareAssign[T held](s *strict, with *node, path string) issue {
	var d assignData
	if !s.decode(with, path, &d) {
		return nil
	}
	holder, known := s.actors[d.Holder]
	if !known {
		s.fault(with.get("holder").line, under(path, "holder"), "actor.unknown", fmt.Sprintf("no actor %q is listed under actors", d.Holder))
		return nil
	}
	return to("assign", func(c T, _ Names) (string, error) { return "the case is held by " + holder.String(), c.Assign(holder) })
}

// drop leaves of what a command gives its error alone.
func drop[R any](_ R, err error) error { return err }

// words writes a value of the library's as people would.
func words[W ~string](w W) string { return strings.ReplaceAll(string(w), "_", " ") }
