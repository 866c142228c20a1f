// Package commissioning models the commissioning of public services: assessing
// need, identifying resources, planning how to use them, arranging delivery,
// monitoring and reviewing, and round again.
//
// # The one idea
//
// Commissioning is needs-led, and good commissioning is recorded thinking. A
// [Cycle] is a case whose journal holds what was found, weighed and decided, by
// whom and when; its stages are moves in a table; and what good practice and the
// law ask for are policies, values that object. What stands against a move can
// therefore be listed beforehand and explained afterwards, with the same words;
// a command that only records is explained when it is refused.
//
// # In the order a user meets it
//
// A [Desk] is the door. It needs a store and nothing else:
//
//	desk, err := commissioning.NewDesk(store, nil)
//	ana := casework.Person("ana.k", camden)
//
// A cycle is opened from a [Brief]. Its [Scale] (light, standard or major)
// follows from the whole-life value and the risks, and rises by itself:
//
//	cycle, err := desk.Open(ctx, ana, commissioning.Brief{
//		Title: "Home care, Kentish Town", Lead: camden, Value: casework.GBP(180_000_00),
//	})
//
// Commands are issued within a call. All of it is written, or none:
//
//	cycle, err = desk.Update(ctx, cycle.ID(), ana, func(c *commissioning.Cycle) error {
//		need, err := c.IdentifyNeed(commissioning.Need{Statement: "Older people living alone need help at home"})
//		if err != nil {
//			return err
//		}
//		return c.Prioritise(need.ID, 1)
//	})
//
// A move leads to the next stage, unless something objects. All objections come
// at once, each with a code, a remedy, an effect and a source:
//
//	_, err = desk.Move(ctx, cycle.ID(), ana, commissioning.IdentifyResources)
//	if refusal, is := errors.AsType[*casework.Refusal](err); is {
//		for _, o := range refusal.Objections {
//			fmt.Println(o.Code, o.Message, o.Remedy)
//		}
//	}
//
// [Desk.Options] lists the moves there are, with the same objections, before
// anybody tries. What weighs as explain is answered by [casework.Explaining],
// what weighs as refuse may be overridden by somebody the host's
// [casework.Permit] allows to; either becomes an entry of the journal.
//
// The stage is where a cycle's attention is. The delivery of each [Service] has
// a state of its own, so that one runs while another is still being bought: see
// [Cycle.StartArranging], [Cycle.RecordArrangement], [Cycle.StartDelivery]. How
// something was bought the cycle does not know; an [Arrangement] tells that it
// was, and since when it binds. Monitoring begins with the first that does. What
// is then found of an arrangement is told to the cycle with
// [Cycle.ReportArrangement], and taken up in a review.
//
// A round ends with [Reassess], a cycle with [Cycle.Close], with [Abandon], or
// when a successor takes effect. Dates that pass are noticed by [Desk.Tick].
//
// # Two definitions
//
// [Strategic] is about an area and a population: its needs compete and are
// ranked, and may be declined with a reason. [Individual] is about one person,
// known by a pseudonym: eligible needs are met, neither ranked nor declined
// (Care Act 2014 s.18), and one that is not met is reported to the strategic
// cycle it belongs to. Both run over the same five stages.
//
// # What a host may change
//
// [Options] hold the clock and the calendar, permissions, bands of value, whole
// definitions, policies by their code, and the one table that says how heavily
// each policy weighs at each scale ([DefaultWeights]). A host tests policies of
// its own with package commissioningtest.
//
// # Sources
//
// The five stages, and that the cycle returns to the assessment of need, are
// those of the definition published by the London Voluntary Service Council.
// That commissioning is needs-led and no purchase, and that resources are money,
// staff and premises, is Hearn, Abrahams and Pugh (2003). Engagement, outcomes,
// provider maps, capacity and feedback follow the eight principles of
// Partnership in Public Services (Cabinet Office, 2006). Consultation of twelve
// weeks and notice of three months are the Compact's (2010). Duties are cited
// where they are judged, by act and section; see [Policies].
//
// # Left out on purpose
//
// How anything is bought: the cycle knows that something was arranged. Scores: an evaluator
// reads what a cycle records, and judges it apart. Names of people: a cycle knows
// pseudonyms, roles and agencies. Documents: their digests and addresses are
// kept. Notifications: they follow the store's feed. A ranking of needs or
// providers by formula: people decide, and say why.
package commissioning
