/**
 * A decoder for Zstandard (RFC 8878) in Java: no native code, no reflection, no {@code Unsafe}.
 *
 * <p>{@link dev.tallyclerk.registry.internal.zstd.ZstdStream} is what other packages use. It is a state machine over
 * frames and blocks; below it, a compressed block is a {@link dev.tallyclerk.registry.internal.zstd.LiteralsSection}
 * and a {@link dev.tallyclerk.registry.internal.zstd.SequencesSection}, and what has been decoded stands in a
 * {@link dev.tallyclerk.registry.internal.zstd.History}, which is both the window and what is handed out. Bitstreams
 * are read eight bytes at a time, which is why every array here has some bytes of no meaning at its ends.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878, Zstandard Compression and the 'application/zstd'
 *     Media Type</a>
 */
@NullMarked
package dev.tallyclerk.registry.internal.zstd;

import org.jspecify.annotations.NullMarked;
