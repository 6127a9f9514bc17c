package dev.tallyclerk.registry.internal.zstd;

/**
 * The header of a block (RFC 8878, section 3.1.1.2).
 *
 * @param last whether it is the frame's last block
 * @param type how its content is stored
 * @param size the size of the stored bytes, or of the content of a repeated byte
 */
record BlockHeader(boolean last, Type type, int size) {
    static final int BYTES = 3;

    /** How a block's content is stored. */
    enum Type {
        RAW,
        RLE,
        COMPRESSED
    }

    private static final Type[] TYPES = Type.values();

    static BlockHeader parse(int header, int maxBlock) throws ZstdException {
        int type = header >> 1 & 0b11;
        int size = header >> 3;
        if (type == TYPES.length) {
            throw ZstdException.corrupt("block has the reserved type");
        }
        if (size > maxBlock) {
            throw ZstdException.corrupt("block has " + size + " bytes, and at most " + maxBlock + " are allowed");
        }
        return new BlockHeader((header & 1) != 0, TYPES[type], size);
    }

    /** {@return how many bytes follow the header} */
    int storedBytes() {
        return type == Type.RLE ? 1 : size;
    }
}
