package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Severity;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** An image that has to be rebuilt, and why. Immutable. */
public final class Rebuild {
    private final ImageBase base;
    private final @Nullable FleetImage waitsFor;
    private final boolean given;
    private final @Nullable SortedMap<Severity, ProblemCounts> problems;

    Rebuild(
            ImageBase base,
            @Nullable FleetImage waitsFor,
            boolean given,
            @Nullable SortedMap<Severity, ProblemCounts> problems) {
        this.base = Objects.requireNonNull(base, "base");
        this.waitsFor = waitsFor;
        this.given = given;
        this.problems = problems;
    }

    /** {@return the image} */
    public FleetImage image() {
        return base.image();
    }

    /** {@return the base of the image, with the reason for the rebuild} */
    public ImageBase base() {
        return base;
    }

    /** {@return the image of an earlier group that has to be rebuilt first, if there is one} */
    public Optional<FleetImage> waitsFor() {
        return Optional.ofNullable(waitsFor);
    }

    /**
     * {@return whether the image was added by {@link Fleet.Builder#image}; others are bases, which somebody else may
     * have to rebuild}
     */
    public boolean isGiven() {
        return given;
    }

    /**
     * {@return what becomes of the image's problems, by severity, the highest first; empty if they are not known}
     *
     * <p>It is assumed that the image's own layers bring the same packages again.
     */
    public Optional<SortedMap<Severity, ProblemCounts>> problems() {
        return Optional.ofNullable(problems);
    }

    /** {@return image and reason} */
    @Override
    public String toString() {
        return base.toString();
    }
}
