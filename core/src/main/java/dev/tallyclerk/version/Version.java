package dev.tallyclerk.version;

import org.jspecify.annotations.Nullable;

/**
 * A parsed version of a package. {@link VersionOrder#parse} makes one.
 *
 * <p>The natural order is that of the version's ecosystem. It is <em>inconsistent with equals</em>: two versions are
 * equal if their texts are, while many ecosystems sort different texts to the same place, such as {@code 1.0} and
 * {@code 1.0.0}.
 *
 * <p>Immutable, so safe for use by several threads.
 */
public final class Version implements Comparable<Version> {
    private final String text;
    private final VersionKey key;

    Version(String text, VersionKey key) {
        this.text = text;
        this.key = key;
    }

    /**
     * Compares by the order that both versions were parsed for, in time linear in their lengths.
     *
     * @throws ClassCastException if {@code other} was parsed for another order
     */
    @Override
    public int compareTo(Version other) {
        return key.compareTo(other.key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Version that && text.equals(that.text) && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** {@return the text as it was parsed} */
    @Override
    public String toString() {
        return text;
    }
}
