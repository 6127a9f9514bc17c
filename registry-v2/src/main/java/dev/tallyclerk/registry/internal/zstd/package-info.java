/**
 * A decoder for Zstandard (RFC 8878) in Java: no native code, no reflection, no {@code Unsafe}.
 *
 * <p>{@link dev.tallyclerk.registry.internal.zstd.ZstdStream} is the entry point. It is a state machine over frames and
 * blocks. A compressed block consists of a {@link dev.tallyclerk.registry.internal.zstd.LiteralsSection} and a
 * {@link dev.tallyclerk.registry.internal.zstd.SequencesSection}, and decoded bytes are in a
 * {@link dev.tallyclerk.registry.internal.zstd.History}, which is both the window and the output. Bitstreams are read
 * eight bytes at a time, so every array here has some unused bytes at its ends.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878, Zstandard Compression and the 'application/zstd'
 *     Media Type</a>
 */
@NullMarked
package dev.tallyclerk.registry.internal.zstd;

import org.jspecify.annotations.NullMarked;
