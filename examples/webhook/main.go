// Command webhook shows both sides of a webhook on this machine: what is committed is
// sent as a signed event, and the receiver believes what is signed and nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run opens a cycle and tells a receiver of it.
func run(ctx context.Context, out io.Writer) error {
	secret, err := webhook.ParseSecret("whsec_bmVlZHMgY29tZSBmaXJzdCwgYWx3YXlz")
	if err != nil {
		return err
	}
	receiver := httptest.NewServer(receive(out, secret))
	defer receiver.Close()
	sender, err := webhook.New(receiver.URL, []webhook.Secret{secret}, &webhook.Options{AllowHTTP: true, AllowPrivate: true})
	if err != nil {
		return err
	}
	defer sender.CloseIdleConnections()
	if err := tell(ctx, sender); err != nil {
		return err
	}
	forged, err := http.Post(receiver.URL, "application/cloudevents+json", http.NoBody)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "what nobody signed:", forged.Status)
	return forged.Body.Close()
}

// receive is the other side: a system that keeps a copy.
func receive(out io.Writer, secret webhook.Secret) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		event, err := webhook.Verify(r, []webhook.Secret{secret}, nil)
		if errors.Is(err, webhook.ErrUnsigned) || errors.Is(err, webhook.ErrForged) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(out, "entry %d of a %s of %s: %s, by %s\n", event.Seq, event.Kind, event.Tenant, event.Type, event.Entry.Actor.ID)
	}
}

// tell opens a cycle and sends what stands in the feed. A program that stays lets a
// relay do so.
func tell(ctx context.Context, sender casework.Notifier) error {
	store := memory.New().Tenant("camden")
	desk, err := commissioning.NewDesk(store, nil)
	if err != nil {
		return err
	}
	camden := casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}
	if _, err := desk.Open(ctx, casework.Person("ana.k", camden), commissioning.Brief{Title: "Home care, Kentish Town", Lead: camden}); err != nil {
		return err
	}
	items, err := store.Feed(ctx, 0, 10)
	if err != nil {
		return err
	}
	for _, item := range items {
		n := casework.Notification{Tenant: "camden", Position: item.Position, Kind: item.Kind, Entry: item.Entry}
		if err := sender.Notify(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
