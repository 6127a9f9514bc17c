package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import java.util.List;
import java.util.Map;

/** A format of bills of materials, in JSON. */
public enum SbomFormat {
    /** CycloneDX; written as version 1.6. */
    CYCLONEDX("application/vnd.cyclonedx+json", "https://cyclonedx.org/bom", "sbom.cdx.json"),
    /** SPDX 2; written as version 2.3. */
    SPDX("application/spdx+json", "https://spdx.dev/Document", "sbom.spdx.json");

    private final String mediaType;
    private final String predicateType;
    private final String fileName;

    SbomFormat(String mediaType, String predicateType, String fileName) {
        this.mediaType = mediaType;
        this.predicateType = predicateType;
        this.fileName = fileName;
    }

    /** {@return the media type, which is also the artifact type of a document attached to an image} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return the predicate type of an in-toto statement that contains the document, as cosign writes it} */
    public String predicateType() {
        return predicateType;
    }

    /**
     * {@return a document as an artifact to attach to an image, among its referrers, unsigned}
     *
     * <p>An {@link dev.tallyclerk.registry.image.AttachmentWriter} attaches it. To sign it, attest to the image with
     * the document as the predicate and the {@link #predicateType} instead.
     *
     * @param image the digest of the image's manifest, or of its index
     * @param document the document, which is not read
     */
    public NewAttachment attachment(Digest image, byte[] document) {
        Map<String, String> title = Map.of("org.opencontainers.image.title", fileName);
        return new NewAttachment(
                Place.REFERRERS, image, mediaType, Map.of(), List.of(NewBlob.of(mediaType, document, title)));
    }
}
