package webhook

import "net/netip"

// RetryAfter is retryAfter.
var RetryAfter = retryAfter

// Public tells whether the gate lets an address through.
func Public(a netip.Addr) bool { return newGate().public(a) }

// Control is what the dialler asks.
func Control(address string) error { return newGate().control("tcp", address, nil) }
