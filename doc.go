// Package needsled models commissioning workflows: assessing need, identifying
// resources, planning how to use them, arranging delivery, monitoring and
// reviewing, and round again.
//
// It is a library to import into a case-management system, to write
// commissioning tools with, and to test policy logic with. The one idea: a case
// is a journal, a move is a row in a table, and a policy is a value that
// objects; so what stands against a move is listed beforehand, and every refusal
// is explained.
//
// This package holds no code. Begin with
//
//   - [github.com/needsled/needsled/commissioning], the cycle itself;
//   - [github.com/needsled/needsled/procurement], purchasing and contracting;
//   - [github.com/needsled/needsled/principles], standards that judge a cycle;
//   - [github.com/needsled/needsled/casework], what every kind of case shares:
//     journals, definitions, policies, units, and the interfaces for storage and
//     notification;
//   - github.com/needsled/needsled/casework/storage/sqlite, a module of its own,
//     the embedded store, and github.com/needsled/needsled/casework/storage/postgres,
//     another, for several processes;
//   - github.com/needsled/needsled/casework/notification/relay, a module of its
//     own, which delivers what was committed.
package needsled
