package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.Objects;

/** The bytes of a manifest as a source sent them, unverified, and the media type that the source announced. */
public final class FetchedManifest {
    private final byte[] bytes;
    private final String mediaType;

    private FetchedManifest(byte[] bytes, String mediaType) {
        this.bytes = bytes.clone();
        this.mediaType = Objects.requireNonNull(mediaType, "mediaType");
    }

    /**
     * {@return the bytes with their announced media type}
     *
     * @param bytes the bytes, copied
     * @param mediaType the type, without parameters; empty if the source announces none
     */
    public static FetchedManifest of(byte[] bytes, String mediaType) {
        return new FetchedManifest(bytes, mediaType);
    }

    /** {@return a copy of the bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the number of bytes} */
    public int size() {
        return bytes.length;
    }

    /** {@return the announced media type; empty if the source announces none} */
    public String mediaType() {
        return mediaType;
    }

    /**
     * {@return the manifest or index, read as the announced type, with nothing but the source to vouch for it}
     *
     * @throws MalformedDocumentException if the bytes are no manifest or index of that type within the limits
     */
    public Manifest parse(DocumentLimits limits) throws MalformedDocumentException {
        return Manifest.parse(bytes, mediaType, limits);
    }

    /**
     * {@return the manifest or index, once it has the promised digests and size}
     *
     * @param promisedType the media type that came with the digest; it wins over the announced one (OCI image-spec
     *     v1.1.1, media-types.md). Empty if none came
     * @throws VerificationException if the bytes are not the promised ones, or a digest's algorithm is not supported
     * @throws MalformedDocumentException if there are more bytes than the limits allow, or they are the promised ones
     *     and no manifest or index of that type within the limits
     */
    public Manifest parseVerified(ResolvedDigest promised, String promisedType, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        return Manifest.parseVerified(bytes, promisedType.isEmpty() ? mediaType : promisedType, promised, limits);
    }

    /** {@return the bytes, which have the promised digest and size; of any type} */
    byte[] verified(Digest digest, long size) throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(digest, size);
        verifier.update(bytes, 0, bytes.length);
        verifier.finish();
        return bytes();
    }
}
