package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import java.util.List;
import java.util.Objects;

/**
 * What a copy has done.
 *
 * @param root the manifest or index that the destination's name now stands for
 * @param destinationDigest the digest by which the destination has it: another one than the root's where a registry
 *     knows the same bytes by another algorithm
 * @param manifests every manifest and index of the image, those below others first, the root last
 * @param copied the blobs that were read from the source, verified on the way
 * @param alreadyThere the blobs that the destination had: a layout has verified them there, a registry says that it has
 *     them or took them from another of its repositories
 * @param leftOut the layers whose type says that they are not to be distributed, and that the source does not have or
 *     the destination, a registry, was not sent; who runs the image gets them from the {@link Descriptor#urls} that a
 *     descriptor of them has, if one has any
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
