package dev.tallyclerk.trust.tuf.metadata;

import java.time.Instant;

/** The signed part of a metadata file: what a role says (TUF 1.0.34, 4.2). Immutable. */
public sealed interface SignedPart permits Root, Timestamp, Snapshot, Targets {
    /** {@return the version, at least 1} */
    long version();

    /** {@return when the file expires} */
    Instant expires();

    /** {@return the version of the specification it was written for; the major version is 1} */
    String specVersion();
}
