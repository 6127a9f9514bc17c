package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a layer says of every diffID that a configuration may promise for it.
 *
 * <p>A hostile image has one layer ten thousand times and promises something else each time; it decompresses to one
 * thing all the same.
 *
 * @param asked the diffID that was promised when the layer was looked at
 * @param actual what it decompresses to, or null if it was not decompressed to its end
 * @param result what the look found
 */
record LayerJudgement(Digest asked, @Nullable Digest actual, ContentResult result) {
    /**
     * What decides how a layer is looked at.
     *
     * @param isDetected whether the bytes say the format, and {@code format} is only what they should be
     * @param isContent whether the promise is that the bytes are the uncompressed content, which is another check where
     *     the format is not known
     */
    record Subject(
            Digest digest,
            long size,
            LayerFormat format,
            boolean isDetected,
            DigestAlgorithm algorithm,
            boolean isContent) {
        static Subject of(Descriptor layer, Digest diffId) {
            return new Subject(
                    layer.digest(),
                    layer.size(),
                    LayerFormat.of(layer.mediaType()),
                    LayerFormat.isDetected(layer.mediaType()),
                    diffId.algorithm(),
                    layer.digest().equals(diffId));
        }

        /** The runtime would make the methods when they are first called, which is dear in a new process. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Subject that
                    && digest.equals(that.digest)
                    && size == that.size
                    && format == that.format
                    && isDetected == that.isDetected
                    && algorithm.equals(that.algorithm)
                    && isContent == that.isContent;
        }

        @Override
        public int hashCode() {
            return 31 * digest.hashCode() + algorithm.hashCode();
        }
    }

    /** {@return why nothing can be compared with the diffID, if that is so} */
    static Optional<Unverifiable> unsupported(Digest diffId) {
        try {
            ContentVerifier.ofAtMost(diffId, Long.MAX_VALUE);
            return Optional.empty();
        } catch (VerificationException e) {
            return Optional.of(new Unverifiable(Reason.UNSUPPORTED, "diffID: " + e.getMessage()));
        }
    }

    /** {@return whether the layer decompresses to {@code diffId}, and nothing else is known of it} */
    boolean isOpenFor(Digest diffId) {
        return diffId.equals(actual) && !diffId.equals(asked);
    }

    /** {@return the result for a diffID; not to be asked where it {@linkplain #isOpenFor is open}} */
    ContentResult of(Digest diffId) {
        return actual == null || diffId.equals(asked)
                ? result
                : new Failed(
                        Reason.DIFF_ID_MISMATCH, "layer decompresses to " + actual + ", not to the diffID " + diffId);
    }
}
