package dev.tallyclerk.registry.image;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Streams of a source's blobs: from an offset, and verified. */
final class VerifiedContent {
    private VerifiedContent() {}

    /** {@return the bytes after the first {@code offset} ones; none if there are fewer} */
    static Optional<InputStream> from(Optional<InputStream> content, long offset) throws IOException {
        if (content.isPresent()) {
            try {
                content.get().skipNBytes(offset);
            } catch (EOFException e) {
                // The verifier that knows the size reports what is missing.
            } catch (IOException e) {
                content.get().close();
                throw e;
            }
        }
        return content;
    }

    /**
     * {@return the bytes, verified while they are read}
     *
     * @param onWrong runs when the stream is closed after the bytes turned out to be wrong
     */
    static VerifyingInputStream of(InputStream content, Descriptor descriptor, Runnable onWrong) throws IOException {
        ContentVerifier verifier;
        try {
            verifier = ContentVerifier.of(descriptor.digest(), descriptor.size());
        } catch (VerificationException e) {
            content.close();
            throw e;
        }
        InputStream judged = new FilterInputStream(content) {
            @Override
            public void close() throws IOException {
                if (verifier.state() == ContentVerifier.State.FAILED) {
                    onWrong.run();
                }
                super.close();
            }
        };
        return VerifyingInputStream.of(judged, verifier, ContentVerifier.DEFAULT_HOLD_BACK);
    }
}
