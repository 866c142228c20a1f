package commissioning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Brief is what a cycle sets out from.
type Brief struct {
	Title       string                 `json:"title"`
	Definition  string                 `json:"definition,omitempty"` // Strategic when empty, Individual when there is a subject
	Area        string                 `json:"area,omitempty"`
	Population  string                 `json:"population,omitempty"`
	Subject     string                 `json:"subject,omitempty"` // individual cycles: a pseudonym of the person, never a name
	Lead        casework.Agency        `json:"lead"`              // the agency that commissions, as recorded at the time
	Strategy    string                 `json:"strategy,omitempty"`
	Horizon     casework.Period        `json:"horizon,omitzero"` // of the strategy
	Value       casework.Money         `json:"value,omitzero"`   // estimate over the whole life, VAT included
	Related     []RelatedValue         `json:"related,omitempty"`
	Risks       []Risk                 `json:"risks,omitempty"`
	Serves      casework.CaseID        `json:"serves,omitzero"`      // individual cycles: the strategic cycle it serves
	Predecessor casework.CaseID        `json:"predecessor,omitzero"` // the cycle this one will end when it takes effect
	References  []casework.ExternalRef `json:"references,omitempty"`
}

// RelatedValue is the value of a purchase that belongs together with this one.
// It is added to the estimate, so that splitting does not lower the scale.
type RelatedValue struct {
	What  string         `json:"what"`
	Value casework.Money `json:"value"`
}

func (b Brief) clone() Brief {
	b.Related = slices.Clone(b.Related)
	b.Risks = slices.Clone(b.Risks)
	b.References = slices.Clone(b.References)
	return b
}

func (b Brief) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if strings.TrimSpace(b.Title) == "" {
		faults = append(faults, missing(path+".title", "brief.title_missing", "a cycle needs a title"))
	}
	if strings.ContainsRune(b.Title, 0) {
		faults = append(faults, missing(path+".title", "text.malformed", "a title holds no NUL"))
	}
	faults = append(faults, b.Lead.Faults(path+".lead")...)
	if b.Value.IsRecorded() && b.Value.Sign() < 0 {
		faults = append(faults, missing(path+".value", "brief.value_negative", "an estimate is not negative"))
	}
	if !b.Horizon.IsZero() {
		faults = append(faults, b.Horizon.Faults(path+".horizon")...)
	}
	for i, r := range b.Related {
		if !r.Value.IsRecorded() || r.Value.Sign() < 0 {
			faults = append(faults, missing(fmt.Sprintf("%s.related[%d].value", path, i), "brief.related_value", "a related value is recorded and not negative"))
		}
	}
	for i, r := range b.Risks {
		if !r.known() {
			faults = append(faults, missing(fmt.Sprintf("%s.risks[%d]", path, i), "risk.unknown", fmt.Sprintf("%q is not a risk flag", r)))
		}
	}
	switch individual := b.Subject != ""; {
	case b.Definition == IndividualName && !individual:
		faults = append(faults, missing(path+".subject", "brief.subject_missing", "an individual cycle is about one person: give a pseudonym"))
	case b.Definition == StrategicName && individual:
		faults = append(faults, missing(path+".subject", "brief.subject_strategic", "a strategic cycle is not about one person"))
	case !individual && !b.Serves.IsZero():
		faults = append(faults, missing(path+".serves", "brief.serves_strategic", "only an individual cycle serves a strategic one"))
	}
	return faults
}

// opening is what the machinery is told of the brief.
func (b Brief) opening() casework.Opening {
	name := b.Definition
	switch {
	case name != "":
	case b.Subject != "":
		name = IndividualName
	default:
		name = StrategicName
	}
	return casework.Opening{Definition: name, Subject: b.Subject, References: b.References}
}

var briefRecorded = &casework.Event[*Cycle, Brief]{
	Name: "brief.recorded", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, b Brief) {
		c.s.Brief = b
		if len(c.s.Visits) == 0 {
			c.s.Visits = []Visit{{Stage: c.State(), Round: c.s.Round, Entry: e.Seq}}
		}
	},
	Redact: func(b Brief) Brief {
		b.Title, b.Area, b.Population, b.Strategy = "", "", "", ""
		for i := range b.Related {
			b.Related[i].What = ""
		}
		return b
	},
}

// Brief gives what the cycle set out from, as last revised.
func (c *Cycle) Brief() Brief { return c.s.Brief.clone() }

// Lead is the agency that commissions.
func (c *Cycle) Lead() casework.Agency { return c.s.Brief.Lead }

// ReviseBrief records the brief anew. Definition, subject, references, the cycle
// it serves and its predecessor stay as they were opened. The scale rises by itself when the value
// or the risks do.
func (c *Cycle) ReviseBrief(b Brief) error {
	b = b.clone()
	was := c.s.Brief
	b.Definition, b.Subject, b.References = was.Definition, was.Subject, was.References
	b.Serves, b.Predecessor = was.Serves, was.Predecessor
	if err := c.invalid("revise the brief", b.faults("brief")); err != nil {
		return err
	}
	if err := briefRecorded.Record(c, b); err != nil {
		return err
	}
	return c.raiseScale()
}
