package principles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// OrganisationFact is something about an organisation that no case records. It
// is entered by somebody, with name and date, and shown as such.
type OrganisationFact struct {
	Kind OrganisationFactKind `json:"kind"`
	Text string               `json:"text"` // what is the case, in a sentence
	// Figure is a number where there is one, in plain decimal digits, and Unit
	// what it counts, such as "years" or "percent".
	Figure   string              `json:"figure,omitempty"`
	Unit     string              `json:"unit,omitempty"`
	Agency   casework.Agency     `json:"agency,omitzero"` // the other organisation, such as the provider a market share is of
	Year     string              `json:"year,omitempty"`  // the year it is about, where that is not the dossier's
	By       string              `json:"by"`              // who entered it
	On       casework.Date       `json:"on"`              // the day it was entered
	Evidence []casework.Evidence `json:"evidence,omitempty"`
}

// OrganisationFactKind says what a fact is about. The set is open: a host may
// use words of its own beside the ones below.
type OrganisationFactKind string

// Facts about an organisation that standards ask for.
const (
	FactJointPlan             OrganisationFactKind = "joint_plan"          // a plan agreed with a partner
	FactClinicalEngagement    OrganisationFactKind = "clinical_engagement" // how clinicians shape what is commissioned
	FactForecastingHorizon    OrganisationFactKind = "forecasting_horizon" // how many years need is forecast
	FactBenchmark             OrganisationFactKind = "benchmark"           // a comparison with others
	FactDisinvestmentRanking  OrganisationFactKind = "disinvestment_ranking"
	FactCapacityAgainstDemand OrganisationFactKind = "capacity_against_demand"
	FactProcurementSkills     OrganisationFactKind = "procurement_skills"
	FactUnitCost              OrganisationFactKind = "unit_cost"
	FactMarketShare           OrganisationFactKind = "market_share" // of a provider, in percent
)

// Faults lists what is wrong with the fact, each under path.
func (f OrganisationFact) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	missing := func(text, field, message string) {
		if blank(text) {
			faults = append(faults, fault(path+"."+field, "fact."+field+"_missing", message))
		}
	}
	missing(string(f.Kind), "kind", "say what the fact is about")
	missing(f.Text, "text", "say what is the case")
	missing(f.By, "by", "say who entered it")
	if f.On.IsZero() {
		faults = append(faults, fault(path+".on", "fact.on_missing", "say when it was entered"))
	}
	if f.Figure != "" {
		if _, err := ParseFigure(f.Figure); err != nil {
			faults = append(faults, fault(path+".figure", "fact.figure_malformed", "a figure is written in plain decimal digits"))
		}
	}
	for i, e := range f.Evidence {
		faults = append(faults, e.Faults(pathAt(path+".evidence", i))...)
	}
	return faults
}

func (f OrganisationFact) clone() OrganisationFact {
	f.Evidence = slices.Clone(f.Evidence)
	return f
}

func cloneFacts(facts []OrganisationFact) []OrganisationFact {
	all := make([]OrganisationFact, len(facts))
	for i, f := range facts {
		all[i] = f.clone()
	}
	return all
}

// text gives the fact in one line.
func (f OrganisationFact) text() string {
	text := f.Text
	if f.Figure != "" {
		text += " (" + strings.TrimSpace(f.Figure+" "+f.Unit) + ")"
	}
	if f.Agency != (casework.Agency{}) {
		text += ", about " + f.Agency.String()
	}
	if f.Year != "" {
		text += ", in " + f.Year
	}
	return fmt.Sprintf("%s; entered by %s on %s", text, f.By, f.On)
}
