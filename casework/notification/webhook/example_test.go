package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// A sender and a receiver that share a secret. What comes again is told by its id.
func ExampleNew() {
	secret, err := webhook.ParseSecret("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
	if err != nil {
		fmt.Println(err)
		return
	}
	seen := map[string]bool{}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := webhook.Verify(r, []webhook.Secret{secret}, nil)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		fmt.Println(event.Kind, event.Seq, event.Entry.To, "seen:", seen[event.ID])
		seen[event.ID] = true
	}))
	defer receiver.Close()

	// A receiver on the machine itself is private, and has no TLS.
	o := &webhook.Options{Source: "https://council.example/commissioning", AllowHTTP: true, AllowPrivate: true}
	n, err := webhook.New(receiver.URL, []webhook.Secret{secret}, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	commenced := casework.Notification{Tenant: "camden", Position: 7, Kind: "contract", Entry: casework.Entry{
		Case: casework.CaseID{1}, Seq: 3, Type: "case.moved", Version: 1, Actor: casework.System("nightly", casework.Agency{}),
		Recorded: time.Date(2026, time.March, 2, 9, 0, 1, 0, time.UTC), Move: "commence", From: "signed", To: "in_force",
	}}
	fmt.Println(n.Notify(context.Background(), commenced))
	fmt.Println(n.Notify(context.Background(), commenced))
	n.CloseIdleConnections()

	// Nobody else is believed.
	_, err = webhook.Verify(httptest.NewRequest(http.MethodPost, "/", nil), []webhook.Secret{secret}, nil)
	fmt.Println(errors.Is(err, webhook.ErrUnsigned))
	// Output:
	// contract 3 in_force seen: false
	// <nil>
	// contract 3 in_force seen: true
	// <nil>
	// true
}
