/**
 * A client for collections of Notary v1, the metadata of Docker Content Trust.
 *
 * <p>Start at {@link dev.tallyclerk.trust.notary.NotaryClient}. {@link dev.tallyclerk.trust.notary.NotaryFiles} says
 * where the files come from, {@link dev.tallyclerk.trust.notary.NotaryRootTrust} which roots are trusted.
 * {@link dev.tallyclerk.trust.notary.SavedCollection} keeps a copy. {@link dev.tallyclerk.trust.notary.ContentTrust}
 * reads Docker's environment variables. For images, {@link dev.tallyclerk.trust.image.NotaryDigestResolver} returns the
 * digest of a tag.
 *
 * <p>Reads what notary 0.1 to 0.7 write. The original is notary 0.7.0 of Debian 13. Tests compare the verdicts with
 * those of the original on the states that its server made, and on hostile ones. They are the same, except:
 *
 * <table>
 * <caption>Where this client is stricter than the original</caption>
 * <tr><th>Case</th><th>Original</th><th>This client</th></tr>
 * <tr><td>The store has a root that the pins do not match (scenario {@code pin-cert-rotated})</td>
 *     <td>looks at pins on first contact only</td><td>{@code PIN_MISMATCH} at every update</td></tr>
 * <tr><td>An older snapshot, {@code targets} or delegated role that is shorter than the stored one (vectors
 *     {@code snapshot-rollback-shorter}, {@code targets-rollback-shorter})</td>
 *     <td>accepts it, because it reads the stored file up to the new length only</td><td>{@code ROLLBACK}</td></tr>
 * <tr><td>Other content under the version that is stored (vector {@code root-same-version})</td>
 *     <td>accepts it</td><td>{@code SAME_VERSION_CHANGED}</td></tr>
 * <tr><td>A threshold of two, met by two certificates of one key pair (vector
 *     {@code threshold-2-one-key-two-certs})</td>
 *     <td>counts two</td><td>{@code THRESHOLD_NOT_MET}</td></tr>
 * <tr><td>A file {@code N.root.json} between the trusted root and a new one that both it and the trusted root sign</td>
 *     <td>does not look</td><td>has to be right, if it is there</td></tr>
 * <tr><td>A role that the stored metadata delegates to, and the new does not</td>
 *     <td>says nothing</td><td>a notice {@code ROLE_VANISHED}</td></tr>
 * <tr><td>Many or deep delegations, long files, many signatures or keys</td>
 *     <td>100 MiB for each file</td><td>{@code LIMIT_EXCEEDED}</td></tr>
 * <tr><td>A member whose name differs in case only from a known one</td>
 *     <td>reads it as that one</td><td>{@code MALFORMED}</td></tr>
 * <tr><td>Certificates of authorities that are weak or signed with SHA-1, on the path to a pinned one</td>
 *     <td>some are accepted</td><td>{@code PIN_MISMATCH}</td></tr>
 * </table>
 *
 * <p>Three things are as with the original. A snapshot or a targets role may count anew after its keys were replaced,
 * but the timestamp may not. Of members with the same name the last one counts, which is the one that is signed. The
 * holder of the timestamp key can withhold a new root until the timestamp expires.
 */
@NullMarked
package dev.tallyclerk.trust.notary;

import org.jspecify.annotations.NullMarked;
