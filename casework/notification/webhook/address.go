package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// ErrAddress is the cause of an error of [Notifier.Notify] where the endpoint
// resolved to an address that is not public.
var ErrAddress = errors.New("address refused")

// gate keeps connections from going where the public cannot go.
type gate struct {
	world  netip.Prefix   // what the world uses of IPv6
	closed []netip.Prefix // what is set aside of IPv4, and of that
}

// newGate knows the blocks of the IANA special-purpose address registries that
// the methods of [netip.Addr] do not know.
func newGate() gate {
	closed := []string{
		"0.0.0.0/8",       // this network, RFC 791
		"100.64.0.0/10",   // shared by carriers, RFC 6598
		"192.0.0.0/24",    // protocol assignments, RFC 6890
		"192.0.2.0/24",    // documentation, RFC 5737
		"192.88.99.0/24",  // 6to4 relays, RFC 7526
		"198.18.0.0/15",   // benchmarks, RFC 2544
		"198.51.100.0/24", // documentation, RFC 5737
		"203.0.113.0/24",  // documentation, RFC 5737
		"240.0.0.0/4",     // reserved and broadcast, RFC 1112
		"2001::/23",       // protocol assignments, Teredo among them, RFC 2928
		"2001:db8::/32",   // documentation, RFC 3849
		"2002::/16",       // 6to4, which holds an IPv4 address, RFC 3056
		"3fff::/20",       // documentation, RFC 9637
	}
	// Outside of this lie NAT64 (64:ff9b::/96), unique-local and the rest.
	g := gate{world: netip.MustParsePrefix("2000::/3")}
	for _, block := range closed {
		g.closed = append(g.closed, netip.MustParsePrefix(block))
	}
	return g
}

// control is asked by the dialler for every address a name resolved to, before it
// is connected to. So no name can resolve to one address for a check and to
// another for the connection.
func (g gate) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: it is not an address: %w", ErrAddress, err)
	}
	if !g.public(to.Addr()) {
		return fmt.Errorf("%w: %s is not public", ErrAddress, to.Addr())
	}
	return nil
}

// public tells whether an address belongs to somebody in the world.
func (g gate) public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	if a.Is6() && !g.world.Contains(a) {
		return false
	}
	for _, block := range g.closed {
		if block.Contains(a) {
			return false
		}
	}
	return true
}
