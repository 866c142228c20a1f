package sqlstore

import "errors"

// ClassifyPostgres sorts the errors of a PostgreSQL driver by their SQLSTATE,
// which pgx and pq give by a method SQLState. It looks at no texts.
func ClassifyPostgres(err error) Class {
	var state interface{ SQLState() string }
	if !errors.As(err, &state) {
		return Other
	}
	switch state.SQLState() {
	case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available
		return Busy
	case "23505":
		return Unique
	case "53100": // disk full
		return Full
	case "XX001", "XX002": // data corrupted, index corrupted
		return Damaged
	case "22021", "22P05": // character not in repertoire, untranslatable character
		return Unwritable
	default:
		return Other
	}
}
