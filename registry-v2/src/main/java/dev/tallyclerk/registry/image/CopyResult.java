package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import java.util.List;
import java.util.Objects;

/**
 * The outcome of a copy.
 *
 * @param root the manifest or index that the destination's name now refers to
 * @param destinationDigest the digest of the root at the destination; differs from the root's own where a registry
 *     identifies the same bytes by another algorithm
 * @param manifests every manifest and index of the image, children before parents, the root last
 * @param copied the blobs that were read from the source and verified on the way
 * @param alreadyThere the blobs that the destination had: verified again in a layout, claimed by or mounted within a
 *     registry
 * @param leftOut the non-distributable layers that the source does not have, or that were not sent to a registry;
 *     runtimes fetch them from the descriptor's {@link Descriptor#urls}, if it has any
 */
public record CopyResult(
        Descriptor root,
        Digest destinationDigest,
        List<Descriptor> manifests,
        List<Descriptor> copied,
        List<Descriptor> alreadyThere,
        List<Descriptor> leftOut) {
    public CopyResult {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(destinationDigest, "destinationDigest");
        manifests = List.copyOf(manifests);
        copied = List.copyOf(copied);
        alreadyThere = List.copyOf(alreadyThere);
        leftOut = List.copyOf(leftOut);
    }
}
