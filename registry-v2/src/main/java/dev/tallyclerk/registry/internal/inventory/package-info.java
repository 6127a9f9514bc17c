/**
 * What the readers of package databases share: findings, doubts, limits, lines, and bytes kept for random access.
 *
 * <p>The readers are in the packages below. They get the content of one file as a stream and do no other input or
 * output. {@link dev.tallyclerk.registry.inventory} decides which files they get and merges what they find.
 */
@NullMarked
package dev.tallyclerk.registry.internal.inventory;

import org.jspecify.annotations.NullMarked;
