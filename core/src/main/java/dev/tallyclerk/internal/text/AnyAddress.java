package dev.tallyclerk.internal.text;

import java.util.Locale;

/** Spellings of the unspecified address, which stands for every interface: 0.0.0.0, ::, and 0.0.0.0 mapped to IPv6. */
public final class AnyAddress {
    private static final String MAPPED = "ffff";

    private AnyAddress() {}

    /** {@return whether the host, without brackets, is such an address; false if it is no address at all} */
    public static boolean matches(String host) {
        int zone = host.indexOf('%');
        String address = zone < 0 ? host : host.substring(0, zone);
        if (address.indexOf(':') < 0) {
            return isMadeOf(address, "0.");
        }
        int mapped = address.toLowerCase(Locale.ROOT).indexOf(MAPPED);
        if (mapped < 0) {
            return isMadeOf(address, "0:.");
        }
        String rest = address.substring(mapped + MAPPED.length());
        return isMadeOf(address.substring(0, mapped), "0:")
                && address.charAt(mapped - 1) == ':'
                && rest.startsWith(":")
                && isMadeOf(rest, "0:.");
    }

    private static boolean isMadeOf(String text, String characters) {
        return !text.isEmpty() && text.chars().allMatch(c -> characters.indexOf(c) >= 0);
    }
}
