package dev.tallyclerk.registry.model;

/** How a layer's bytes are to be read, which its media type decides, or for some types the bytes themselves. */
public enum LayerFormat {
    /** A plain tar archive. */
    TAR,
    /** A tar archive in gzip. */
    TAR_GZIP,
    /** A tar archive in Zstandard. */
    TAR_ZSTD,
    /** Not a file system layer: kept and verified as bytes, never parsed. */
    OPAQUE;

    /**
     * {@return the format that a layer of that media type has, or, where it {@linkplain #isDetected is detected},
     * should have}
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
     * {@return whether a layer of that media type is gzip, Zstandard or plain by its first bytes, whatever the type
     * says of that}
     *
     * <p>So it is with Docker's types: clients have sent layers under the wrong one, and all engines load them.
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
