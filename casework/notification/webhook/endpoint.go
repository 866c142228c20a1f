package webhook

import (
	"net/url"

	"github.com/needsled/needsled/casework"
)

// parseEndpoint reads an endpoint, and lists what is wrong with it in words that
// do not repeat it: what is wrong may hold a password.
func parseEndpoint(text string, allowHTTP bool) (*url.URL, []casework.Fault) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Fragment != "" {
		return nil, []casework.Fault{{Path: "endpoint", Code: "webhook.endpoint_malformed", Message: "an endpoint is a URL with a host and without a fragment"}}
	}
	var faults []casework.Fault
	if u.Scheme != "https" && (u.Scheme != "http" || !allowHTTP) {
		faults = append(faults, casework.Fault{Path: "endpoint", Code: "webhook.endpoint_scheme", Message: "an endpoint begins with https://"})
	}
	if u.User != nil {
		faults = append(faults, casework.Fault{Path: "endpoint", Code: "webhook.endpoint_userinfo", Message: "an endpoint has no user and no password: the signature says who sends"})
	}
	return u, faults
}

// receiver is an endpoint as people may see it: a query may hold a token.
func receiver(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return shown.String()
}
