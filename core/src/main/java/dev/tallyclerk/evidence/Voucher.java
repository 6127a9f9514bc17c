package dev.tallyclerk.evidence;

import dev.tallyclerk.reference.Reference;
import java.io.IOException;
import java.util.Optional;

/**
 * Says whether somebody trusted vouches for an image, and for which digest.
 *
 * <p>Implementations are immutable and safe for use by several threads.
 */
@FunctionalInterface
public interface Voucher {
    /**
     * {@return whether an image is vouched for}
     *
     * <p>May use the network, and blocks until the answer is there.
     *
     * @param name the whole name by which the image will be loaded; empty if it has none
     * @param image the image as its source offers it
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    TrustResult vouch(Optional<Reference> name, ImageCandidate image) throws IOException;
}
