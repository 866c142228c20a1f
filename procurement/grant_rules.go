package procurement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

type grantAttempt = casework.Attempt[*GrantAgreement]

func grantRules() []rule[*GrantAgreement] {
	return slices.Concat(offerRules(), grantMoneyRules(), grantClosingRules(),
		approvalRules(approvalMoves{}, func(g *GrantAgreement, _ Approval) []Mark { return slices.Clone(g.s.Drafted) }),
		interestRules[*GrantAgreement](), performanceRules[*GrantAgreement]())
}

// offerRules are what is asked before a grant is offered. They ask little of a
// small one.
func offerRules() []rule[*GrantAgreement] {
	const off, advise, explain, refuse = casework.Off, casework.Advise, casework.Explain, casework.Refuse
	offer := []casework.Move{OfferGrant}
	return []rule[*GrantAgreement]{
		{weight: commissioning.Weight{Light: advise, Standard: refuse, Major: refuse}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.unsuitable", Doc: "A grant is offered to a recipient who was looked at and found able and fit to do what it funds.",
			Source: "GovS 015 Grants", Moves: offer, Check: grantUnassessed,
		}},
		{weight: refused(), policy: casework.Policy[*GrantAgreement]{
			Code: "grant.recipient_unsuitable", Doc: "Nothing is offered to a recipient who was found unsuitable.",
			Source: "GovS 015 Grants", Moves: offer, Check: grantRecipientUnsuitable,
		}},
		{weight: commissioning.Weight{Light: off, Standard: advise, Major: explain}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.uncompeted", Doc: "Grants are competed for, or it is recorded why not.",
			Source: "GovS 015 Grants: competition for funding", Moves: offer, Check: grantUncompeted,
		}},
		{weight: commissioning.Weight{Light: off, Standard: advise, Major: explain}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.full_cost", Doc: "A grant for a service covers its full cost, a share of all overheads included, or it is recorded who carries the rest. Funds towards the recipient's own ends are not asked.",
			Source: "Compact 2010; NAO decision support toolkit: full cost recovery", Moves: offer, Check: grantFullCost,
		}},
		{weight: commissioning.Weight{Light: off, Standard: advise, Major: refuse}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.subsidy", Doc: "Before a grant is offered it is checked whether it is a subsidy, and if so whether the principles of subsidy control are kept.",
			Source: "Subsidy Control Act 2022 s.12", Moves: offer, Check: grantSubsidy,
		}},
		{weight: commissioning.Weight{Light: advise, Standard: refuse, Major: refuse}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.unapproved", Doc: "What is offered is what somebody with the authority for it approved.",
			Source: "house rule: scheme of delegation", Moves: offer, Check: grantUnapproved,
		}},
		{weight: commissioning.Weight{Light: off, Standard: advise, Major: explain}, policy: casework.Policy[*GrantAgreement]{
			Code: "grant.clawback_unstated", Doc: "The offer says what is to be paid back, and when.",
			Source: "GovS 015 Grants: grant agreements", Moves: offer, Check: grantClawbackUnstated,
		}},
	}
}

func grantMoneyRules() []rule[*GrantAgreement] {
	return []rule[*GrantAgreement]{
		{weight: refused(), policy: casework.Policy[*GrantAgreement]{
			Code: "instalment.exceeds_grant", Doc: "No more is planned to be paid than is granted.",
			Source: "house rule", Moves: []casework.Move{PlanningInstalment, DesigningGrant}, Check: instalmentExceedsGrant,
		}},
		{weight: refused(), policy: casework.Policy[*GrantAgreement]{
			Code: "instalment.condition", Doc: "Nothing is paid before the conditions of the first payment are met.",
			Source: "house rule", Moves: []casework.Move{PayingInstalment}, Check: instalmentCondition,
		}},
		{weight: barred(), policy: casework.Policy[*GrantAgreement]{
			Code: "clawback.exceeds_paid", Doc: "No more is asked back than was paid.",
			Source: "house rule", Moves: []casework.Move{AskingClawback}, Check: clawbackExceedsPaid,
		}},
	}
}

