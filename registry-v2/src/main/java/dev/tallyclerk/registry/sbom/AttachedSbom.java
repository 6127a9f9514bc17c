package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;
import java.util.Optional;

/**
 * A bill of materials that is attached to an image: read, or with the reason why not. Its signature, if it has one, is
 * not verified.
 *
 * @param origin where it is, for people; untrusted
 * @param artifact the digest of the manifest that has it as a layer
 * @param sbom the bill of materials; empty if it cannot be read
 * @param problem why it cannot be read; empty if it can
 */
public record AttachedSbom(String origin, Digest artifact, Optional<Sbom> sbom, Optional<String> problem) {
    /**
     * Requires every part.
     *
     * @throws IllegalArgumentException if there is neither a bill of materials nor a problem, or both
     */
    public AttachedSbom {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(artifact, "artifact");
        if (sbom.isPresent() == problem.isPresent()) {
            throw new IllegalArgumentException("an attached document is either read or not");
        }
    }
}
