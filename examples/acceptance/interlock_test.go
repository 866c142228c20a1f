package acceptance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/internal/fuse"
	"github.com/needsled/needsled/procurement"
)

// agree shows that award, contract, purchase and cycle do not disagree, and
// that every case is the fold of its journal.
func (m *market) agree(t *testing.T) {
	t.Helper()
	for summary, err := range m.store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		switch summary.Index.Kind {
		case commissioning.KindName:
			require.NoError(t, m.cycles.Verify(t.Context(), summary.Case))
		case procurement.PurchaseKind:
			require.NoError(t, m.desks.Purchases.Verify(t.Context(), summary.Case))
			m.purchaseAgrees(t, summary.Case)
		case procurement.ContractKind:
			require.NoError(t, m.desks.Contracts.Verify(t.Context(), summary.Case))
			m.contractAgrees(t, summary.Case)
		case procurement.FrameworkKind:
			require.NoError(t, m.desks.Frameworks.Verify(t.Context(), summary.Case))
			m.frameworkAgrees(t, summary.Case)
		}
	}
}

// purchaseAgrees shows that a purchase knows how far its contracts are, that an
// award has them while it stands, and that it is closed when they are in force.
func (m *market) purchaseAgrees(t *testing.T, id casework.CaseID) {
	t.Helper()
	p, err := m.desks.Purchases.Load(t.Context(), id)
	require.NoError(t, err)
	live := map[procurement.AwardID]int{}
	running := true
	for _, in := range p.Instruments() {
		if in.Kind != procurement.ContractKind {
			continue
		}
		c, err := m.desks.Contracts.Load(t.Context(), in.Case)
		require.NoError(t, err)
		require.Equal(t, c.State(), in.State, "the purchase follows its contract")
		if in.State != procurement.ContractCancelled {
			live[in.Award]++
		}
		switch in.State {
		case procurement.ContractDrafted, procurement.ContractAgreed, procurement.ContractSigned:
			running = false
		}
	}
	for _, a := range p.Awards() {
		require.Equal(t, a.Stands(), live[a.ID] > 0, "award %s stands as long as a contract of it does", a.ID)
	}
	if route, chosen := p.Route(); chosen && !route.Establishes {
		require.Equal(t, p.State() == procurement.PurchaseClosed, len(live) > 0 && running, "a purchase is closed when its contracts are in force")
	}
}

// contractAgrees shows that a contract that binds is an arrangement of its
// cycle, of the same value and period, for as long as it runs, and that none
// other is.
func (m *market) contractAgrees(t *testing.T, id casework.CaseID) {
	t.Helper()
	c, err := m.desks.Contracts.Load(t.Context(), id)
	require.NoError(t, err)
	if c.Origin().Cycle.IsZero() {
		return
	}
	cycle, err := m.cycles.Load(t.Context(), c.Origin().Cycle)
	require.NoError(t, err)
	a, arranged := cycle.ArrangementOf(id)
	require.Equal(t, !c.Bound().IsZero(), arranged, "what binds is arranged")
	if !arranged {
		return
	}
	_, ended := c.Ending()
	require.Equal(t, !ended, a.Binding())
	e := c.EffectiveAt(m.now)
	require.Equal(t, e.Value, a.Value)
	require.Equal(t, e.Period, a.Period)
}

// frameworkAgrees shows that what was drawn on a framework agreement is what the
// awards under it that stand are worth.
func (m *market) frameworkAgrees(t *testing.T, id casework.CaseID) {
	t.Helper()
	f, err := m.desks.Frameworks.Load(t.Context(), id)
	require.NoError(t, err)
	for _, r := range f.CallOffs() {
		c := m.contractNow(t, r.Contract)
		require.Equal(t, c.State() != procurement.ContractCancelled, r.Released.IsZero(), "a cancelled contract gives back what it drew")
		if !r.Released.IsZero() {
			continue
		}
		if !c.Bound().IsZero() {
			require.Equal(t, c.EffectiveAt(m.now).Value, r.Value, "what binds draws what it is worth")
			continue
		}
		a, known := m.purchaseNow(t, r.Purchase).Award(r.Award)
		require.True(t, known)
		require.Equal(t, a.Value, r.Value, "what is not signed draws what was awarded")
	}
}

func (m *market) cycleNow(t *testing.T) *commissioning.Cycle {
	t.Helper()
	c, err := m.cycles.Load(t.Context(), m.cycle)
	require.NoError(t, err)
	return c
}

func (m *market) purchaseNow(t *testing.T, id casework.CaseID) *procurement.Purchase {
	t.Helper()
	p, err := m.desks.Purchases.Load(t.Context(), id)
	require.NoError(t, err)
	return p
}

