package dev.tallyclerk.trust.tuf.metadata;

import java.time.Instant;

/** The signed part of a metadata file: what a role says (TUF 1.0.34, 4.2). Immutable. */
public sealed interface SignedPart permits Root, Timestamp, Snapshot, Targets {
    /** {@return the version, at least 1} */
    long version();

    /** {@return when the file stops being valid} */
    Instant expires();

    /** {@return the specification version it was written for, with the major number 1} */
    String specVersion();
}
