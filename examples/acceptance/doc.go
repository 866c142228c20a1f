// Package acceptance holds the acceptance scenarios as tests, named by their
// numbers. It has no code of its own.
//
// Each test runs once on the store in memory and once on SQLite, and is written
// as a host would write it: through the desk, with a clock, ids and permissions
// of the host's. A step that is refused is shown to leave documents, journals and
// feed as they were.
//
// The scenarios give refusals neutral classes, such as conflict.revision or
// authority.assignee. The library's own codes are finer; each test says to which
// class its code belongs.
package acceptance
