package casework

import "strings"

// ActorKind says what sort of author stands behind an entry.
type ActorKind string

// The kinds of actor.
const (
	KindPerson ActorKind = "person" // somebody signed in at the host
	KindSystem ActorKind = "system" // a program acting by itself, such as a nightly tick
	KindImport ActorKind = "import" // history brought in; the original author is kept as text
)

// Actor is who did something: a person, the system or an import, acting for an
// agency and perhaps on behalf of another actor. Every entry has one; the zero
// Actor is refused.
type Actor struct {
	Kind       ActorKind `json:"kind"`
	ID         string    `json:"id"`                     // the host's own identifier
	Name       string    `json:"name,omitempty"`         // for people to read; sealed, and not erased by redaction: a role, or nothing
	Agency     Agency    `json:"agency,omitzero"`        // whom the actor acts for, as recorded at the time
	OnBehalfOf *Actor    `json:"on_behalf_of,omitempty"` // the principal, when the actor stands in for someone
	Original   string    `json:"original,omitempty"`     // imports only: the author as the old system wrote it; not erased by redaction either
}

// Person is somebody signed in at the host, acting for an agency.
func Person(id string, agency Agency) Actor {
	return Actor{Kind: KindPerson, ID: id, Agency: agency}
}

// System is a program acting by itself for an agency.
func System(id string, agency Agency) Actor {
	return Actor{Kind: KindSystem, ID: id, Agency: agency}
}

// Import is the author of imported history. The original author is kept as
// the text the old system had; it may be empty, and is never invented.
func Import(source, original string) Actor {
	return Actor{Kind: KindImport, ID: source, Original: original}
}

// For gives the actor standing in for a principal. Both identities are recorded.
func (a Actor) For(principal Actor) Actor {
	p := principal.clone()
	a.OnBehalfOf = &p
	return a
}

// IsZero tells whether no actor was given.
func (a Actor) IsZero() bool { return a.Kind == "" && a.ID == "" }

// Is tells whether both are the same actor: same kind and id.
func (a Actor) Is(other Actor) bool { return a.Kind == other.Kind && a.ID == other.ID }

// standsFor tells whether the actor is another one, or acts on its behalf.
func (a Actor) standsFor(other Actor) bool {
	return a.Is(other) || (a.OnBehalfOf != nil && a.OnBehalfOf.Is(other))
}

// sharesWith tells whether either is the other, acts on the other's behalf, or
// both act on behalf of the same one.
func (a Actor) sharesWith(other Actor) bool {
	return a.standsFor(other) || other.standsFor(a) || (other.OnBehalfOf != nil && a.standsFor(*other.OnBehalfOf))
}

// String gives the name, or the id where no name is recorded.
func (a Actor) String() string {
	who := a.Name
	if who == "" {
		who = a.ID
	}
	if a.OnBehalfOf != nil {
		who += " for " + a.OnBehalfOf.String()
	}
	return who
}

// Faults lists what is wrong with the actor, each under path.
func (a Actor) Faults(path string) []Fault {
	var faults []Fault
	switch a.Kind {
	case KindPerson, KindSystem, KindImport:
	case "":
		faults = append(faults, Fault{Path: join(path, "kind"), Code: "actor.missing", Message: "an actor is required: say who did it"})
	default:
		faults = append(faults, Fault{Path: join(path, "kind"), Code: "actor.kind_unknown", Message: "an actor is a person, the system or an import"})
	}
	if strings.TrimSpace(a.ID) == "" {
		faults = append(faults, Fault{Path: join(path, "id"), Code: "actor.missing", Message: "an actor needs an id"})
	}
	if malformed(a.ID, a.Name, a.Original, a.Agency.ID, a.Agency.Name, a.Agency.Kind) {
		faults = append(faults, malformedText(path))
	}
	if a.Agency != (Agency{}) {
		faults = append(faults, a.Agency.Faults(join(path, "agency"))...)
	}
	if a.OnBehalfOf != nil {
		faults = append(faults, principalFaults(*a.OnBehalfOf, join(path, "on_behalf_of"))...)
	}
	return faults
}

// principalFaults judges the principal alone: one step of standing in is all
// the journal records.
func principalFaults(p Actor, path string) []Fault {
	if p.OnBehalfOf != nil {
		return []Fault{{Path: join(path, "on_behalf_of"), Code: "actor.chain", Message: "an actor stands in for one principal, not for a chain of them"}}
	}
	return p.Faults(path)
}

func (a Actor) clone() Actor {
	if a.OnBehalfOf != nil {
		p := a.OnBehalfOf.clone()
		a.OnBehalfOf = &p
	}
	return a
}
