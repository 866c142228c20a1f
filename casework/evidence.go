package casework

import (
	"net/url"
	"strings"
	"time"
)

// EvidenceKind says what sort of evidence it is. The set is open: a host may use
// words of its own beside the ones below.
type EvidenceKind string

// Ways of knowing. The first six are the evidence categories of the Care Quality
// Commission, which asks local authorities for all but outcome and observation.
const (
	EvidencePeopleExperience    EvidenceKind = "people_experience" // what users and carers say
	EvidenceStaffLeaderFeedback EvidenceKind = "staff_leader_feedback"
	EvidencePartnerFeedback     EvidenceKind = "partner_feedback"
	EvidenceProcess             EvidenceKind = "process"
	EvidenceOutcome             EvidenceKind = "outcome"
	EvidenceObservation         EvidenceKind = "observation"
	EvidenceSelfAssessment      EvidenceKind = "self_assessment"
	EvidenceSelfCertification   EvidenceKind = "self_certification"
	EvidenceMetric              EvidenceKind = "metric"
	EvidenceDocument            EvidenceKind = "document" // a document of no kind named below
)

// Documents that the stages of commissioning leave behind.
const (
	DocumentNeedsAssessment          EvidenceKind = "needs_assessment"
	DocumentServiceMap               EvidenceKind = "service_map"
	DocumentResourceAnalysis         EvidenceKind = "resource_analysis"
	DocumentProviderMap              EvidenceKind = "provider_map"
	DocumentRiskAnalysis             EvidenceKind = "risk_analysis"
	DocumentMarketPositionStatement  EvidenceKind = "market_position_statement"
	DocumentConsultationRecord       EvidenceKind = "consultation_record"
	DocumentGapAnalysis              EvidenceKind = "gap_analysis"
	DocumentOutcomesFramework        EvidenceKind = "outcomes_framework"
	DocumentCommissioningStrategy    EvidenceKind = "commissioning_strategy"
	DocumentOptionsAppraisal         EvidenceKind = "options_appraisal"
	DocumentBusinessCase             EvidenceKind = "business_case"
	DocumentSocialValueConsideration EvidenceKind = "social_value_consideration"
	DocumentFundingChannelDecision   EvidenceKind = "funding_channel_decision"
	DocumentConflictsAssessment      EvidenceKind = "conflicts_assessment"
	DocumentSpecification            EvidenceKind = "specification"
	DocumentTenderNotice             EvidenceKind = "tender_notice"
	DocumentEvaluationRecord         EvidenceKind = "evaluation_record"
	DocumentStandstillRecord         EvidenceKind = "standstill_record"
	DocumentContract                 EvidenceKind = "contract"
	DocumentGrantAgreement           EvidenceKind = "grant_agreement"
	DocumentRegisterEntry            EvidenceKind = "register_entry"
	DocumentMonitoringReport         EvidenceKind = "monitoring_report"
	DocumentFeedbackRecord           EvidenceKind = "feedback_record"
	DocumentOutcomeReport            EvidenceKind = "outcome_report"
	DocumentReviewReport             EvidenceKind = "review_report"
	DocumentDecommissioningPlan      EvidenceKind = "decommissioning_plan"
	DocumentImpactAssessment         EvidenceKind = "impact_assessment"
)

// Evidence points at something that can be shown: a document, a measurement, what
// people said. The library keeps the pointer and the digest, never the document.
// It is a value: compare it with ==.
type Evidence struct {
	Kind    EvidenceKind `json:"kind"`
	Title   string       `json:"title"`             // for people to read, never empty
	Address string       `json:"address,omitempty"` // an absolute URI where it is kept, without user or password
	Digest  Hash         `json:"digest,omitzero"`   // SHA-256 of the document's bytes
	Date    Date         `json:"date,omitzero"`     // the day it is of
	Expires Date         `json:"expires,omitzero"`  // the last day on which it counts; zero when it does not expire
}

// IsZero tells whether no evidence is recorded.
func (e Evidence) IsZero() bool { return e == Evidence{} }

// CountsOn tells whether the evidence still counts on a day: through the whole of
// the day it expires, and no longer. On a day that is not recorded only evidence
// that does not expire counts.
func (e Evidence) CountsOn(day Date) bool {
	return e.Expires.IsZero() || (!day.IsZero() && !day.After(e.Expires))
}

// CountsAt is [Evidence.CountsOn] for the day on which the moment falls in its own
// location: give at.In(location), since the zone decides when the last day ends.
func (e Evidence) CountsAt(at time.Time) bool { return e.CountsOn(DateOf(at)) }

// Faults lists what is wrong with the evidence, each under path.
func (e Evidence) Faults(path string) []Fault {
	var faults []Fault
	if strings.TrimSpace(string(e.Kind)) == "" {
		faults = append(faults, Fault{Path: join(path, "kind"), Code: "evidence.kind_missing", Message: "evidence needs a kind"})
	}
	if strings.TrimSpace(e.Title) == "" {
		faults = append(faults, Fault{Path: join(path, "title"), Code: "evidence.title_missing", Message: "evidence needs a title"})
	}
	if e.Address != "" {
		faults = append(faults, addressFaults(e.Address, join(path, "address"))...)
	}
	if !e.Expires.IsZero() && e.Expires.Before(e.Date) {
		faults = append(faults, Fault{Path: join(path, "expires"), Code: "evidence.expires_before_date", Message: "evidence does not expire before the day it is of"})
	}
	return faults
}

// addressFaults never repeats the address: it may carry the secret it is refused for.
func addressFaults(address, path string) []Fault {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || (u.Host == "" && u.Path == "" && u.Opaque == "") || strings.ContainsAny(address, " <>\"") {
		return []Fault{{Path: path, Code: "evidence.address_malformed", Message: "an address is an absolute URI"}}
	}
	if u.User != nil {
		return []Fault{{Path: path, Code: "evidence.address_secret", Message: "an address carries no user or password: the journal keeps it for ever"}}
	}
	return nil
}
