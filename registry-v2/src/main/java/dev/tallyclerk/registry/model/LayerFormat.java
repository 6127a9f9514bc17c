package dev.tallyclerk.registry.model;

/** The format of a layer, given by its media type or, for some types, by its first bytes. */
public enum LayerFormat {
    /** An uncompressed tar archive. */
    TAR,
    /** A tar archive in gzip. */
    TAR_GZIP,
    /** A tar archive in Zstandard. */
    TAR_ZSTD,
    /** No file system layer: verified as bytes, never parsed. */
    OPAQUE;

    /**
     * {@return the format of layers of a media type}
     *
     * <p>Only the intended one if the format {@linkplain #isDetected is detected}.
     *
     * @param mediaType for example {@link MediaType#OCI_LAYER_GZIP}
     */
    public static LayerFormat of(String mediaType) {
        return switch (mediaType) {
            case MediaType.OCI_LAYER,
                    MediaType.OCI_NONDISTRIBUTABLE_LAYER,
                    MediaType.DOCKER_LAYER,
                    MediaType.DOCKER_FOREIGN_LAYER -> TAR;
            case MediaType.OCI_LAYER_GZIP,
                    MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP,
                    MediaType.DOCKER_LAYER_GZIP,
                    MediaType.DOCKER_FOREIGN_LAYER_GZIP -> TAR_GZIP;
            case MediaType.OCI_LAYER_ZSTD,
                    MediaType.OCI_NONDISTRIBUTABLE_LAYER_ZSTD,
                    MediaType.DOCKER_LAYER_ZSTD,
                    MediaType.DOCKER_FOREIGN_LAYER_ZSTD -> TAR_ZSTD;
            default -> OPAQUE;
        };
    }

    /**
     * {@return whether the first bytes of a layer of that media type decide between gzip, Zstandard and plain}
     *
     * <p>True for Docker's types: clients have pushed layers with the wrong type, and all engines load them.
     *
     * @param mediaType for example {@link MediaType#DOCKER_LAYER_GZIP}
     */
    public static boolean isDetected(String mediaType) {
        return switch (mediaType) {
            case MediaType.DOCKER_LAYER,
                    MediaType.DOCKER_LAYER_GZIP,
                    MediaType.DOCKER_LAYER_ZSTD,
                    MediaType.DOCKER_FOREIGN_LAYER,
                    MediaType.DOCKER_FOREIGN_LAYER_GZIP,
                    MediaType.DOCKER_FOREIGN_LAYER_ZSTD -> true;
            default -> false;
        };
    }
}
