package casefile

import (
	"fmt"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

type contract = procurement.Contract

// contractCommands lists every command of a contract, in the order in which
// CASEFILE.md describes them.
func contractCommands() []command {
	all := append([]command{given("move", takeMove[*contract])}, heldCommands[*contract]()...)
	all = append(all, formationCommands()...)
	all = append(all, variationCommands()...)
	all = append(all, paymentCommands()...)
	all = append(all, performanceCommands[*contract]()...)
	all = append(all, packageCommands()...)
	return append(all, lifeCommands()...)
}

// The data of commands to a contract that take no record of the library's own.
// Fields without omitempty are needed.
type (
	partyData struct {
		Party string `json:"party"` // id of the agency
	}
	signatoriesData struct {
		Party       string                  `json:"party"` // id of the agency
		Signatories []procurement.Signatory `json:"signatories"`
	}
	variationData struct {
		Variation procurement.VariationID `json:"variation"`
	}
	variationToData struct {
		Variation procurement.VariationID `json:"variation"`
		To        procurement.Variation   `json:"to"`
	}
	variationSignatureData struct {
		Variation procurement.VariationID `json:"variation"`
		Party     string                  `json:"party"` // id of the agency
		Signatory string                  `json:"signatory"`
		At        time.Time               `json:"at,omitzero"` // the time of the step, when left out
	}
	variationRefusalData struct {
		Variation procurement.VariationID `json:"variation"`
		Party     string                  `json:"party"` // id of the agency
		Reason    string                  `json:"reason"`
	}
	optionData struct {
		Option procurement.OptionID `json:"option"`
	}
	extensionData struct {
		To     casework.Date `json:"to"`
		Reason string        `json:"reason"`
	}
	orderData struct {
		Order procurement.OrderID `json:"order"`
	}
	invoiceOnData struct {
		Invoice procurement.InvoiceID `json:"invoice"`
		On      casework.Date         `json:"on"`
	}
	invoiceWhyData struct {
		Invoice procurement.InvoiceID `json:"invoice"`
		Why     string                `json:"why"`
	}
	invoiceDisputeData struct {
		Invoice procurement.InvoiceID `json:"invoice"`
		Amount  casework.Money        `json:"amount"`
		Reason  string                `json:"reason"`
	}
	disputeOutcomeData struct {
		Invoice procurement.InvoiceID `json:"invoice"`
		Dispute int                   `json:"dispute"`
		Owed    casework.Money        `json:"owed"`
		Finding string                `json:"finding"`
	}
	paymentData struct {
		Invoice procurement.InvoiceID `json:"invoice"`
		Payment procurement.Payment   `json:"payment"`
	}
)

func formationCommands() []command {
	signed := func(d signatureData) string { return fmt.Sprintf("signed for %s by %s", d.Party, d.Signatory) }
	return []command{
		changes("redraft", (*contract).Redraft, func(t procurement.Terms) string {
			return fmt.Sprintf("terms: %s, %s, %s", t.Title, t.Value, t.Period)
		}),
		changes("name_signatories", func(c *contract, d signatoriesData) error { return c.NameSignatories(d.Party, d.Signatories) },
			func(d signatoriesData) string {
				return fmt.Sprintf("for %s may sign: %s", d.Party, signatories(d.Signatories))
			}),
		changes("accept", func(c *contract, d partyData) error { return c.Accept(d.Party) },
			func(d partyData) string { return d.Party + " accepts the terms" }),
		bare("unlock", func(c *contract) (string, error) {
			return "the terms may be changed; acceptances and signatures lapse", c.Unlock()
		}),
		changes("sign", func(c *contract, d signatureData) error { return c.Sign(d.signature()) }, signed),
		changes("accept_order", func(c *contract, d signatureData) error { return c.AcceptOrder(d.signature()) }, signed),
		bare("cancel", func(c *contract) (string, error) { return "the contract is given up", c.Cancel() }),
	}
}

// signatories names those who may sign, with their limits.
func signatories(all []procurement.Signatory) string {
	var said []string
	for _, s := range all {
		text := s.Person
		if s.Limit.IsRecorded() {
			text += " up to " + s.Limit.String()
		}
		said = append(said, text)
	}
	return strings.Join(said, ", ")
}

func variationCommands() []command {
	proposed := func(v procurement.Variation) string {
		return fmt.Sprintf("variation %s is proposed: %s", v.ID, v.Reason)
	}
	ended := func(v procurement.Variation) string { return fmt.Sprintf("variation %s is withdrawn", v.ID) }
	return []command{
		makes("propose_variation", (*contract).ProposeVariation, proposed),
		gives("revise_variation", func(c *contract, d variationToData) (procurement.Variation, error) {
			return c.ReviseVariation(d.Variation, d.To)
		}, proposed),
		gives("sign_variation", func(c *contract, d variationSignatureData) (procurement.Variation, error) {
			return c.SignVariation(d.Variation, procurement.Signature{Party: d.Party, Signatory: d.Signatory, At: d.At})
		}, func(v procurement.Variation) string {
			last := v.Signatures[len(v.Signatures)-1]
			return fmt.Sprintf("variation %s is signed for %s, and is %s", v.ID, last.Party, v.Status)
		}),
		gives("decline_variation", func(c *contract, d variationRefusalData) (procurement.Variation, error) {
			return c.DeclineVariation(d.Variation, d.Party, d.Reason)
		}, ended),
		gives("withdraw_variation", func(c *contract, d variationData) (procurement.Variation, error) {
			return c.WithdrawVariation(d.Variation)
		}, ended),
		gives("exercise_option", func(c *contract, d optionData) (procurement.ExercisedOption, error) {
			return c.ExerciseOption(d.Option)
		}, func(x procurement.ExercisedOption) string {
			return fmt.Sprintf("option %s is made use of from %s", x.Option, x.From)
		}),
		gives("extend", func(c *contract, d extensionData) (procurement.Extension, error) { return c.Extend(d.To, d.Reason) },
			func(x procurement.Extension) string {
				if x.Variation != "" {
					return fmt.Sprintf("variation %s would extend the contract to %s", x.Variation, x.Until)
				}
				return fmt.Sprintf("option %s extends the contract to %s", x.Option, x.Until)
			}),
	}
}

func paymentCommands() []command {
	invoice := func(text string) func(procurement.Invoice) string {
		return func(i procurement.Invoice) string { return fmt.Sprintf("invoice %s %s", i.ID, text) }
	}
	return []command{
		makes("place_order", (*contract).PlaceOrder, func(o procurement.Order) string {
			return fmt.Sprintf("order %s: %s, %s", o.ID, o.Description, o.Amount)
		}),
		gives("cancel_order", func(c *contract, d orderData) (procurement.Order, error) { return c.CancelOrder(d.Order) },
			func(o procurement.Order) string { return fmt.Sprintf("order %s is cancelled", o.ID) }),
		makes("record_invoice", (*contract).RecordInvoice, func(i procurement.Invoice) string {
			return fmt.Sprintf("invoice %s, %s: %s", i.ID, i.Reference, i.Amount)
		}),
		gives("find_invoice_valid", func(c *contract, d invoiceOnData) (procurement.Invoice, error) {
			return c.FindInvoiceValid(d.Invoice, d.On)
		}, func(i procurement.Invoice) string {
			return fmt.Sprintf("invoice %s is valid since %s, due by %s", i.ID, i.ValidOn, i.DueOn)
		}),
		gives("reject_invoice", func(c *contract, d invoiceWhyData) (procurement.Invoice, error) {
			return c.RejectInvoice(d.Invoice, d.Why)
		}, invoice("is not a valid one")),
		gives("dispute_invoice", func(c *contract, d invoiceDisputeData) (procurement.Invoice, error) {
			return c.DisputeInvoice(d.Invoice, d.Amount, d.Reason)
		}, func(i procurement.Invoice) string {
			last := i.Disputes[len(i.Disputes)-1]
			return fmt.Sprintf("of invoice %s %s is not accepted: %s", i.ID, last.Amount, last.Reason)
		}),
		given("resolve_dispute", func(c *contract, d disputeOutcomeData) (string, error) {
			i, err := c.ResolveDispute(d.Invoice, d.Dispute, d.Owed, d.Finding)
			return fmt.Sprintf("of what is disputed of invoice %s %s is owed: %s", i.ID, d.Owed, d.Finding), err
		}),
		gives("pay_invoice", func(c *contract, d paymentData) (procurement.Invoice, error) {
			return c.PayInvoice(d.Invoice, d.Payment)
		}, func(i procurement.Invoice) string {
			return fmt.Sprintf("invoice %s: %s paid", i.ID, i.Payments[len(i.Payments)-1].Amount)
		}),
	}
}
