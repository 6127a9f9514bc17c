/**
 * Sigstore bundles, verified offline.
 *
 * <p>{@link dev.tallyclerk.trust.sigstore.SigstoreBundle} is a signature with its evidence,
 * {@link dev.tallyclerk.trust.sigstore.TrustedRoot} names the authorities and logs that are trusted,
 * {@link dev.tallyclerk.trust.sigstore.SigstoreVerifier} verifies the one by the other, and
 * {@link dev.tallyclerk.trust.sigstore.CertificateIdentity} judges who signed.
 * {@link dev.tallyclerk.trust.sigstore.SigstoreTuf} takes a trusted root from Sigstore's TUF repository.
 *
 * <p>Evidence by a trusted party that is wrong is an error. Log entries and certificate proofs by unknown parties do
 * not count, and are reported as not checked; a timestamp by an unknown authority is an error.
 *
 * <table>
 * <caption>Steps of the client specification</caption>
 * <thead>
 * <tr>
 * <th scope="col">Step</th>
 * <th scope="col">What is verified</th>
 * <th scope="col">Reasons</th>
 * </tr>
 * </thead>
 * <tbody>
 * <tr>
 * <th scope="row">5</th>
 * <td>The version is known, each choice is made once, no member is unknown or twice, base64 has its standard form; at
 * most 32 log entries, 32 timestamps and 16 certificates.</td>
 * <td>{@code MALFORMED}, {@code UNSUPPORTED}, {@code LIMIT_EXCEEDED}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.2.1</th>
 * <td>Each timestamp is over the signature, by a certificate for timestamping of a trusted authority, within the validity
 * of the authority and of its certificates.</td>
 * <td>{@code TIMESTAMP_INVALID}, {@code CERTIFICATE_…}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.2.2</th>
 * <td>The time of a log counts if a promise of a trusted log signs it; entries of Rekor 2 have none. No time is of the
 * future, if there is a clock. A certificate needs a time.</td>
 * <td>{@code LOG_ENTRY_INVALID}, {@code LOG_UNTRUSTED}, {@code TIMESTAMP_INVALID}, {@code TIME_MISSING}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.3, path</th>
 * <td>At each time the path through the trusted root to its end is valid, roots included, the authority is trusted, and
 * issuers may issue for code signing.</td>
 * <td>{@code CERTIFICATE_UNTRUSTED}, {@code CERTIFICATE_EXPIRED}, {@code CERTIFICATE_INVALID}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.3, form</th>
 * <td>The certificate is for code signing and no authority's, has exactly one subject alternative name, and one issuer of
 * the identity.</td>
 * <td>{@code CERTIFICATE_INVALID}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.3, certificate logs</th>
 * <td>Trusted logs signed that they take the certificate, while they were trusted (RFC 6962, 3.2).</td>
 * <td>{@code SCT_INVALID}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.3, policy</th>
 * <td>Identity, issuer and extensions, by {@link dev.tallyclerk.trust.sigstore.CertificateIdentity}. A key was valid at
 * each time.</td>
 * <td>{@code IDENTITY_MISMATCH}, {@code KEY_UNTRUSTED}, {@code KEY_NOT_VALID}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.4, inclusion</th>
 * <td>The log was trusted at the time; the inclusion proof leads from the entry to the root; the log signed a checkpoint
 * of that root and size, under its own name.</td>
 * <td>{@code LOG_ENTRY_INVALID}, {@code LOG_UNTRUSTED}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.4, body</th>
 * <td>Kind, signature, certificate or key, and digest are those of the bundle: {@code hashedrekord} 0.0.1 and 0.0.2,
 * {@code dsse} 0.0.1 and 0.0.2, {@code intoto} 0.0.2, and for classic attestations of cosign {@code intoto} 0.0.1.</td>
 * <td>{@code LOG_ENTRY_MISMATCH}, {@code UNSUPPORTED}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.5</th>
 * <td>The signature is over the artifact, or over the envelope, which has exactly one signature and a statement about the
 * artifact.</td>
 * <td>{@code SIGNATURE_INVALID}, {@code SUBJECT_MISMATCH}</td>
 * </tr>
 * <tr>
 * <th scope="row">4.6</th>
 * <td>Thresholds of {@link dev.tallyclerk.trust.sigstore.SigstoreThresholds}, in which logs and authorities of one
 * operator count once.</td>
 * <td>{@code THRESHOLD_NOT_MET}</td>
 * </tr>
 * </tbody>
 * </table>
 *
 * @see <a href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md">Sigstore client
 *     specification</a>
 * @see <a href="https://github.com/sigstore/architecture-docs/blob/main/rekor-v2-spec.md">Rekor v2</a>
 */
@NullMarked
package dev.tallyclerk.trust.sigstore;

import org.jspecify.annotations.NullMarked;
