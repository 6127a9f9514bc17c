/**
 * The Update Framework (TUF 1.0.34): a client that finds out which files a repository's signers vouch for now.
 *
 * <p>{@link dev.tallyclerk.trust.tuf.TufClient} runs the client workflow of section 5: it fetches metadata through a
 * {@link dev.tallyclerk.trust.fetch.MetadataFetcher}, verifies it, and keeps it in a
 * {@link dev.tallyclerk.trust.store.MetadataStore}. The results are {@link dev.tallyclerk.trust.tuf.FreshMetadata} and
 * {@link dev.tallyclerk.trust.tuf.StaleMetadata}: they look up targets, fetch the delegated roles that a search needs,
 * and download target files. {@link dev.tallyclerk.trust.tuf.MappedRepositories} makes several repositories agree, as a
 * {@link dev.tallyclerk.trust.tuf.RepositoryMap} says (TAP 4).
 *
 * <p>{@link dev.tallyclerk.trust.tuf.TrustedMetadata} is the verification alone: an immutable value without I/O and
 * without a clock, in which every step returns the next state or throws a
 * {@link dev.tallyclerk.trust.tuf.metadata.TufException}. {@link dev.tallyclerk.trust.tuf.UnverifiedMetadata} reads any
 * metadata file without verifying it. What the documents say is in {@link dev.tallyclerk.trust.tuf.metadata}.
 *
 * <h2>Recovery</h2>
 *
 * <p>A refresh stores each file as soon as it is verified, and never before. A refresh that fails or is killed at any
 * step therefore leaves a store from which the next run works. Every run verifies all stored files again, starting from
 * the trusted root. The table says what a run does with what it finds. Every refresh also asks for the next root.
 *
 * <table>
 * <caption>What the next run does with what it finds in the store</caption>
 * <thead>
 * <tr>
 * <th scope="col">In the store</th>
 * <th scope="col">Offline</th>
 * <th scope="col">A refresh fetches</th>
 * <th scope="col">The listener is told</th>
 * <th scope="col">Why</th>
 * </tr>
 * </thead>
 * <tbody>
 * <tr>
 * <th scope="row">nothing</th>
 * <td>{@code NOT_AVAILABLE}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>The first refresh of a client that is shipped with a root.</td>
 * </tr>
 * <tr>
 * <th scope="row">nothing, although the root should be there</th>
 * <td>{@code NO_TRUSTED_ROOT}</td>
 * <td>refused: {@code NO_TRUSTED_ROOT}</td>
 * <td>nothing</td>
 * <td>Without a root there is nothing to start from, and no request is made.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new timestamp, the old snapshot and targets</th>
 * <td>{@code WRONG_VERSION}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>Killed after storing the timestamp. The old snapshot still guards against a rollback.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new timestamp and snapshot, the old targets</th>
 * <td>{@code WRONG_VERSION}</td>
 * <td>timestamp, targets</td>
 * <td>nothing</td>
 * <td>Killed after storing the snapshot.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new {@code root.N}, all other files old</th>
 * <td>{@code THRESHOLD_NOT_MET}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>Killed after storing a root that replaces the keys of timestamp and snapshot. The next refresh deletes the files
 * that only the old keys have signed (TUF 5.3.11), and only then stores {@code root.json}.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new {@code root.N}, the old snapshot, no timestamp</th>
 * <td>{@code NOT_AVAILABLE}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>Killed between the two deletions. The snapshot is deleted too.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new {@code root.N}, neither timestamp nor snapshot</th>
 * <td>{@code NOT_AVAILABLE}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>Killed before storing {@code root.json}.</td>
 * </tr>
 * <tr>
 * <th scope="row">the new {@code root.N} and {@code root.json}, neither timestamp nor snapshot</th>
 * <td>{@code NOT_AVAILABLE}</td>
 * <td>timestamp, snapshot, targets</td>
 * <td>nothing</td>
 * <td>Killed before storing the timestamp.</td>
 * </tr>
 * <tr>
 * <th scope="row">all new files, but the old {@code root.copy}</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>nothing</td>
 * <td>Killed before the last step of a client that trusts the root in its store. The copy is replaced.</td>
 * </tr>
 * <tr>
 * <th scope="row">all new files, but no new confirmation</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>nothing</td>
 * <td>Killed before the last step of a client with a freshness window, which has to ask again.</td>
 * </tr>
 * <tr>
 * <th scope="row">an expired timestamp</th>
 * <td>{@code EXPIRED}</td>
 * <td>timestamp</td>
 * <td>nothing</td>
 * <td>An expired file still guards against a rollback.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged {@code root.json}</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>root {@code MALFORMED}</td>
 * <td>The shipped root and the numbered copies lead to the same root. {@code root.json} is replaced.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged {@code root.N} before the last one</th>
 * <td>works</td>
 * <td>root, timestamp</td>
 * <td>root {@code MALFORMED}</td>
 * <td>The root is fetched again. Offline, the chain ends before it, which is refused with {@code NOT_AVAILABLE} as soon
 * as a later root has replaced a key that is needed.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged {@code root.json}, a whole {@code root.copy}</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>root {@code MALFORMED}</td>
 * <td>A client that trusts the root in its store starts from the copy. {@code root.json} is replaced.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged {@code root.json} and a damaged {@code root.copy}</th>
 * <td>{@code NO_TRUSTED_ROOT}</td>
 * <td>refused: {@code NO_TRUSTED_ROOT}</td>
 * <td>root {@code MALFORMED}, root {@code MALFORMED}</td>
 * <td>Nothing else proves a root that is trusted for being in the store. Put it there again.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged timestamp</th>
 * <td>{@code MALFORMED}</td>
 * <td>timestamp</td>
 * <td>timestamp {@code MALFORMED}</td>
 * <td>The stored snapshot still guards against a rollback.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged snapshot</th>
 * <td>{@code MALFORMED}</td>
 * <td>timestamp, snapshot</td>
 * <td>snapshot {@code MALFORMED}</td>
 * <td>The stored timestamp still guards against a rollback.</td>
 * </tr>
 * <tr>
 * <th scope="row">damaged targets</th>
 * <td>{@code MALFORMED}</td>
 * <td>timestamp, targets</td>
 * <td>targets {@code MALFORMED}</td>
 * <td>The snapshot says which version has to be fetched.</td>
 * </tr>
 * <tr>
 * <th scope="row">a damaged file of a delegated role</th>
 * <td>{@code FETCH_FAILED}</td>
 * <td>timestamp, team</td>
 * <td>team {@code MALFORMED}</td>
 * <td>It is fetched by the search that needs it, here of the role {@code team}.</td>
 * </tr>
 * <tr>
 * <th scope="row">a {@code root.json} that is the next root</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>nothing</td>
 * <td>A program that is shipped with that root uses the store too. The root is followed without fetching it.</td>
 * </tr>
 * <tr>
 * <th scope="row">a {@code root.json} of another repository, one version later</th>
 * <td>works</td>
 * <td>timestamp</td>
 * <td>nothing</td>
 * <td>The trusted keys have not signed it. It is replaced, and what only its keys have signed is deleted.</td>
 * </tr>
 * <tr>
 * <th scope="row">a {@code root.json} two versions later, which the repository does not show</th>
 * <td>works</td>
 * <td>refused: {@code ROLLBACK}</td>
 * <td>nothing</td>
 * <td>Whether it belongs to the repository is not known. The store is left as it is.</td>
 * </tr>
 * </tbody>
 * </table>
 *
 * <p>Two more things are not in the table. A process that is killed while it writes a file leaves a temporary file,
 * which the next claim of the store deletes. A refresh that finds that another process has replaced a file in a shared
 * store starts again, up to {@link dev.tallyclerk.trust.tuf.metadata.TufLimits#storeAttempts} times.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/">The Update Framework Specification
 *     1.0.34</a>
 */
// RecoveryTableTest reads the table and does what each row says.
@NullMarked
package dev.tallyclerk.trust.tuf;

import org.jspecify.annotations.NullMarked;
