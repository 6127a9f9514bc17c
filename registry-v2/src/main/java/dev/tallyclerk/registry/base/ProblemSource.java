package dev.tallyclerk.registry.base;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Knows the problems of images, for example by matching their packages with a database of vulnerabilities. */
@FunctionalInterface
public interface ProblemSource {
    /**
     * {@return the problems of an image; empty if they are not known, which is not the same as none}
     *
     * <p>A plan asks once for each image that is rebuilt or built on, always in the same order, and keeps only numbers.
     *
     * @throws IOException if the image or the database cannot be read
     */
    Optional<List<KnownProblem>> of(FleetImage image) throws IOException;
}
