package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.registry.inventory.Distribution;
import java.util.Objects;

/**
 * The base of an image as a subject of rules.
 *
 * <p>Immutable.
 */
public final class BaseSubject implements Subject {
    /** The kind of the subject's {@link #ref}. */
    public static final String KIND = "image-base";

    private final ImageBase base;
    private final Fact<Distribution> distribution;

    private BaseSubject(ImageBase base, Fact<Distribution> distribution) {
        this.base = Objects.requireNonNull(base, "base");
        this.distribution = distribution;
    }

    /** {@return the base of an image, whose distribution is not known} */
    public static BaseSubject of(ImageBase base) {
        return new BaseSubject(
                base,
                Fact.missing(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        "the layers were not read, so the distribution is unknown"));
    }

    /** {@return this base with the distribution that its files name} */
    public BaseSubject withDistribution(Distribution distribution) {
        return new BaseSubject(base, Fact.known(distribution, new Location.Whole("base")));
    }

    @Override
    public SubjectRef ref() {
        return SubjectRef.of(KIND, base.image().name()).withDigest(base.image().digest());
    }

    /** {@return the base} */
    public ImageBase base() {
        return base;
    }

    /** {@return the distribution of the base} */
    public Fact<Distribution> distribution() {
        return distribution;
    }
}
