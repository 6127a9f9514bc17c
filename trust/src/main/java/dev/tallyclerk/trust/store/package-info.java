/**
 * Where trusted metadata is kept between runs.
 *
 * <p>{@link dev.tallyclerk.trust.store.MetadataStore} is the interface, with one implementation in memory and one on
 * files, and {@link dev.tallyclerk.trust.store.VersionedStore} what a store of many processes implements. A store keeps
 * bytes and understands none of them: whoever loads them verifies them again.
 */
@NullMarked
package dev.tallyclerk.trust.store;

import org.jspecify.annotations.NullMarked;
