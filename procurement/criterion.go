package procurement

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

// CriterionID names a criterion within its tender, such as "quality".
type CriterionID string

// CriterionKind is what a criterion looks at.
type CriterionKind string

// The kinds of criteria.
const (
	QualityCriterion     CriterionKind = "quality"
	PriceCriterion       CriterionKind = "price" // at most one; scored from the prices, not by evaluators
	SocialValueCriterion CriterionKind = "social_value"
	FeatureCriterion     CriterionKind = "feature" // discounts the price; see [DiscountedPrice]
)

// Known tells whether the kind is one of the four.
func (k CriterionKind) Known() bool {
	switch k {
	case QualityCriterion, PriceCriterion, SocialValueCriterion, FeatureCriterion:
		return true
	}
	return false
}

// Criterion is one of the things bids are judged by, as it was published.
type Criterion struct {
	ID        CriterionID   `json:"id"`
	Title     string        `json:"title"`
	Kind      CriterionKind `json:"kind"`
	Weight    Percent       `json:"weight"`              // with the others 100 percent; of a feature: the highest discount
	Least     int           `json:"least,omitempty"`     // lowest score; 0 or more
	Most      int           `json:"most,omitempty"`      // highest score; not for the price, nor for features
	Threshold int           `json:"threshold,omitempty"` // a bid scored below it is out; 0 for none
	Guidance  string        `json:"guidance,omitempty"`  // what earns which score
}

// Scored tells whether evaluators score the criterion: quality and social
// value, not the price, nor features.
func (c Criterion) Scored() bool {
	return c.Kind == QualityCriterion || c.Kind == SocialValueCriterion
}

func (c Criterion) faults(path string) []casework.Fault {
	var faults []casework.Fault
	faults = append(faults, required(string(c.ID), path+".id", "criterion.unnamed", "a criterion needs an id")...)
	faults = append(faults, required(c.Title, path+".title", "criterion.title_missing", "a criterion needs a title")...)
	return append(faults, c.figureFaults(path)...)
}

// figureFaults lists what no bid could be ranked by.
func (c Criterion) figureFaults(path string) []casework.Fault {
	var faults []casework.Fault
	if !c.Kind.Known() {
		faults = append(faults, fault(path+".kind", "criterion.kind", "a criterion is of quality, price, social_value or feature"))
	}
	if c.Weight <= 0 || c.Weight > Hundred {
		faults = append(faults, fault(path+".weight", "criterion.weight", fmt.Sprintf("a weight is more than 0%% and at most 100%%, not %s", c.Weight)))
	}
	return append(faults, c.scaleFaults(path)...)
}

// scaleFaults lists what is wrong with the scores a criterion allows.
func (c Criterion) scaleFaults(path string) []casework.Fault {
	if !c.Scored() {
		if c.Least != 0 || c.Most != 0 || c.Threshold != 0 {
			return []casework.Fault{fault(path+".most", "criterion.unscored", "nobody scores a price or a feature: it has no least and most score, and no threshold")}
		}
		return nil
	}
	var faults []casework.Fault
	if c.Least < 0 || c.Most <= c.Least {
		faults = append(faults, fault(path+".most", "criterion.scale", fmt.Sprintf("scores run from 0 or more up to something higher, not from %d to %d", c.Least, c.Most)))
	}
	if c.Threshold != 0 && (c.Threshold < c.Least || c.Threshold > c.Most) {
		faults = append(faults, fault(path+".threshold", "criterion.threshold", fmt.Sprintf("a threshold is a score between %d and %d", c.Least, c.Most)))
	}
	return faults
}

// criteriaFaults lists what is wrong with criteria: each by itself, ids twice,
// a second price, and what the weights add up to.
func criteriaFaults(all []Criterion, path string) []casework.Fault {
	var faults []casework.Fault
	seen, prices := map[CriterionID]bool{}, 0
	for i, c := range all {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, c.faults(at)...)
		if strings.TrimSpace(string(c.ID)) != "" && seen[c.ID] {
			faults = append(faults, fault(at+".id", "criterion.duplicate", fmt.Sprintf("criterion %s stands there twice", c.ID)))
		}
		seen[c.ID] = true
		if c.Kind == PriceCriterion {
			if prices++; prices > 1 {
				faults = append(faults, fault(at+".kind", "criterion.second_price", "there is one price, and at most one criterion for it"))
			}
		}
	}
	return append(faults, weightTotalFaults(all, path)...)
}

// weightTotalFaults holds the weights to their total: exactly 100 percent, and less
// for the features, which are counted by themselves.
func weightTotalFaults(all []Criterion, path string) []casework.Fault {
	var total, features Percent
	weighed := false
	for _, c := range all {
		weight := min(max(c.Weight, -Hundred), 10*Hundred) // a weight out of range is a fault of its own
		if c.Kind == FeatureCriterion {
			features += weight
			continue
		}
		weighed, total = true, total+weight
	}
	var faults []casework.Fault
	if weighed && total != Hundred {
		faults = append(faults, fault(path, "criteria.total", fmt.Sprintf("the weights add up to %s: they must be 100%%", total)))
	}
	if features >= Hundred {
		faults = append(faults, fault(path, "criteria.features_total", fmt.Sprintf("the features discount %s together: it must be less than 100%%", features)))
	}
	return faults
}
