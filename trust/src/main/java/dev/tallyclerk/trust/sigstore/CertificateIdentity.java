package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.sigstore.internal.BoundedPattern;
import dev.tallyclerk.trust.sigstore.internal.LeafCertificate;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The person or workflow that a caller trusts: an identity, the provider that knows it, and what the certificate must
 * say of the build (client 4.3). Immutable.
 *
 * <p>A reusable workflow is the identity of all who call it. To trust one caller only, demand
 * {@code sourceRepositoryURI} or {@code sourceRepositoryOwnerURI} too.
 */
public final class CertificateIdentity {
    private final BoundedPattern identity;
    private final BoundedPattern issuer;
    private final Map<String, String> extensions;

    private CertificateIdentity(BoundedPattern identity, BoundedPattern issuer, Map<String, String> extensions) {
        this.identity = identity;
        this.issuer = issuer;
        this.extensions = Collections.unmodifiableMap(new TreeMap<>(extensions));
    }

    /**
     * {@return an identity}
     *
     * @param identity the subject alternative name of the certificate, such as
     *     {@code https://github.com/ORG/REPO/.github/workflows/FILE@refs/tags/TAG} or an e-mail address; compared
     *     exactly
     * @param issuer the identity provider, such as {@code https://token.actions.githubusercontent.com}; compared
     *     exactly
     * @throws IllegalArgumentException if one is empty
     */
    public static CertificateIdentity of(String identity, String issuer) {
        return new CertificateIdentity(BoundedPattern.exact(identity), BoundedPattern.exact(issuer), Map.of());
    }

    /**
     * {@return identities that a pattern describes}
     *
     * @param identityPattern a regular expression of Java that the whole identity must match; unlike in cosign, a part
     *     is not enough
     * @param issuer the identity provider; compared exactly
     * @throws IllegalArgumentException if one is empty, or the pattern is malformed
     */
    public static CertificateIdentity matching(String identityPattern, String issuer) {
        return new CertificateIdentity(
                BoundedPattern.matching(identityPattern), BoundedPattern.exact(issuer), Map.of());
    }

    /**
     * {@return this, of any provider that a pattern describes}
     *
     * @param issuerPattern a regular expression of Java that the whole name of the provider must match
     * @throws IllegalArgumentException if it is empty or malformed
     */
    public CertificateIdentity withIssuerMatching(String issuerPattern) {
        return new CertificateIdentity(identity, BoundedPattern.matching(issuerPattern), extensions);
    }

    /**
     * {@return this with one more thing that the certificate must say}
     *
     * @param name the name of a Fulcio extension, such as {@code sourceRepositoryURI} or {@code runnerEnvironment}
     * @param value the value; compared exactly
     * @throws IllegalArgumentException if Fulcio has no such extension
     */
    public CertificateIdentity withExtension(String name, String value) {
        Objects.requireNonNull(value, "value");
        if (!LeafCertificate.isExtension(name)) {
            throw new IllegalArgumentException("no extension of Fulcio: " + Quoted.quote(name) + "; known are "
                    + String.join(", ", LeafCertificate.extensionNames()));
        }
        Map<String, String> more = new TreeMap<>(extensions);
        more.put(name, value);
        return new CertificateIdentity(identity, issuer, more);
    }

    /**
     * Checks that this is who signed a bundle.
     *
     * @throws EvidenceException if a key signed, or somebody else ({@link Reason#IDENTITY_MISMATCH})
     */
    public void check(VerifiedBundle bundle) throws EvidenceException {
        if (!(bundle.signer() instanceof Signer.Identity found)) {
            throw mismatch("an identity is demanded, the bundle is signed by a key: " + bundle.signer());
        }
        if (!issuer.accepts(found.issuer())) {
            throw mismatch("the issuer is " + Quoted.quote(found.issuer()) + ", demanded is " + issuer);
        }
        if (!identity.accepts(found.identity())) {
            throw mismatch("the identity is " + Quoted.quote(found.identity()) + ", demanded is " + identity);
        }
        for (Map.Entry<String, String> demanded : extensions.entrySet()) {
            String value = found.extensions().get(demanded.getKey());
            if (!demanded.getValue().equals(value)) {
                throw mismatch(demanded.getKey() + " is " + (value == null ? "missing" : Quoted.quote(value))
                        + ", demanded is " + Quoted.quote(demanded.getValue()));
            }
        }
    }

    private static EvidenceException mismatch(String message) {
        return new EvidenceException(Reason.IDENTITY_MISMATCH, message);
    }

    /** {@return what is demanded, for people} */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder()
                .append("identity ")
                .append(identity)
                .append(" of issuer ")
                .append(issuer);
        extensions.forEach(
                (name, value) -> out.append(", ").append(name).append(' ').append(Quoted.quote(value)));
        return out.toString();
    }
}