func (m *market) contractNow(t *testing.T, id casework.CaseID) *procurement.Contract {
	t.Helper()
	c, err := m.desks.Contracts.Load(t.Context(), id)
	require.NoError(t, err)
	return c
}

func (m *market) delivery(t *testing.T) commissioning.DeliveryState {
	t.Helper()
	s, known := m.cycleNow(t).Service("S1")
	require.True(t, known)
	return s.Delivery
}

func TestInterlockAContractInForceClosesThePurchaseAndArrangesTheService(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		assert.Equal(t, commissioning.ServicePlanned, m.delivery(t))
		purchase, contract := m.awarded(t)
		assert.Equal(t, commissioning.ServiceBeingArranged, m.delivery(t))
		assert.Equal(t, procurement.ContractDrafted, m.contractNow(t, contract).State())
		m.agree(t)

		m.standing(t, purchase)
		first := casework.DateOf(m.now).AddDays(10)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: first, To: first.AddDays(364)}))
		m.contract(t, contract, sig, signed)
		assert.Equal(t, procurement.AwardDecided, m.purchaseNow(t, purchase).State(), "it binds, and its first day has not come")
		assert.Equal(t, commissioning.ServiceArranged, m.delivery(t))
		m.agree(t)

		m.now = first.In(time.UTC)
		_, err := m.desks.Contracts.Tick(t.Context(), contract, nightly)
		require.NoError(t, err)
		assert.Equal(t, procurement.ContractInForce, m.contractNow(t, contract).State())
		assert.Equal(t, procurement.PurchaseClosed, m.purchaseNow(t, purchase).State())
		assert.Equal(t, commissioning.ServiceDelivering, m.delivery(t))
		m.agree(t)
	})
}

func TestInterlockACancelledAwardTakesItsUnsignedContractsAlong(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		purchase, contract := m.awarded(t)
		refusal := m.refused(t, func() error {
			_, err := m.desks.Contracts.Update(t.Context(), contract, dan, (*procurement.Contract).Cancel, casework.Reason("not needed"))
			return err
		})
		assert.Contains(t, stopping(refusal.Objections), "contract.last_of_award")
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			_, err := p.CancelAward("W1")
			return err
		}, casework.Reason("the supplier withdrew"))
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, contract).State())
		assert.Equal(t, procurement.Recommended, m.purchaseNow(t, purchase).State())
		m.agree(t)

		p := m.decided(t, purchase)
		require.Len(t, p.Instruments(), 2, "an award decided anew opens a contract anew")
		m.agree(t)
	})
}

func TestInterlockAnAwardIsNotCancelledOverASignedContract(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		purchase, contract := m.awarded(t)
		m.standing(t, purchase)
		first := casework.DateOf(m.now).AddDays(10)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: first, To: first.AddDays(364)}))
		m.contract(t, contract, sig, signed)
		for name, command := range map[string]func(*procurement.Purchase) error{
			"cancelling the award": func(p *procurement.Purchase) error { _, err := p.CancelAward("W1"); return err },
			"ending the procedure": func(p *procurement.Purchase) error {
				_, err := p.End(procurement.Withdrawn, "no")
				return err
			},
		} {
			refusal := m.refused(t, func() error {
				_, err := m.desks.Purchases.Update(t.Context(), purchase, dan, command, casework.Reason("changed our minds"))
				return err
			})
			assert.Contains(t, stopping(refusal.Objections), "award.contract_signed", name)
		}
		m.agree(t)
	})
}

func TestInterlockAProcedureThatEndsGivesTheServiceBackToThePlan(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		purchase, contract := m.awarded(t)
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			if _, err := p.AddDocument(paper(procurement.DocumentEndingReport, "Why"), true); err != nil {
				return err
			}
			_, err := p.End(procurement.NoLongerNeeds, "nobody wants seeds")
			return err
		}, casework.Reason("nobody wants seeds"))
		assert.Equal(t, procurement.PurchaseEnded, m.purchaseNow(t, purchase).State())
		assert.Equal(t, procurement.ContractCancelled, m.contractNow(t, contract).State())
		assert.Equal(t, commissioning.ServicePlanned, m.delivery(t))
		m.agree(t)
	})
}

