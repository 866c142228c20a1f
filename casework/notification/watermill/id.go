package watermill

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/needsled/needsled/casework"
)

// messageID gives the UUID of a message: the same for the same entry of a case of
// a tenant on the same topic, and for nothing else. The topic counts since a
// broker may look for repetitions across topics.
func messageID(topic string, n casework.Notification) string {
	var b []byte
	b = appendText(b, topic)
	b = appendText(b, n.Tenant)
	b = append(b, n.Entry.Case[:]...)
	b = binary.BigEndian.AppendUint64(b, n.Entry.Seq)
	sum := sha256.Sum256(b)

	var id casework.CaseID // for its form, which is that of any UUID
	copy(id[:], sum[:])
	id[6] = id[6]&0x0f | 0x80 // version 8: made by a rule of our own
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// appendText writes a text behind its length, so that no two different pairs of
// texts give the same bytes.
func appendText(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
	return append(b, text...)
}
