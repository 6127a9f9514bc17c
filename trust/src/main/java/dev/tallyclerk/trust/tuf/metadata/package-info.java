/**
 * TUF metadata documents as immutable values, the limits on them, and the exception for untrusted ones.
 *
 * <p>{@link dev.tallyclerk.trust.tuf.metadata.Root}, {@link dev.tallyclerk.trust.tuf.metadata.Timestamp},
 * {@link dev.tallyclerk.trust.tuf.metadata.Snapshot} and {@link dev.tallyclerk.trust.tuf.metadata.Targets} are the
 * contents of the four kinds of files. {@link dev.tallyclerk.trust.tuf.metadata.TufException} says why a file, or
 * anything else a client needs, is refused. {@link dev.tallyclerk.trust.tuf.metadata.TufLimits},
 * {@link dev.tallyclerk.trust.tuf.metadata.KeyIds} and {@link dev.tallyclerk.trust.tuf.metadata.TufListener} are the
 * settings of a client. Nothing here does I/O, and every type is immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#document-formats">TUF 1.0.34, 4</a>
 */
@NullMarked
package dev.tallyclerk.trust.tuf.metadata;

import org.jspecify.annotations.NullMarked;
