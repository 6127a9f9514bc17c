package dev.tallyclerk.registry.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Addresses that lead to this machine or into its own network, to which no stranger's word may send a request. */
final class SpecialAddresses {
    private SpecialAddresses() {}

    /**
     * {@return whether a URI's host may be one on the public network}
     *
     * <p>Addresses are looked at, in every spelling that Java takes for one; other names are not resolved.
     */
    static boolean isPublic(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost")
                || name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.endsWith(".internal")) {
            return false;
        }
        boolean literal = name.startsWith("[") || name.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!literal) {
            // A name that ends in a number is an address in some readers' eyes (0x7f000001, 127.1).
            String last = name.substring(name.lastIndexOf('.') + 1);
            return !last.isEmpty() && !Character.isDigit(last.charAt(0));
        }
        try {
            InetAddress address = InetAddress.getByName(name);
            byte[] bytes = address.getAddress();
            boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
            boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
            return !(address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress()
                    || uniqueLocal
                    || shared
                    || bytes[0] == 0);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
