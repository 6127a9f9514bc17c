package dev.tallyclerk.benchmarks;

/** What a hostile registry does to an image. */
enum Attack {
    /** The control: every client has to complete. */
    NONE("nothing: the right image"),
    /** One bit of the layer. */
    LAYER("one bit of the layer is flipped"),
    /** The connection ends too early. */
    CUT("the layer's body is cut"),
    /** The announced length is right for what is sent. */
    SHORT("the layer ends early, with a Content-Length that agrees"),
    /** One bit of the configuration. */
    CONFIG("one bit of the configuration is flipped"),
    /** Another document under the digest that the client asks for. */
    MANIFEST("by digest, another manifest is served"),
    /** The index is right. */
    CHILD("the index is right, its manifest is another"),
    /** Bytes behind the end. */
    LONG("the layer has bytes behind its end"),
    /** The header says one digest, the body has another. */
    CLAIMED_DIGEST("by tag, the header Docker-Content-Digest names another manifest"),
    /** The digest is right, the size is not. */
    STATED_SIZE("the manifest states another size for the layer"),
    /** The member occurs twice, and parsers differ in which one counts. */
    TWO_LISTS("the manifest has two lists of layers"),
    /** All digests are right; the configuration names another uncompressed layer. */
    DIFF_ID("the configuration names another diffID for the layer");

    private final String title;

    Attack(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /**
     * {@return whether documents and content contradict each other, so that a program that completes has chosen a
     * reading}
     */
    boolean isContradiction() {
        return compareTo(LONG) >= 0;
    }

    /** {@return whether the client is given a digest instead of a tag} */
    boolean isByDigest() {
        return this == MANIFEST;
    }
}
