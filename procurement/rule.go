package procurement

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// rule is a policy with its default weight.
type rule[T any] struct {
	policy casework.Policy[T]
	weight commissioning.Weight
}

// policiesOf gives the policies of rules, in their order.
func policiesOf[T any](rules []rule[T]) []casework.Policy[T] {
	all := make([]casework.Policy[T], len(rules))
	for i, r := range rules {
		all[i] = r.policy
	}
	return all
}

// weighed adds the weights of rules to a table.
func weighed[T any](table map[string]commissioning.Weight, rules []rule[T]) {
	for _, r := range rules {
		table[r.policy.Code] = r.weight
	}
}

// barred, refused and explained weigh the same at every scale.
func barred() commissioning.Weight    { return commissioning.SameWeight(casework.Bar) }
func refused() commissioning.Weight   { return commissioning.SameWeight(casework.Refuse) }
func explained() commissioning.Weight { return commissioning.SameWeight(casework.Explain) }
