package dev.tallyclerk.hardening.audit;

/**
 * A limit on the layers of images that a policy states, see {@link Policy#withLimit}.
 *
 * <p>An audit reads no layers and ignores limits. Programs that read layers apply them.
 */
public enum PolicyLimit {
    /** The largest uncompressed layer, in bytes. */
    MAX_LAYER_BYTES("maxLayerBytes", PolicyLimit.MAX_SAFE_INTEGER),
    /** The largest ratio of uncompressed to compressed size, beyond {@link #LAYER_RATIO_FREE_BYTES}. */
    MAX_LAYER_RATIO("maxLayerRatio", Integer.MAX_VALUE),
    /** The uncompressed size of a layer up to which the ratio does not matter, in bytes. */
    LAYER_RATIO_FREE_BYTES("layerRatioFreeBytes", PolicyLimit.MAX_SAFE_INTEGER),
    /** The largest window of a decompressor, in bytes. */
    MAX_LAYER_WINDOW_BYTES("maxLayerWindowBytes", Integer.MAX_VALUE),
    /** The most entries of a layer's archive. */
    MAX_LAYER_ENTRIES("maxLayerEntries", Integer.MAX_VALUE),
    /** The longest name of an entry or target of a link, in bytes. */
    MAX_LAYER_NAME_BYTES("maxLayerNameBytes", Integer.MAX_VALUE),
    /** The largest extended headers of one entry, in bytes. */
    MAX_LAYER_HEADER_BYTES("maxLayerHeaderBytes", Integer.MAX_VALUE),
    /** The most components of a path. */
    MAX_LAYER_DEPTH("maxLayerDepth", Integer.MAX_VALUE);

    /** The largest integer that every JSON reader takes exactly (RFC 7493, section 2.2). */
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private final String member;
    private final long maximum;

    PolicyLimit(String member, long maximum) {
        this.member = member;
        this.maximum = maximum;
    }

    /** {@return the name in a policy document} */
    public String member() {
        return member;
    }

    /** {@return the largest value; the smallest is 1} */
    public long maximum() {
        return maximum;
    }
}
