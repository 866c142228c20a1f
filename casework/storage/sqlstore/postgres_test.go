package sqlstore_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/casework/storage/sqlstore"
)

type stateError string

func (s stateError) Error() string    { return "it went wrong" }
func (s stateError) SQLState() string { return string(s) }

func TestErrorsOfPostgreSQLAreSortedByTheirState(t *testing.T) {
	for state, want := range map[string]sqlstore.Class{
		"40001": sqlstore.Busy, "40P01": sqlstore.Busy, "55P03": sqlstore.Busy, "23505": sqlstore.Unique, "53100": sqlstore.Full,
		"XX001": sqlstore.Damaged, "XX002": sqlstore.Damaged, "22021": sqlstore.Unwritable, "22P05": sqlstore.Unwritable,
		"42601": sqlstore.Other, "": sqlstore.Other,
	} {
		assert.Equal(t, want, sqlstore.ClassifyPostgres(fmt.Errorf("append: %w", stateError(state))), state)
	}
	assert.Equal(t, sqlstore.Other, sqlstore.ClassifyPostgres(errors.New("unique")))
	assert.Equal(t, sqlstore.Other, sqlstore.ClassifyPostgres(nil))
}
