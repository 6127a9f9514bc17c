package dev.tallyclerk.registry.model;

/** How a layer's bytes are to be read, which its media type alone decides. */
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
     * {@return the format of a layer of that media type}
     *
     * @param mediaType for example {@code application/vnd.oci.image.layer.v1.tar+gzip}
     */
    public static LayerFormat of(String mediaType) {
        return switch (mediaType) {
            case "application/vnd.oci.image.layer.v1.tar",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    "application/vnd.docker.image.rootfs.diff.tar",
                    "application/vnd.docker.image.rootfs.foreign.diff.tar" -> TAR;
            case "application/vnd.oci.image.layer.v1.tar+gzip",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                    "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" -> TAR_GZIP;
            case "application/vnd.oci.image.layer.v1.tar+zstd",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
                    "application/vnd.docker.image.rootfs.diff.tar.zstd",
                    "application/vnd.docker.image.rootfs.foreign.diff.tar.zstd" -> TAR_ZSTD;
            default -> OPAQUE;
        };
    }
}
