package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.registry.admission.Admission;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the images of a repository, and when. Immutable.
 *
 * <p>An image is decided on once for each name, digest and {@link #version}, by an {@link Admission}, which reads it
 * through the proxy's own cache; give it a {@linkplain Admission#withCache cache} to verify the layers once for all
 * names. Who vouches for tags only, as with TUF, is asked for a digest by the tags that the proxy has seen for it.
 * Another version decides again, also on what is cached, from the next request on.
 */
public final class ProxyPolicy {
    /** When an image is decided on. */
    public enum Mode {
        /** Never: every image is given. */
        OFF,
        /** While it is given: a refusal is only reported. */
        OBSERVE,
        /** Before any of it is given. The first pull of an image waits until all of it is there and verified. */
        DECIDE_FIRST
    }

    private static final ProxyPolicy NONE = new ProxyPolicy(Mode.OFF, "", null);

    private final Mode mode;
    private final String version;
    private final @Nullable Admission admission;

    private ProxyPolicy(Mode mode, String version, @Nullable Admission admission) {
        this.mode = mode;
        this.version = version;
        this.admission = admission;
    }

    /** {@return the policy that gives every image} */
    public static ProxyPolicy none() {
        return NONE;
    }

    /**
     * {@return the policy that gives only admitted images}
     *
     * @param version tells this policy from earlier and later ones, such as a digest of its file and of the files that
     *     it names: keys, for example
     * @param admission decides; its {@linkplain Admission#withVoucher voucher} resolves tags. Its executor must not be
     *     one whose threads answer requests
     */
    public static ProxyPolicy decidingFirst(String version, Admission admission) {
        return new ProxyPolicy(
                Mode.DECIDE_FIRST,
                Objects.requireNonNull(version, "version"),
                Objects.requireNonNull(admission, "admission"));
    }

    /**
     * {@return the policy that gives every image, and reports those that would be refused}
     *
     * @param version tells this policy from earlier and later ones, such as a digest of its file and of the files that
     *     it names: keys, for example
     * @param admission decides
     */
    public static ProxyPolicy observing(String version, Admission admission) {
        return new ProxyPolicy(
                Mode.OBSERVE,
                Objects.requireNonNull(version, "version"),
                Objects.requireNonNull(admission, "admission"));
    }

    /** {@return when an image is decided on} */
    public Mode mode() {
        return mode;
    }

    /** {@return the version; empty if nothing is decided} */
    public String version() {
        return version;
    }

    Optional<Admission> admission() {
        return Optional.ofNullable(admission);
    }
}
