package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.container.internal.rules.Capabilities;
import dev.tallyclerk.text.Quoted;

/**
 * A capability of Linux, as engines name them.
 *
 * @param name the name in upper case without {@code CAP_}, for example {@code NET_RAW}, or {@code ALL}; one that no
 *     kernel has is not refused
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
 */
public record Capability(String name) {
    /**
     * Checks the form of the name.
     *
     * @throws IllegalArgumentException if it is empty, or has other characters than capital letters, digits and
     *     underscores
     */
    public Capability {
        boolean isWellFormed = !name.isEmpty()
                && name.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
        if (!isWellFormed) {
            throw new IllegalArgumentException("not a capability such as NET_RAW: " + Quoted.quote(name));
        }
    }

    /**
     * {@return the capability that a text names, as engines read it}
     *
     * @param text the name in any case, with or without {@code CAP_}
     * @throws IllegalArgumentException if it is not a name
     */
    public static Capability parse(String text) {
        return new Capability(Capabilities.normalised(text));
    }

    /** {@return whether this is all of them} */
    public boolean isAll() {
        return name.equals("ALL");
    }

    /** {@return whether Docker gives it to every container that does not drop it} */
    public boolean isDefault() {
        return Capabilities.DEFAULTS.contains(name);
    }

    /** {@return whether it allows an escape from the container, or access to other processes of the host} */
    public boolean allowsEscape() {
        return isAll() || Capabilities.BREAK_OUT.contains(name);
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}
