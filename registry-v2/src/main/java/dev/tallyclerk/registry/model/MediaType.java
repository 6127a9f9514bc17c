package dev.tallyclerk.registry.model;

import java.util.List;
import java.util.Locale;

/**
 * The media types of registry documents and layers.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md">OCI image-spec v1.1.1, Media
 *     Types</a>
 */
public final class MediaType {
    /** An OCI image manifest. */
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** An OCI image index. */
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    /** An OCI image configuration. */
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

    /** The empty content <code>&#123;&#125;</code>, the configuration of artifacts that have none. */
    public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

    /** A Docker image manifest, version 2, schema 2. */
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** A Docker manifest list. */
    public static final String DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** A Docker image configuration. */
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    /** A Docker image manifest, version 2, schema 1, without a signature. */
    public static final String DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";

    /** A Docker image manifest, version 2, schema 1, signed. */
    public static final String DOCKER_SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /** An OCI layer: a plain tar archive. */
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

    /** An OCI layer in gzip. */
    public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** An OCI layer in Zstandard. */
    public static final String OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    /** A non-distributable OCI layer: a plain tar archive; deprecated by the specification. */
    public static final String OCI_NONDISTRIBUTABLE_LAYER = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    /** A non-distributable OCI layer in gzip. */
    public static final String OCI_NONDISTRIBUTABLE_LAYER_GZIP =
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

    /** A non-distributable OCI layer in Zstandard. */
    public static final String OCI_NONDISTRIBUTABLE_LAYER_ZSTD =
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";

    /** A Docker layer: a plain tar archive; written by few programs. */
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

    /** A Docker layer in gzip, the usual form. */
    public static final String DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /** A Docker layer in Zstandard; written by few programs. */
    public static final String DOCKER_LAYER_ZSTD = "application/vnd.docker.image.rootfs.diff.tar.zstd";

    /** A non-distributable Docker layer: a plain tar archive. */
    public static final String DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /** A non-distributable Docker layer in gzip. */
    public static final String DOCKER_FOREIGN_LAYER_GZIP = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /** A non-distributable Docker layer in Zstandard. */
    public static final String DOCKER_FOREIGN_LAYER_ZSTD = "application/vnd.docker.image.rootfs.foreign.diff.tar.zstd";

    private static final List<String> READABLE_MANIFESTS = List.of(
            OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_SCHEMA1_SIGNED, DOCKER_SCHEMA1);

    private static final int MAX_NAME = 127;

    private MediaType() {}

    /**
     * {@return the types of manifests and indexes that {@link Manifest#parse} reads, in the order to ask registries for
     * them}
     */
    public static List<String> readableManifests() {
        return READABLE_MANIFESTS;
    }

    /** {@return whether {@code mediaType} is that of an image configuration} */
    public static boolean isImageConfig(String mediaType) {
        return mediaType.equals(OCI_CONFIG) || mediaType.equals(DOCKER_CONFIG);
    }

    /** {@return the media type of a Content-Type header, in lower case, without parameters} */
    public static String ofContentType(String header) {
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** {@return whether {@code mediaType} is that of an {@link ImageManifest}} */
    public static boolean isManifest(String mediaType) {
        return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    /** {@return whether {@code mediaType} is that of an {@link ImageIndex}} */
    public static boolean isIndex(String mediaType) {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_MANIFEST_LIST);
    }

    /** {@return whether {@code mediaType} is that of a {@link Schema1Manifest}} */
    public static boolean isSchema1(String mediaType) {
        return mediaType.equals(DOCKER_SCHEMA1) || mediaType.equals(DOCKER_SCHEMA1_SIGNED);
    }

    /**
     * {@return whether layers of {@code mediaType} should not be pushed, and may come from elsewhere}
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers">OCI
     *     image-spec v1.1.1, Non-Distributable Layers</a>
     */
    public static boolean isNondistributable(String mediaType) {
        return mediaType.startsWith(OCI_NONDISTRIBUTABLE_LAYER) || mediaType.startsWith(DOCKER_FOREIGN_LAYER);
    }

    /**
     * {@return whether {@code text} is accepted as the type of a layer: printable ASCII without blanks, no longer than
     * a media type}
     *
     * <p>The specification requires a media type, but also that layers of unknown types are kept and copied: cosign 1
     * gives an SBOM the type {@code spdx+json}.
     */
    static boolean isLayerType(String text) {
        boolean valid = !text.isEmpty() && text.length() <= 2 * MAX_NAME + 1;
        for (int i = 0; valid && i < text.length(); i++) {
            valid = text.charAt(i) > ' ' && text.charAt(i) < 0x7f;
        }
        return valid;
    }

    /** {@return whether {@code text} is a media type of RFC 6838, section 4.2, without parameters} */
    public static boolean isValid(String text) {
        int slash = text.indexOf('/');
        return isName(text, 0, slash) && isName(text, slash + 1, text.length());
    }

    private static boolean isName(String text, int start, int end) {
        if (end <= start || end - start > MAX_NAME || !isLetterOrDigit(text.charAt(start))) {
            return false;
        }
        for (int i = start + 1; i < end; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && "!#$&^_.+-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
