package procurement

import (
	"slices"

	"github.com/needsled/needsled/casework"
)

// faults lists what is wrong with a judgement of a provider.
func (s Suitability) faults(path string) []casework.Fault {
	faults := required(s.Reason, path+".reason", "suitability.reason_missing", "say why the provider is suitable, or why not")
	return append(faults, evidenceFaults(s.Evidence, path+".evidence")...)
}

func (s Suitability) clone() Suitability {
	s.Evidence = slices.Clone(s.Evidence)
	return s
}

// untold is the judgement without its words: what was found stays.
func (s Suitability) untold() Suitability {
	s = s.clone()
	s.Reason = ""
	for i := range s.Evidence {
		s.Evidence[i] = withoutWords(s.Evidence[i])
	}
	return s
}
