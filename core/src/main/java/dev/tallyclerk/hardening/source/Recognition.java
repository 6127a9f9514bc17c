package dev.tallyclerk.hardening.source;

/** How well a document fits a {@link SubjectKind}. */
public enum Recognition {
    /** The document is of another kind. */
    NONE,
    /** The document may be of this kind, unless another kind is certain. */
    POSSIBLE,
    /** The document has what only this kind has, even if it should turn out to be malformed. */
    CERTAIN
}
