package dev.tallyclerk.registry.model;

/** The names of specifications and rules in messages. */
final class Specifications {
    static final String MANIFEST = "OCI image-spec v1.1.1, manifest.md";
    static final String INDEX = "OCI image-spec v1.1.1, image-index.md";
    static final String DESCRIPTOR = "OCI image-spec v1.1.1, descriptor.md";
    static final String CONFIG = "OCI image-spec v1.1.1, config.md";
    static final String DOCKER_MANIFEST = "Docker image manifest version 2, schema 2";
    static final String DOCKER_MANIFEST_LIST = "Docker manifest list version 2";
    static final String SCHEMA1 = "Docker image manifest version 2, schema 1";
    static final String JWS = "RFC 7515 in schema 1";
    static final String ONE_KIND =
            "OCI image-spec v1.1.1, manifest.md, mediaType: announced type, mediaType and shape agree (CVE-2021-41190)";
    static final String LIMITS = "DocumentLimits";

    private Specifications() {}

    /** {@return the specification of documents of that type} */
    static String of(String mediaType) {
        return switch (mediaType) {
            case MediaType.OCI_INDEX -> INDEX;
            case MediaType.DOCKER_MANIFEST -> DOCKER_MANIFEST;
            case MediaType.DOCKER_MANIFEST_LIST -> DOCKER_MANIFEST_LIST;
            case MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED -> SCHEMA1;
            default -> MANIFEST;
        };
    }
}