func TestInterlockVariationBreachReviewAndEndReachTheCycle(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		_, contract := m.inForce(t)
		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			v, err := c.ProposeVariation(procurement.Variation{
				Rationales: []procurement.Rationale{procurement.PriceReduction}, Reason: "a good harvest", Value: pounds(t, "480.00"),
			})
			if err != nil {
				return err
			}
			for _, p := range c.Parties() {
				if _, err := c.SignVariation(v.ID, procurement.Signature{Party: p.Agency.ID, Signatory: "signs for " + p.Agency.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		m.agree(t)
		a, _ := m.cycleNow(t).ArrangementOf(contract)
		assert.Equal(t, pounds(t, "480.00"), a.Value)

		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			if _, err := c.NotifyBreach(procurement.Breach{Party: sunrise.ID, Text: "seeds were late"}); err != nil {
				return err
			}
			r, err := c.PlanReview("Half-year", casework.DateOf(m.now), false)
			if err != nil {
				return err
			}
			_, err = c.ConcludeReview(r.ID, casework.DateOf(m.now), "seeds were late once")
			return err
		}, casework.Explaining("breach.no_opportunity", "it cannot be made good"))
		reports := m.cycleNow(t).ArrangementReports()
		require.Len(t, reports, 2)
		for _, r := range reports {
			assert.True(t, r.Open(), "the cycle's own review must take it up")
		}

		m.contract(t, contract, dan, func(c *procurement.Contract) error {
			_, err := c.Terminate(procurement.Ending{Ground: procurement.TerminatedByAgreement, On: casework.DateOf(m.now), Representations: "agreed"})
			return err
		}, casework.Reason("both want to stop"))
		a, _ = m.cycleNow(t).ArrangementOf(contract)
		assert.False(t, a.Binding())
		assert.Contains(t, a.EndedBecause, "both want to stop")
		m.agree(t)
	})
}

// interlocked are the commands that write to several cases.
func interlocked(t *testing.T, h *house) (*market, map[string]func() error) {
	t.Helper()
	m := newMarket(t, h, time.UTC)
	purchase, contract := m.awarded(t)
	m.standing(t, purchase)
	today := casework.DateOf(m.now)
	m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: today, To: today.AddDays(364)}))
	return m, map[string]func() error{
		"the last signature": func() error {
			_, err := m.desks.Contracts.Update(t.Context(), contract, sig, signed)
			return err
		},
		"an award cancelled": func() error {
			_, err := m.desks.Purchases.Update(t.Context(), purchase, dan, func(p *procurement.Purchase) error {
				_, err := p.CancelAward("W1")
				return err
			}, casework.Reason("the supplier withdrew"))
			return err
		},
		"a procedure ended": func() error {
			_, err := m.desks.Purchases.Update(t.Context(), purchase, dan, func(p *procurement.Purchase) error {
				if _, err := p.AddDocument(paper(procurement.DocumentEndingReport, "Why"), true); err != nil {
					return err
				}
				_, err := p.End(procurement.NoLongerNeeds, "nobody wants seeds")
				return err
			}, casework.Reason("nobody wants seeds"))
			return err
		},
	}
}

func TestInterlockIsAllOrNothingWhereverStorageFails(t *testing.T) {
	for _, name := range []string{"the last signature", "an award cancelled", "a procedure ended"} {
		t.Run("sqlite: "+name, func(t *testing.T) {
			h, blow := fused(t)
			m, commands := interlocked(t, h)
			command := commands[name]
			before := everything(t, h.store)
			statements := 0
			for ; ; statements++ {
				require.Less(t, statements, 200, "the command never succeeds")
				blow.Arm(statements)
				err := command()
				if blown, _ := blow.Disarm(); !blown {
					require.NoError(t, err)
					break
				}
				require.ErrorIs(t, err, fuse.ErrBlown, "statement %d", statements)
				require.Equal(t, before, everything(t, h.store), "statement %d: nothing of it is kept", statements)
			}
			require.NotEqual(t, before, everything(t, h.store), "in the end all of it is kept")
			assert.Greater(t, statements, 8, "several cases were written")
			m.agree(t)
		})

		t.Run("memory: "+name, func(t *testing.T) {
			h := inMemory()
			disk := &breakable{store: h.store}
			h.store = disk
			m, commands := interlocked(t, h)
			disk.broken = true
			require.ErrorIs(t, h.fails(t, commands[name]), errBroken)
			disk.broken = false
			require.NoError(t, commands[name]())
			m.agree(t)
		})
	}
}

func TestInterlockACorrectedAwardReachesItsContract(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		purchase, contract := m.awarded(t)
		m.standing(t, purchase)
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			_, err := p.CorrectAward("W1", pounds(t, "400.00"))
			return err
		}, casework.Reason("a typing error"))
		competed, _ := m.contractNow(t, contract).Competed()
		assert.Equal(t, pounds(t, "400.00"), competed.Value)
		today := casework.DateOf(m.now)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: today, To: today.AddDays(364)}))
		assert.Contains(t, m.refusedContract(t, contract, sig, signed), "terms.mismatch", "the contract is held against what was awarded")
		m.agree(t)
	})
}

