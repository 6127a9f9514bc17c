package dev.tallyclerk.registry.image;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A blob of the image that is copied, for a destination to read. Used by one thread. */
public interface SourceBlob {
    /** {@return the blob's descriptor} */
    Descriptor descriptor();

    /**
     * {@return the blob, verified while it is read; empty if it is a non-distributable layer that the source does not
     * have}
     *
     * <p>The caller reads the stream to its end and closes it.
     *
     * @throws ImageException if the source lacks a blob that may not be left out
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IOException if the source cannot be read
     */
    Optional<VerifyingInputStream> open() throws IOException;

    /**
     * {@return the blob from an offset on, unverified; empty if it is a non-distributable layer that the source does
     * not have}
     *
     * <p>For destinations that verify while they write, so that nothing is hashed twice, or that resume a partial copy.
     * The stream may have more bytes than promised, without end. The caller compares size and digest,
     * {@linkplain #foundWrong reports} a mismatch, and closes the stream.
     *
     * @param offset the number of bytes to skip, from 0 to the blob's size
     * @throws ImageException if the source lacks a blob that may not be left out
     * @throws IOException if the source cannot be read
     */
    Optional<InputStream> openUnverified(long offset) throws IOException;

    /** Reports that the bytes of {@link #openUnverified} were wrong, before the blob is opened again. */
    void foundWrong();

    /** {@return whether a wrong blob may be right when it is opened again} */
    boolean isWorthAskingAgain();
}
