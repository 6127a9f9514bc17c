/**
 * Writing TUF repositories: changes, the signing of them with offline keys, and publishing.
 *
 * <p>Start at {@link dev.tallyclerk.trust.publish.TufRepository}. A
 * {@link dev.tallyclerk.trust.publish.RepositoryChange} collects edits;
 * {@link dev.tallyclerk.trust.publish.PendingMetadata} is what they make of the published metadata, and travels between
 * the holders of keys as a file. Snapshot and timestamp list versions and neither lengths nor hashes: thresholds of
 * signatures protect the content, and the versions which files belong together.
 */
@NullMarked
package dev.tallyclerk.trust.publish;

import org.jspecify.annotations.NullMarked;
