// Package casefile reads case files: JSON that says who the actors and the
// agencies are, from which briefs cycles are opened and from which requisitions
// purchases, and which commands are issued to them, step by step, each step at
// its own time.
//
//	{
//	  "reference": "day-centre",
//	  "title": "A day centre",
//	  "zone": "Europe/London",
//	  "agencies": [{"id": "camden", "name": "Camden Council", "sector": "statutory"}],
//	  "actors": [{"id": "ana", "name": "Ana Kaya", "agency": "camden"}],
//	  "cycles": [{"name": "centre", "brief": {"title": "A day centre", "lead": {"id": "camden"}}}],
//	  "steps": [
//	    {"at": "2025-04-01T09:00:00+01:00", "by": "ana", "do": "open"},
//	    {"at": "2025-04-02T09:00:00+01:00", "by": "ana", "do": "move", "with": {"move": "identify_resources"},
//	     "expect": "refused", "codes": ["need.none"]}
//	  ]
//	}
//
// The data of a command is the library's own JSON form of the record it makes.
// CASEFILE.md beside the program describes every field and command.
//
// [Read] is strict. A faulty file gives all its faults at once, each with its
// line and its path: fields nobody knows, fields given twice, wrong types,
// unknown commands, actors, agencies and cycles, times that run backwards, and
// what is missing.
package casefile
