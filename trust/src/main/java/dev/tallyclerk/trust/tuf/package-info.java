/**
 * The Update Framework, version 1.0.34: which files a repository's signers vouch for now.
 *
 * <p>{@link dev.tallyclerk.trust.tuf.TufClient} runs the client workflow of section 5: it fetches through a
 * {@link dev.tallyclerk.trust.fetch.MetadataFetcher}, verifies, and keeps what holds in a
 * {@link dev.tallyclerk.trust.store.MetadataStore}. {@link dev.tallyclerk.trust.tuf.TrustedMetadata} is the
 * verification alone: an immutable value without I/O and without a clock, whose every step gives the next state or
 * throws a {@link dev.tallyclerk.trust.tuf.metadata.TufException} with a reason.
 * {@link dev.tallyclerk.trust.tuf.metadata.Root}, {@link dev.tallyclerk.trust.tuf.metadata.Timestamp},
 * {@link dev.tallyclerk.trust.tuf.metadata.Snapshot} and {@link dev.tallyclerk.trust.tuf.metadata.Targets} are what the
 * four top-level files say, and {@link dev.tallyclerk.trust.tuf.UnverifiedMetadata} shows what any file says. Its
 * results, {@link dev.tallyclerk.trust.tuf.FreshMetadata} and {@link dev.tallyclerk.trust.tuf.StaleMetadata}, answer
 * for targets, fetch the delegated roles that a search comes to, and download target files.
 *
 * <p>{@link dev.tallyclerk.trust.tuf.MappedRepositories} wants several repositories to agree, as a
 * {@link dev.tallyclerk.trust.tuf.RepositoryMap} says (TAP 4).
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/">The Update Framework Specification
 *     1.0.34</a>
 */
@NullMarked
package dev.tallyclerk.trust.tuf;

import org.jspecify.annotations.NullMarked;
