package casework

// Record stands, in the moves a policy watches, for every command that writes
// to a case without moving it.
const Record Move = "record"

// AnyMove stands, in the moves a policy watches, for every move of every
// definition. It does not cover [Record].
const AnyMove Move = "*"
