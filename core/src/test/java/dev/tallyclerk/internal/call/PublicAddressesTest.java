package dev.tallyclerk.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.testing.FakeNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
    private static boolean isPublic(String address) {
        return PublicAddresses.contains(FakeNetwork.literal(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.255",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.168.0.0",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:10.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::1",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b::1:808:808",
                "100::1",
                "2001::1",
                "2001:1ff::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "3fff::1",
                "3fff:fff:ffff::1",
                "5f00::1",
                "fc00::1",
                "fd00::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "4000::1",
                "1fff::1"
            })
    void somethingSpecialIsNotPublic(String address) {
        assertFalse(isPublic(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2000::1",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2002:808:808::1",
                "2606:4700::1111",
                "3ffe::1",
                "3fff:1000::1"
            })
    void somethingElseIs(String address) {
        assertTrue(isPublic(address));
    }

    @Provide
    static Arbitrary<byte[]> address4() {
        return Arbitraries.bytes().array(byte[].class).ofSize(4);
    }

    /** {@return a 4-byte address in the clothes of a 16-byte one} */
    private static InetAddress dressed(byte[] address, int at, int... start) throws UnknownHostException {
        byte[] bytes = new byte[16];
        for (int i = 0; i < start.length; i++) {
            bytes[i] = (byte) start[i];
        }
        System.arraycopy(address, 0, bytes, at, 4);
        return InetAddress.getByAddress(bytes);
    }

    @Property
    void isDecidedByTheAddressAndNotByItsClothes(@ForAll("address4") byte[] address) throws UnknownHostException {
        boolean plain = PublicAddresses.contains(InetAddress.getByAddress(address));
        List<InetAddress> dressed = List.of(
                dressed(address, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), // mapped
                dressed(address, 12, 0, 0x64, 0xff, 0x9b), // NAT64
                dressed(address, 2, 0x20, 0x02)); // 6to4
        for (InetAddress other : dressed) {
            assertEquals(plain, PublicAddresses.contains(other), other.toString());
        }
        assertFalse(PublicAddresses.contains(dressed(address, 12)));
    }

    @Property
    void agreesWithWhatTheRuntimeKnows(@ForAll("address4") byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);
        if (address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()) {
            assertFalse(PublicAddresses.contains(address));
        }
    }

    /** Whatever way a private address is written, a public registry does not lead there. */
    @Property
    void noSpellingOfAPrivateHostIsAsked(@ForAll("privateSpellings") String host) {
        OriginRules rules = new OriginRules(
                java.net.URI.create("https://registry.example.org/v2/"),
                CallSettings.of(
                        HttpSettings.of(new FakeNetwork())
                                .withNameResolver(name -> name.equals("registry.example.org")
                                        ? List.of(FakeNetwork.literal("93.184.215.14"))
                                        : NameResolver.runtime().resolve(name)),
                        new Failures(HttpException::new)));
        java.net.URI uri = java.net.URI.create("https://" + host + "/x");
        HttpException e = org.junit.jupiter.api.Assertions.assertThrows(HttpException.class, () -> {
            rules.refuseUnsafe(rules.origin(), uri, "a test");
            rules.addresses(uri);
        });
        assertEquals(HttpException.Reason.UNSAFE_LOCATION, e.reason());
    }

    /** Metadata services and link-local addresses, in every form that leads to them, from a registry of a company. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1:a9fe:a9:fe00::",
                "64:ff9b:1:a9:fe:a9fe::",
                "64:ff9b:1::a9:fea9:fe00:0",
                "64:ff9b:1::169.254.169.254",
                "64:ff9b:1::100.100.100.200",
                "2002:a9fe:a9fe::1",
                "2002:6464:64c8::"
            })
    void noRegistryLeadsToTheMetadataOfAMachine(String address) {
        assertFalse(isLedTo(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00:ec2::24", "64:ff9b:1::10.0.0.2", "2002:a00:2::1", "2606:4700::1111"})
    void aPrivateRegistryLeadsToItsOwnNetwork(String address) {
        assertTrue(isLedTo(address));
    }

    private static boolean isLedTo(String address) {
        OriginRules rules = new OriginRules(
                java.net.URI.create("https://registry.corp.example/v2/"),
                CallSettings.of(
                        HttpSettings.of(new FakeNetwork())
                                .withNameResolver(name -> List.of(FakeNetwork.literal(
                                        name.equals("registry.corp.example") ? "10.0.0.1" : address))),
                        new Failures(HttpException::new)));
        try {
            rules.addresses(java.net.URI.create("https://storage.corp.example/x"));
            return true;
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.UNSAFE_LOCATION, e.reason());
            return false;
        }
    }

    @Provide
    static Arbitrary<String> privateSpellings() {
        Arbitrary<int[]> octets = Arbitraries.integers()
                .between(0, 255)
                .array(int[].class)
                .ofSize(4)
                .map(o -> {
                    o[0] = 10;
                    return o;
                });
        return octets.flatMap(o -> {
            long number = ((long) o[0] << 24) | (o[1] << 16) | (o[2] << 8) | o[3];
            String plain = o[0] + "." + o[1] + "." + o[2] + "." + o[3];
            return Arbitraries.of(
                    plain,
                    plain + ".",
                    Long.toString(number),
                    "0x" + Long.toHexString(number),
                    "0" + Long.toOctalString(number),
                    "0x0a." + o[1] + "." + o[2] + "." + o[3],
                    "012." + o[1] + "." + o[2] + "." + o[3],
                    "010." + o[1] + "." + o[2] + "." + o[3],
                    o[0] + "." + o[1] + "." + (o[2] * 256 + o[3]),
                    "10." + (number & 0xffffff),
                    "[::ffff:" + plain + "]",
                    "[::" + plain + "]",
                    "[64:ff9b::" + plain + "]",
                    String.format("[::ffff:%x:%x]", (o[0] << 8) | o[1], (o[2] << 8) | o[3]),
                    String.format("[2002:%x:%x::1]", (o[0] << 8) | o[1], (o[2] << 8) | o[3]));
        });
    }
}
