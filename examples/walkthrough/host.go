package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
)

// host stands in for the system that embeds the library: it gives the time, the
// ids, and its say over who may do what.
//
// Time, ids and salts come from the case file, so that the same file gives the
// same journal, byte for byte. A real host leaves NewID and Salt to their
// defaults: salts that can be guessed protect nothing.
type host struct {
	c     *casefile.Case
	at    time.Time
	step  int
	given uint64 // ids and salts handed out within the step
}

// begin sets the host to the time of a step.
func (h *host) begin(s casefile.Step) { h.at, h.step, h.given = s.At, s.Number, 0 }

// options are what the host gives every desk.
func (h *host) options() casework.DeskOptions {
	return casework.DeskOptions{Clock: h.clock, NewID: h.newID, Salt: h.salt, Permit: h.permit}
}

func (h *host) clock() time.Time { return h.at }

func (h *host) newID() (casework.CaseID, error) {
	var id casework.CaseID
	digest := h.derive("id")
	copy(id[:], digest[:])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8: the host's own way
	return id, nil
}

func (h *host) salt() (salt [16]byte) {
	digest := h.derive("salt")
	copy(salt[:], digest[:])
	return salt
}

// derive gives bytes that depend on the case, the step, and how many were given
// within the step before.
func (h *host) derive(what string) [sha256.Size]byte {
	h.given++
	b := fmt.Appendf(nil, "%s\x00%s\x00%d\x00", h.c.Reference, what, h.step)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, h.given))
}

// permit lets everybody do everything but override, and override what the case
// file lets them.
func (h *host) permit(_ context.Context, q casework.PermitQuery) (casework.Decisions, error) {
	decisions := make(casework.Decisions, len(q.Actions))
	for _, action := range q.Actions {
		code, overriding := strings.CutPrefix(string(action), string(casework.ActOverride("")))
		decisions[action] = casework.Decision{Allow: !overriding || h.c.MayOverride(q.Actor, code)}
	}
	return decisions, nil
}
