// Webhook runs both sides of a webhook on this machine: a receiver that believes
// nothing that is not signed, and a sender that tells it of a contract that came
// into force; twice, as happens after a crash.
//
//	go run ./examples/webhook
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// written is the secret both sides were given. A real one is random and kept out
// of the program.
const written = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	secret, err := webhook.ParseSecret(written)
	if err != nil {
		return err
	}
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: receiver(secret, out), ReadHeaderTimeout: 5 * time.Second}
	defer server.Close()
	go func() { _ = server.Serve(door) }()

	address := "http://" + door.Addr().String()
	o := &webhook.Options{Source: "https://council.example/commissioning", AllowHTTP: true, AllowPrivate: true}
	sender, err := webhook.New(address, []webhook.Secret{secret}, o)
	if err != nil {
		return err
	}
	defer sender.CloseIdleConnections()
	for range 2 {
		if err := sender.Notify(ctx, commenced()); err != nil {
			return err
		}
	}
	return forge(ctx, address, out)
}

// receiver verifies first, then looks whether the event came before.
func receiver(secret webhook.Secret, out io.Writer) http.Handler {
	seen := map[string]bool{} // the requests of this program come one after the other
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := webhook.Verify(r, []webhook.Secret{secret}, nil)
		if err != nil {
			fmt.Fprintln(out, "refused:", err)
			http.Error(w, "not believed", http.StatusUnauthorized)
			return
		}
		if seen[event.ID] {
			fmt.Fprintln(out, "came before:", event.ID)
			return
		}
		seen[event.ID] = true
		fmt.Fprintln(out, "received:", event.Type, "from", event.Source)
		fmt.Fprintf(out, "  tenant %s, entry %s: %s by %s, to %s; reason %q\n", event.Tenant, event.ID, event.Entry.Move, event.Entry.Actor, event.Entry.To, event.Entry.Reason)
	})
}

// commenced is what a relay would hand to the sender.
func commenced() casework.Notification {
	return casework.Notification{Tenant: "camden", Position: 7, Kind: "contract", Entry: casework.Entry{
		Case: casework.CaseID{1}, Seq: 3, Type: "case.moved", Version: 1, Actor: casework.Person("ana.k", casework.Agency{ID: "camden", Name: "Camden"}),
		Effective: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), Recorded: time.Date(2026, time.March, 2, 9, 0, 1, 0, time.UTC),
		Move: "commence", From: "signed", To: "in_force", Reason: "all have signed", Data: []byte(`{"instrument":"c-17"}`),
	}}
}

// forge sends what nobody signed.
func forge(ctx context.Context, address string, out io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(`{"specversion":"1.0"}`))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	fmt.Fprintln(out, "the forger is told:", answer.Status)
	return nil
}