func grantClosingRules() []rule[*GrantAgreement] {
	closing := []casework.Move{CloseGrant}
	return []rule[*GrantAgreement]{
		{weight: barred(), policy: casework.Policy[*GrantAgreement]{
			Code: "record.open", Doc: "Nothing that was begun is forgotten when a grant is closed.",
			Source: "house rule", Moves: closing, Check: grantRecordOpen,
		}},
		{weight: explained(), policy: casework.Policy[*GrantAgreement]{
			Code: "grant.underspent", Doc: "What was granted is what was paid and kept, or it is recorded why not.",
			Source: "house rule", Moves: closing, Check: grantUnderspent,
		}},
	}
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func grantUnassessed(a grantAttempt) []casework.Objection {
	if a.Case.s.Suitability != nil {
		return nil
	}
	return object(fmt.Sprintf("nobody has assessed whether %s is suitable", a.Case.s.Grant.Recipient),
		"assess the recipient, and record why it is suitable", a.Case.s.Grant.Recipient.ID)
}

func grantRecipientUnsuitable(a grantAttempt) []casework.Objection {
	if s := a.Case.s.Suitability; s == nil || s.Suitable {
		return nil
	}
	return object(fmt.Sprintf("%s was found unsuitable", a.Case.s.Grant.Recipient),
		"offer nothing, or assess the recipient anew", a.Case.s.Grant.Recipient.ID)
}

func grantUncompeted(a grantAttempt) []casework.Objection {
	if !blank(a.Case.s.Grant.Competed) {
		return nil
	}
	return object("nothing is recorded of how the recipient was chosen", "record the competition, or why there was none", "")
}

func grantFullCost(a grantAttempt) []casework.Objection {
	grant := a.Case.s.Grant
	switch full := grant.FullCost; {
	case grant.Unrestricted:
		return nil
	case full == nil:
		return object("it is not recorded whether the grant covers the full cost", "record whether overheads are covered, and who carries them if not", "")
	case !full.Recovered && blank(full.Reason):
		return object("the grant does not cover the full cost, and nobody says who carries the rest", "record who carries the rest", "")
	default:
		return nil
	}
}

func grantSubsidy(a grantAttempt) []casework.Objection {
	if !blank(a.Case.s.Grant.Subsidy) {
		return nil
	}
	return object("the subsidy control check is not recorded", "check whether the grant is a subsidy, and record what was found", "")
}

func grantUnapproved(a grantAttempt) []casework.Objection {
	content := a.Case.content()
	asked, is := latestApproval(a.Case, ApprovalOfAward, "")
	switch {
	case is && asked.Covers(content):
		return nil
	case is && asked.Answer == Approved && asked.Content != content:
		return object(fmt.Sprintf("the grant was changed after approval %s", asked.ID), "have it approved as it is now", string(asked.ID))
	case is && asked.Open():
		return object(fmt.Sprintf("approval %s is not answered", asked.ID), "wait for the answer of "+asked.Authority.Approver, string(asked.ID))
	case is:
		return object(fmt.Sprintf("the grant is not approved: approval %s was %s", asked.ID, asked.Answer), "ask for approval anew", string(asked.ID))
	default:
		return object("nobody approved the grant", "ask somebody with the authority for it to approve the grant", "")
	}
}

func grantClawbackUnstated(a grantAttempt) []casework.Objection {
	if !blank(a.Case.s.Grant.Clawback) {
		return nil
	}
	return object("the offer does not say what is to be paid back", "say what is to be paid back, and when", "")
}

// instalmentExceedsGrant weighs what is planned against what is granted, be it
// that an instalment is added or that the grant is made smaller.
func instalmentExceedsGrant(a grantAttempt) []casework.Objection {
	account, err := a.Case.Account()
	subject := ""
	switch args := a.Args.(type) {
	case GrantInstalment:
		subject = string(args.ID)
		if err == nil {
			account.Planned, err = account.Planned.Add(args.Amount)
		}
	case GrantDesign:
		if len(a.Case.s.Instalments) == 0 {
			return nil
		}
		account.Granted = args.Grant.Amount
	default: // not known yet
		return nil
	}
	return exceeds(account.Planned, account.Granted, err,
		"the instalments come to %s, and %s is granted", "plan less, or have the grant designed for more", subject)
}

func instalmentCondition(a grantAttempt) []casework.Objection {
	var all []casework.Objection
	for _, c := range a.Case.conditionsAhead() {
		all = append(all, casework.Objection{
			Message: fmt.Sprintf("condition %s is to be met before anything is paid", c.ID),
			Remedy:  "pay once it is met, and record what shows it", Subject: string(c.ID),
		})
	}
	return all
}

func clawbackExceedsPaid(a grantAttempt) []casework.Objection {
	k, known := a.Args.(GrantClawback)
	if !known {
		return nil
	}
	account, err := a.Case.Account()
	if err == nil {
		account.Claimed, err = account.Claimed.Add(k.Amount)
	}
	return exceeds(account.Claimed, account.Paid, err,
		"%s would be asked back of %s that was paid", "ask for no more than was paid", string(k.ID))
}

// exceeds objects where an amount is above another, or where they could not be
// worked out.
func exceeds(amount, limit casework.Money, err error, message, remedy, subject string) []casework.Objection {
	order := 0
	if err == nil {
		order, err = amount.Cmp(limit)
	}
	switch {
	case err != nil:
		return object("the amounts cannot be added up: "+err.Error(), remedy, subject)
	case order > 0:
		return object(fmt.Sprintf(message, amount, limit), remedy, subject)
	default:
		return nil
	}
}

func grantRecordOpen(a grantAttempt) []casework.Objection {
	var open []string
	for _, i := range a.Case.s.Instalments {
		if i.Open() {
			open = append(open, fmt.Sprintf("instalment %s", i.ID))
		}
	}
	for _, k := range a.Case.s.Clawbacks {
		if k.Open() {
			open = append(open, fmt.Sprintf("clawback %s", k.ID))
		}
	}
	return stillOpen(append(open, unfinished(a.Case.perf())...))
}

// unfinished names the obligations and the reviews that are open.
func unfinished(p *performance) []string {
	open := p.openObligations()
	for _, r := range p.Reviews {
		if r.Open() {
			open = append(open, fmt.Sprintf("review %s", r.ID))
		}
	}
	return open
}

// stillOpen objects to every record that is open.
func stillOpen(records []string) []casework.Objection {
	var all []casework.Objection
	for _, record := range records {
		id := record[strings.LastIndex(record, " ")+1:]
		all = append(all, casework.Objection{Message: record + " is open", Remedy: "settle it first", Subject: id})
	}
	return all
}

func grantUnderspent(a grantAttempt) []casework.Objection {
	account, err := a.Case.Account()
	if err != nil {
		return object("the amounts cannot be added up: "+err.Error(), "say why the grant may be closed all the same", "")
	}
	if account.Kept == account.Granted {
		return nil
	}
	return object(fmt.Sprintf("%s was granted; %s was paid and %s repaid", account.Granted, account.Paid, account.Repaid),
		"say what became of the difference", "")
}
