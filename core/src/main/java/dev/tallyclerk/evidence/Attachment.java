package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;

/**
 * An artifact that is attached to the digest of an image, such as a signature, and not yet read.
 *
 * <p>Anybody who can write to the repository can attach artifacts, so everything about one is a hint until it is
 * verified. Implementations state whether they are safe for use by several threads.
 */
public interface Attachment {
    /** How an attached artifact is found. */
    enum Place {
        /** In the list of referrers of the digest (OCI distribution-spec v1.1.1, "Listing Referrers"). */
        REFERRERS,
        /** Under the tag {@code sha256-HEX.sig}, where cosign keeps signatures. */
        SIGNATURE_TAG,
        /** Under the tag {@code sha256-HEX.att}, where cosign keeps attestations. */
        ATTESTATION_TAG,
        /** Under the tag {@code sha256-HEX.sbom}, where cosign keeps bills of materials, unsigned. */
        SBOM_TAG,
        /** Under a tag of its own, and attached to nothing; see {@link ArtifactTag}. */
        OWN_TAG
    }

    /** {@return how it was found} */
    Place place();

    /** {@return the digest of its manifest} */
    Digest digest();

    /** {@return the size of its manifest in bytes, as listed} */
    long size();

    /** {@return the artifact type as listed, empty if the list has none; a hint that no verifier relies on} */
    String listedType();

    /** {@return where it lies, for people} */
    String origin();

    /**
     * {@return the manifest, whose bytes have the {@linkplain #digest digest}}
     *
     * @throws EvidenceException if it is missing, has other bytes, is too large, or is no image manifest
     * @throws IOException if it cannot be read, which says nothing about it
     */
    AttachedManifest manifest() throws EvidenceException, IOException;

    /**
     * {@return the bytes of a layer of the manifest, which have the layer's digest and size}
     *
     * @throws EvidenceException if they are missing, are other bytes, or are too many
     * @throws IOException if they cannot be read, which says nothing about them
     */
    byte[] read(AttachedBlob blob) throws EvidenceException, IOException;
}
