package dev.tallyclerk.internal.call;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public network from those of this machine and of networks behind a firewall.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 Special-Purpose Address
 *     Registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 Special-Purpose Address
 *     Registry</a>
 */
final class PublicAddresses {
    private PublicAddresses() {}

    /** {@return whether an address is one that anybody on the public network can reach} */
    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
    }

    /**
     * {@return the IPv4 addresses that a translator or relay may send to for an IPv6 address}
     *
     * <p>Covers NAT64 with the well-known prefix (RFC 6052), NAT64 with the local-use prefix 64:ff9b:1::/48 (RFC 8215),
     * whose network chooses the prefix length and with it the place of the IPv4 address, and 6to4 (RFC 3056).
     */
    static List<InetAddress> translated(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return List.of();
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return List.of(address4(bytes, 2, 3, 4, 5));
        }
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b) && isZero(bytes, 4, 12)) {
            return List.of(address4(bytes, 12, 13, 14, 15));
        }
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) {
            // RFC 6052, section 2.2: the prefixes of 48, 56, 64 and 96 bits; byte 8 is always left out.
            return List.of(
                    address4(bytes, 6, 7, 9, 10),
                    address4(bytes, 7, 9, 10, 11),
                    address4(bytes, 9, 10, 11, 12),
                    address4(bytes, 12, 13, 14, 15));
        }
        return List.of();
    }

    private static InetAddress address4(byte[] bytes, int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {bytes[a], bytes[b], bytes[c], bytes[d]});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are no address", e);
        }
    }

    private static boolean isPublic4(byte[] bytes, int at) {
        int a = bytes[at] & 0xff;
        int b = bytes[at + 1] & 0xff;
        int c = bytes[at + 2] & 0xff;
        return switch (a) {
            case 0, 10, 127 -> false;
            case 100 -> (b & 0xc0) != 64; // shared by providers, RFC 6598
            case 169 -> b != 254; // link-local, where clouds keep their metadata
            case 172 -> (b & 0xf0) != 16;
            case 192 -> b != 168 && !(b == 0 && (c == 0 || c == 2));
            case 198 -> (b & 0xfe) != 18 && !(b == 51 && c == 100);
            case 203 -> !(b == 0 && c == 113);
            default -> a < 224; // beyond: multicast, reserved, broadcast
        };
    }

    private static boolean isPublic6(byte[] bytes) {
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b) && isZero(bytes, 4, 12)) {
            return isPublic4(bytes, 12); // NAT64, RFC 6052
        }
        if ((bytes[0] & 0xe0) != 0x20) {
            return false; // only 2000::/3 is given out; IPv4 in other clothes is elsewhere
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return isPublic4(bytes, 2); // 6to4, RFC 3056
        }
        boolean protocols = startsWith(bytes, 0x20, 0x01) && (bytes[2] & 0xfe) == 0; // Teredo and others
        boolean documentation =
                startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8) || (startsWith(bytes, 0x3f, 0xff) && (bytes[2] & 0xf0) == 0);
        return !protocols && !documentation;
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
    }
}
