package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The change from one base to another, with all images that it reaches, also through other bases. Immutable. */
public final class BaseUpgrade {
    private final @Nullable FleetImage from;
    private final FleetImage to;
    private final List<String> names;
    private final List<FleetImage> images;
    private final int unknownImages;
    private final @Nullable SortedMap<Severity, ProblemCounts> problems;

    BaseUpgrade(
            @Nullable FleetImage from,
            FleetImage to,
            List<String> names,
            List<FleetImage> images,
            int unknownImages,
            @Nullable SortedMap<Severity, ProblemCounts> problems) {
        this.from = from;
        this.to = Objects.requireNonNull(to, "to");
        this.names = List.copyOf(names);
        this.images = List.copyOf(images);
        this.unknownImages = unknownImages;
        this.problems = problems;
    }

    /** {@return the stale base, if it is an image of the fleet} */
    public Optional<FleetImage> from() {
        return Optional.ofNullable(from);
    }

    /** {@return the current base} */
    public FleetImage to() {
        return to;
    }

    /** {@return the names of the base, sorted} */
    public List<String> names() {
        return names;
    }

    /** {@return the images to rebuild for it, in the order of the plan; each image is in one upgrade} */
    public List<FleetImage> images() {
        return images;
    }

    /** {@return for how many of the images it is not known which problems their base has} */
    public int unknownImages() {
        return unknownImages;
    }

    /**
     * {@return what becomes of the different problems that the stale base brings, by severity, the highest first}
     *
     * <p>Empty if the problems of the current base, or of all images, are not known.
     */
    public Optional<SortedMap<Severity, ProblemCounts>> problems() {
        return Optional.ofNullable(problems);
    }

    /** {@return both bases} */
    @Override
    public String toString() {
        return (from == null ? "unknown" : from.toString()) + " to " + to;
    }
}
