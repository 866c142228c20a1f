package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// The headers of a message (Standard Webhooks, "Webhook headers").
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// signaturePrefix marks a signature made with a shared secret; those with a key
// pair are "v1a".
const signaturePrefix = "v1,"

// sign signs a message (Standard Webhooks, "Signature scheme").
func (s Secret) sign(id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, s.key())
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return signaturePrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signAll signs a message with every secret, in their order.
func signAll(secrets []Secret, id, timestamp string, body []byte) string {
	all := make([]string, len(secrets))
	for i, s := range secrets {
		all[i] = s.sign(id, timestamp, body)
	}
	return strings.Join(all, " ")
}

// sharedSignatures lists the signatures in a header that are made with a shared
// secret.
func sharedSignatures(header string) []string {
	var all []string
	for one := range strings.SplitSeq(header, " ") {
		if strings.HasPrefix(one, signaturePrefix) {
			all = append(all, one)
		}
	}
	return all
}

// anyEqual tells whether the two lists have a signature in common. It compares
// all of them, and takes as long whichever it is.
func anyEqual(have, want []string) bool {
	found := 0
	for _, h := range have {
		for _, w := range want {
			found |= subtle.ConstantTimeCompare([]byte(h), []byte(w))
		}
	}
	return found == 1
}