func TestNothingIsSignedOverAChallengeThatWasUpheld(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		purchase, contract := m.awarded(t)
		m.standing(t, purchase)
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			c, err := p.ReceiveChallenge(procurement.Challenge{By: lanes, Award: "W1", Text: "our quality was misread"})
			if err != nil {
				return err
			}
			_, err = p.DecideChallenge(c.ID, procurement.ChallengeUpheld, "it was misread")
			return err
		})
		today := casework.DateOf(m.now)
		m.agreed(t, contract, m.terms(t, "500.00", casework.Period{From: today, To: today.AddDays(364)}))
		assert.Contains(t, m.refusedContract(t, contract, sig, signed), "challenge.upheld")

		m.buy(t, purchase, dan, func(p *procurement.Purchase) error { _, err := p.CancelAward("W1"); return err }, casework.Reason("the challenge was upheld"))
		p := m.decided(t, purchase)
		m.buy(t, purchase, dan, func(p *procurement.Purchase) error {
			_, err := p.SetStandstill("W2", procurement.StandstillPlan{Kind: procurement.NoStandstill, Reason: "below the thresholds"})
			return err
		})
		again := p.Instruments()[1].Case
		m.agreed(t, again, m.terms(t, "500.00", casework.Period{From: today, To: today.AddDays(364)}))
		m.contract(t, again, sig, signed)
		assert.Equal(t, procurement.ContractInForce, m.contractNow(t, again).State(), "an award that was decided anew is not held against it")
		m.agree(t)
	})
}

func TestAnAgencyDoesNotBidTwiceForALot(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		id := m.invited(t, m.now.AddDate(0, 0, 7))
		m.bid(t, id, sunrise, "500.00")
		refusal := m.refused(t, func() error {
			_, err := m.desks.Purchases.Update(t.Context(), id, dee, func(p *procurement.Purchase) error {
				b, err := p.DraftBid(procurement.Bid{
					Lot: "1", Bidder: lanes, Members: []casework.Agency{sunrise}, Price: pounds(t, "450.00"), Proposal: paper(procurement.DocumentProposal, "together"),
				})
				if err != nil {
					return err
				}
				_, err = p.SubmitBid(b.ID, "the director")
				return err
			})
			return err
		})
		assert.Equal(t, []string{"bid.twice"}, stopping(refusal.Objections))
	})
}

func TestNoMoreIsAwardedThanWasRequisitionedUnlessThatWasApproved(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		closes := m.now.AddDate(0, 0, 7)
		id := m.invited(t, closes)
		a := m.bid(t, id, sunrise, "900.00")
		m.now = closes.Add(time.Hour)
		m.scored(t, id, map[procurement.BidID]int{a: 5})
		m.buy(t, id, eva, func(p *procurement.Purchase) error { _, err := p.Recommend("the only bid"); return err })
		refusal := m.refused(t, func() error {
			_, err := m.desks.Purchases.Update(t.Context(), id, dan, func(p *procurement.Purchase) error {
				_, err := p.DecideAward(procurement.AwardDecision{})
				return err
			})
			return err
		})
		assert.Contains(t, stopping(refusal.Objections), "award.beyond_requisition")
		require.Len(t, m.decided(t, id).Awards(), 1, "with the recommendation approved it is")
	})
}

func TestScoresOfSomebodyRecusedSinceDoNotCountUnseen(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		m := newMarket(t, h, time.UTC)
		closes := m.now.AddDate(0, 0, 7)
		id := m.invited(t, closes)
		bid := m.bid(t, id, sunrise, "500.00")
		m.now = closes.Add(time.Hour)
		m.scored(t, id, map[procurement.BidID]int{bid: 5})
		m.take(t, id, eva, procurement.Reopen, casework.Reason("eva's brother works there"))
		m.buy(t, id, cal, func(p *procurement.Purchase) error {
			_, err := p.AssessDeclaration("D1", procurement.InterestAssessment{Finding: procurement.Recused, Steps: "she takes no further part"})
			return err
		})
		refusal := m.refused(t, func() error {
			_, err := m.desks.Purchases.Move(t.Context(), id, dee, procurement.Evaluate)
			return err
		})
		assert.Contains(t, stopping(refusal.Objections), "interest.scored")
		m.buy(t, id, dan, func(p *procurement.Purchase) error {
			_, err := p.Moderate(procurement.Moderation{Bid: bid, Criterion: "quality", Value: 4, Reason: "read anew", Present: []string{dan.ID}})
			return err
		})
		assert.Equal(t, procurement.Evaluated, m.take(t, id, dee, procurement.Evaluate).State())
	})
}
