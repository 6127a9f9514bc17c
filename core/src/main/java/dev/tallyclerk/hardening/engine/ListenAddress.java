package dev.tallyclerk.hardening.engine;

import java.util.Locale;
import java.util.Objects;

/**
 * One address on which an engine serves its API.
 *
 * @param protocol the part before {@code ://}, in lower case: {@code unix}, {@code fd}, {@code npipe}, {@code tcp}, or
 *     an unknown one
 * @param address the part after it: a path, the name of a socket, or host and port
 */
public record ListenAddress(String protocol, String address) {
    public ListenAddress {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(address, "address");
    }

    /**
     * {@return the address as dockerd interprets it}
     *
     * @param text an element of the option {@code hosts}; without a protocol it is TCP, and if empty the socket in
     *     {@code /var/run}
     */
    public static ListenAddress parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return new ListenAddress("unix", "/var/run/docker.sock");
        }
        int mark = trimmed.indexOf("://");
        return mark < 0
                ? new ListenAddress("tcp", trimmed)
                : new ListenAddress(trimmed.substring(0, mark).toLowerCase(Locale.ROOT), trimmed.substring(mark + 3));
    }

    /** {@return whether other machines may be able to reach it} */
    public boolean isTcp() {
        return protocol.equals("tcp");
    }

    /** {@return the host of a TCP address without brackets; empty if it has none} */
    public String host() {
        return HostPort.host(address);
    }

    /** {@return whether it is a TCP address of every interface, or without a host} */
    public boolean isEveryInterface() {
        return isTcp() && (host().isEmpty() || HostPort.isUnspecified(host()));
    }

    /** {@return the address as written in {@code hosts}} */
    @Override
    public String toString() {
        return protocol + "://" + address;
    }
}
