package dev.tallyclerk.trust.attestation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How an artifact was built, by SLSA provenance 0.2 or 1.
 *
 * @param builderId the builder, which decides how far the rest can be trusted
 * @param buildType the URI of the kind of build, which defines the parameters
 * @param sources the repositories that the build's parameters name as the source, as written; {@link SourceRepository}
 *     says where they stand and compares them
 * @param materials what went into the build: {@code materials} of 0.2, {@code resolvedDependencies} of 1
 * @param parameters the exact JSON of the parameters that the build was started with, as 0.2 ({@code "invocation"}) and
 *     1 ({@code "externalParameters"}) have them
 * @param invocationId the builder's name of the build, if there is one
 * @param startedOn when the build began, if it is stated
 * @param finishedOn when the build ended, if it is stated
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA Provenance v1</a>
 * @see <a href="https://slsa.dev/spec/v0.1/provenance">SLSA Provenance v0.2</a>
 */
public record SlsaProvenance(
        String builderId,
        String buildType,
        List<String> sources,
        List<Material> materials,
        Optional<String> parameters,
        Optional<String> invocationId,
        Optional<Instant> startedOn,
        Optional<Instant> finishedOn)
        implements Predicate {
    /** Keeps copies of the lists. */
    public SlsaProvenance {
        Objects.requireNonNull(builderId, "builderId");
        Objects.requireNonNull(buildType, "buildType");
        sources = List.copyOf(sources);
        materials = List.copyOf(materials);
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(invocationId, "invocationId");
        Objects.requireNonNull(startedOn, "startedOn");
        Objects.requireNonNull(finishedOn, "finishedOn");
    }

    /**
     * Something that went into a build.
     *
     * @param uri where it is from, empty if it is not stated
     * @param digests its digests by the names of their algorithms, as written
     */
    public record Material(String uri, Map<String, String> digests) {
        /** Keeps a copy of the digests. */
        public Material {
            Objects.requireNonNull(uri, "uri");
            digests = Map.copyOf(digests);
        }
    }
}
