/**
 * Stores for trusted metadata between runs.
 *
 * <p>{@link dev.tallyclerk.trust.store.MetadataStore} is the interface, with implementations in memory and on files.
 * {@link dev.tallyclerk.trust.store.VersionedStore} is the interface of a store that many processes share, for
 * {@link dev.tallyclerk.trust.store.SharedStore}. A store keeps bytes and understands none of them: they are verified
 * after each load.
 */
@NullMarked
package dev.tallyclerk.trust.store;

import org.jspecify.annotations.NullMarked;
