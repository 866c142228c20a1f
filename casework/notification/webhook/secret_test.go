package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

func TestASecretIsReadAsStandardWebhooksWritesIt(t *testing.T) {
	of := func(length int) string {
		return "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, length))
	}
	for _, c := range []struct{ name, text, code string }{
		{"24 bytes are enough", of(24), ""},
		{"64 bytes are the most", of(64), ""},
		{"23 bytes are too few", of(23), "webhook.secret_length"},
		{"65 bytes are too many", of(65), "webhook.secret_length"},
		{"nothing is no secret", "", "webhook.secret_malformed"},
		{"a prefix alone has no bytes", "whsec_", "webhook.secret_length"},
		{"the prefix has to be there", strings.TrimPrefix(of(32), "whsec_"), "webhook.secret_malformed"},
		{"the padding has to be there", strings.TrimRight(of(32), "="), "webhook.secret_malformed"},
		{"base64 of addresses is another one", "whsec_" + base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xff}, 33)), "webhook.secret_malformed"},
		{"a line feed does not belong to it", of(32) + "\n", "webhook.secret_malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := webhook.ParseSecret(c.text)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.Contains(t, err.Error(), c.code)
			if body := strings.Trim(strings.TrimPrefix(c.text, "whsec_"), "=\n"); body != "" {
				assert.NotContains(t, err.Error(), body)
			}
		})
	}
}

func TestASecretNeverShowsItself(t *testing.T) {
	s := secret(t, 'q')
	held := struct {
		Open   webhook.Secret
		hidden webhook.Secret
		many   []webhook.Secret
	}{s, s, []webhook.Secret{s}}
	n := sender(t, "http://finance.example/hook?token=hunter2", nil, 'q')
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "secret", s, "held", held)
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "secret", s, "held", held)
	asJSON, err := json.Marshal(held)
	require.NoError(t, err)
	text := log.String() + string(asJSON) + s.String() + s.GoString()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%U", "%b", "%t", "%08v"} {
		assert.Equal(t, "whsec_***", fmt.Sprintf(verb, s), verb)
		text += fmt.Sprintf(verb, held) + fmt.Sprintf(verb, n) + fmt.Sprintf(verb, *n)
	}
	for _, private := range []string{written('q'), strings.TrimPrefix(written('q'), "whsec_"), "qqqq", "113 113", "7171", "0x71, 0x71", "hunter2", "68756e746572"} {
		assert.NotContains(t, text, private)
	}
	assert.Contains(t, log.String(), "whsec_***")
}
