package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.internal.text.AnyAddress;
import java.util.Locale;

/** The host of an address such as {@code 10.0.0.1:2375}, {@code [::1]:5000} or {@code registry.example.test}. */
final class HostPort {
    /** No DNS name or address is longer. */
    private static final int MAX_HOST = 255;

    private static final String MAPPED = "::ffff:";

    private HostPort() {}

    /** {@return the host without brackets, port, path and zone; empty if there is none} */
    static String host(String address) {
        int slash = address.indexOf('/');
        String authority = slash < 0 ? address : address.substring(0, slash);
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return withoutZone(authority.substring(1, end < 0 ? authority.length() : end));
        }
        int colon = authority.indexOf(':');
        boolean bareV6 = colon >= 0 && authority.indexOf(':', colon + 1) >= 0;
        return colon < 0 || bareV6 ? withoutZone(authority) : authority.substring(0, colon);
    }

    private static String withoutZone(String host) {
        int zone = host.indexOf('%');
        return zone < 0 ? host : host.substring(0, zone);
    }

    /** {@return whether the host stands for every interface} */
    static boolean isUnspecified(String host) {
        return host.equals("*") || AnyAddress.matches(host);
    }

    /** {@return whether the host is this machine: 127.0.0.0/8, also mapped to IPv6, ::1/128, or localhost} */
    static boolean isLoopback(String host) {
        if (host.length() > MAX_HOST) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost")) {
            return true;
        }
        if (name.contains(":") && !name.startsWith(MAPPED)) {
            String last = name.substring(name.lastIndexOf(':') + 1);
            return last.matches("0{0,3}1") && isZeros(name.substring(0, name.lastIndexOf(':') + 1), ':');
        }
        String v4 = name.startsWith(MAPPED) ? name.substring(MAPPED.length()) : name;
        return v4.matches("127(\\.[0-9]{1,3}){1,3}");
    }

    private static boolean isZeros(String text, char separator) {
        return !text.isEmpty() && text.chars().allMatch(c -> c == '0' || c == separator);
    }
}
