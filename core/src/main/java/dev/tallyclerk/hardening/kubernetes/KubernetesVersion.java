package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.text.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A minor version of Kubernetes, for which manifests are judged.
 *
 * @param minor the number after {@code 1.}, from 0 to 999; a version above the newest known is judged as that
 */
public record KubernetesVersion(int minor) implements Comparable<KubernetesVersion> {
    private static final int NEWEST = 37;
    private static final Pattern TEXT =
            Pattern.compile("v?1\\.([0-9]{1,3})(?:\\.[0-9]{1,3}(?:[-+][0-9A-Za-z.+-]{1,64})?)?");

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public KubernetesVersion {
        if (minor < 0 || minor > 999) {
            throw new IllegalArgumentException("not a minor version of Kubernetes: " + minor);
        }
    }

    /** {@return the newest version that this library knows, 1.37} */
    public static KubernetesVersion newest() {
        return new KubernetesVersion(NEWEST);
    }

    /**
     * {@return the version that a text names}
     *
     * @param text for example {@code 1.37}, {@code v1.37.2} or {@code v1.37.2+k3s1}, of which the minor version counts,
     *     or {@code latest} for the newest known
     * @throws IllegalArgumentException if it is not that
     */
    public static KubernetesVersion parse(String text) {
        if (text.equals("latest")) {
            return newest();
        }
        Matcher version = TEXT.matcher(text);
        if (!version.matches()) {
            throw new IllegalArgumentException(
                    "not a version of Kubernetes such as 1.37, or latest: " + Quoted.quote(text));
        }
        return new KubernetesVersion(Integer.parseInt(version.group(1)));
    }

    boolean isSince(int minor) {
        return this.minor >= minor;
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return Integer.compare(minor, other.minor);
    }

    /** {@return the text form, for example {@code 1.37}} */
    @Override
    public String toString() {
        return "1." + minor;
    }
}
