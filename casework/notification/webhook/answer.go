package webhook

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/needsled/needsled/casework/notification"
)

const (
	maxAnswer = 64 << 10 // how many bytes are read of the headers, and of the body, of an answer
	maxQuoted = 200      // how many characters of it are quoted
	maxWait   = 24 * time.Hour
)

// AnswerError is the cause of an error of [Notifier.Notify] where the receiver
// answered, and not with 2xx.
type AnswerError struct {
	Status int    // RFC 9110 §15
	Quoted string // how the body begins: 200 characters at most, without control characters; empty where the endpoint has a query, which the body may repeat
}

// Error gives the status and how the body begins.
func (e *AnswerError) Error() string {
	text := fmt.Sprintf("the answer is %d", e.Status)
	if name := http.StatusText(e.Status); name != "" {
		text += " " + name
	}
	if e.Status >= 300 && e.Status < 400 {
		text += ", and redirects are not followed"
	}
	if e.Quoted != "" {
		text += ": " + e.Quoted
	}
	return text
}

// fateOf tells what becomes of an event by the status of the answer.
func fateOf(status int) notification.Fate {
	switch {
	case status == http.StatusGone:
		return notification.Gone
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return notification.Again
	case status >= 400 && status < 500:
		return notification.Never
	}
	return notification.Again
}

// waitOf tells how long a receiver asks to be left alone.
func waitOf(answer *http.Response, now time.Time) time.Duration {
	if answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	return retryAfter(answer.Header.Get("Retry-After"), now)
}

// retryAfter reads a number of seconds or a date (RFC 9110 §10.2.3), up to 24
// hours. Anything else is no wait.
func retryAfter(value string, now time.Time) time.Duration {
	if isDigits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(maxWait/time.Second) {
			return maxWait
		}
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(now), 0), maxWait)
}

func isDigits(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// begin reads the beginning of an answer. Where that is all of it, the connection
// serves again. An answer that switches protocols has no body: what follows it
// has no end and heeds no timeout.
func begin(answer *http.Response) string {
	if answer.StatusCode < 200 {
		return ""
	}
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	return quotable(string(body))
}

// quotable makes a text that may stand in an error: one line of 200 characters at
// most, of which none controls a terminal.
func quotable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsGraphic(r):
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxQuoted {
		return string(runes[:maxQuoted])
	}
	return text
}
