package commissioning

import "reflect"

// EventNames gives the name of every entry type of a cycle, with its version.
func EventNames() map[string]int {
	names := map[string]int{}
	for _, ev := range events() {
		of := reflect.ValueOf(ev).Elem()
		names[of.FieldByName("Name").String()] = int(of.FieldByName("Version").Int())
	}
	return names
}
