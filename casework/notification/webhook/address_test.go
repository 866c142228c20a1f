package webhook_test

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/webhook"
)

func TestOnlyAddressesOfTheWorldArePublic(t *testing.T) {
	for _, a := range []string{
		"1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4009::1", "2001:200::1", "2003::1", "3ffe::1",
	} {
		assert.True(t, webhook.Public(netip.MustParseAddr(a)), a)
	}
	for _, a := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254",
		"172.16.0.1", "172.31.255.255", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",
		"100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "5f00::1",
		"fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
	} {
		assert.False(t, webhook.Public(netip.MustParseAddr(a)), a)
	}
	assert.False(t, webhook.Public(netip.Addr{}))
}

func TestTheDialerIsToldWhyAnAddressIsRefused(t *testing.T) {
	require.NoError(t, webhook.Control("8.8.8.8:443"))
	require.NoError(t, webhook.Control("[2606:4700:4700::1111]:443"))
	require.EqualError(t, webhook.Control("[fe80::1%eth0]:443"), "address refused: fe80::1%eth0 is not public")
	require.ErrorIs(t, webhook.Control("localhost:80"), webhook.ErrAddress)
}

func TestAnAddressThatIsNotPublicIsRefusedWhenItIsDialled(t *testing.T) {
	in := &inbox{}
	_, port, err := net.SplitHostPort(serve(t, in)[len("http://"):])
	require.NoError(t, err)
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "0.0.0.0", "[::]",
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[64:ff9b::7f00:1]", "[fd00::1]", "224.0.0.1", "192.0.2.1",
	} {
		t.Run(host, func(t *testing.T) {
			n, err := webhook.New("http://"+host+":"+port+"/hook?token=hunter2", secrets(t, 'a'), &webhook.Options{AllowHTTP: true, Clock: clock})
			require.NoError(t, err)
			err = n.Notify(t.Context(), inForce())
			if errors.Is(err, syscall.EAFNOSUPPORT) {
				t.Skip("this machine has no IPv6")
			}
			require.ErrorIs(t, err, webhook.ErrAddress)
			fate, _ := notification.FateOf(err)
			assert.Equal(t, notification.Again, fate, "the name may be put right")
			assert.Contains(t, err.Error(), "is not public")
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
	assert.Empty(t, in.messages())
}

func TestAProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	proxy := &inbox{}
	address := serve(t, proxy)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, address)
	}
	n, err := webhook.New("http://10.0.0.1/hook", secrets(t, 'a'), &webhook.Options{AllowHTTP: true, Clock: clock})
	require.NoError(t, err)
	require.ErrorIs(t, n.Notify(t.Context(), inForce()), webhook.ErrAddress)
	assert.Empty(t, proxy.messages())
}
