package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Item is a line of what is bought. Quantity times unit price, added up over
// all items, is the value.
type Item struct {
	ID             string         `json:"id"`
	Description    string         `json:"description"`
	Classification string         `json:"classification,omitempty"` // such as a CPV code
	Quantity       int64          `json:"quantity"`
	UnitPrice      casework.Money `json:"unit_price"`
}

// itemsTotal adds up quantity times unit price. The errors are those of
// [casework.Sum] and [casework.Money.Mul].
func itemsTotal(items []Item) (casework.Money, error) {
	lines := make([]casework.Money, len(items))
	for i, item := range items {
		line, err := item.UnitPrice.Mul(item.Quantity)
		if err != nil {
			return casework.Money{}, err
		}
		lines[i] = line
	}
	return casework.Sum(lines...)
}

// itemFaults lists what is wrong with items one by one.
func itemFaults(items []Item, path string) []casework.Fault {
	var faults []casework.Fault
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		faults = append(faults, required(item.ID, at+".id", "item.id_missing", "an item needs an id")...)
		if item.ID != "" && slices.ContainsFunc(items[:i], func(other Item) bool { return other.ID == item.ID }) {
			faults = append(faults, fault(at+".id", "item.duplicate", fmt.Sprintf("there is another item %s", item.ID)))
		}
		if item.Quantity < 0 {
			faults = append(faults, fault(at+".quantity", "item.quantity", "a quantity counts from 0"))
		}
		faults = append(faults, moneyFaults(item.UnitPrice, at+".unit_price", "what one of it costs")...)
	}
	return faults
}

// itemsTotalFaults holds what items add up to against each value it may be: to the
// penny. Without items there is nothing to hold.
func itemsTotalFaults(items []Item, path string, values ...casework.Money) []casework.Fault {
	if len(items) == 0 {
		return nil
	}
	total, err := itemsTotal(items)
	if err != nil {
		return []casework.Fault{fault(path, "items.total", fmt.Sprintf("the items cannot be added up: %v", err))}
	}
	if slices.Contains(values, total) {
		return nil
	}
	return []casework.Fault{fault(path, "items.total", fmt.Sprintf("the items add up to %s, and the value is %s", total, values[0]))}
}

func redactedItems(items []Item) []Item {
	all := slices.Clone(items)
	for i := range all {
		all[i].Description = ""
	}
	return all
}
