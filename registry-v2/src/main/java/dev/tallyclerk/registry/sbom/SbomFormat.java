package dev.tallyclerk.registry.sbom;

/** A format of bills of materials, in JSON. */
public enum SbomFormat {
    /** CycloneDX; written as version 1.6. */
    CYCLONEDX("application/vnd.cyclonedx+json", "https://cyclonedx.org/bom"),
    /** SPDX 2; written as version 2.3. */
    SPDX("application/spdx+json", "https://spdx.dev/Document");

    private final String mediaType;
    private final String predicateType;

    SbomFormat(String mediaType, String predicateType) {
        this.mediaType = mediaType;
        this.predicateType = predicateType;
    }

    /** {@return the media type, which is also the artifact type of a document attached to an image} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return the predicate type of an in-toto statement that contains the document, as cosign writes it} */
    public String predicateType() {
        return predicateType;
    }
}
