package dev.tallyclerk.version;

/** What one order compares of a version. Comparing with a key of another order throws a ClassCastException. */
interface VersionKey extends Comparable<VersionKey> {}
