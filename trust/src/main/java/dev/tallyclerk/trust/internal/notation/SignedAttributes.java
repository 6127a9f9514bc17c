package dev.tallyclerk.trust.internal.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The signed attributes of an envelope, whichever its format.
 *
 * @param isAuthority whether the scheme is {@code notary.x509.signingAuthority}, else it is {@code notary.x509}
 * @param time when it was signed: by the authority, or as the signer claims
 * @param expiry when the signer says that the signature ends
 */
public record SignedAttributes(boolean isAuthority, Instant time, Optional<Instant> expiry) {
    static final String SCHEME = "io.cncf.notary.signingScheme";
    static final String SIGNING_TIME = "io.cncf.notary.signingTime";
    static final String AUTHENTIC_TIME = "io.cncf.notary.authenticSigningTime";
    static final String EXPIRY = "io.cncf.notary.expiry";
    static final String TIMESTAMP = "io.cncf.notary.timestampSignature";
    static final String SIGNING_AGENT = "io.cncf.notary.signingAgent";

    private static final String X509 = "notary.x509";
    private static final String AUTHORITY = "notary.x509.signingAuthority";
    private static final String PAYLOAD_TYPE = "application/vnd.cncf.notary.payload.v1+json";
    private static final String PLUGIN = "io.cncf.notary.verificationPlugin";
    private static final String PLUGIN_VERSION = "io.cncf.notary.verificationPluginMinVersion";

    /** The attributes that this version understands. */
    private static final Set<String> UNDERSTOOD = Set.of(SCHEME, SIGNING_TIME, AUTHENTIC_TIME, EXPIRY);

    /**
     * The attributes as an envelope has them.
     *
     * @param names the names of all that are texts
     * @param critical the names that are marked critical
     */
    record Found(
            String contentType,
            Set<String> names,
            List<String> critical,
            String scheme,
            Optional<Instant> signingTime,
            Optional<Instant> authenticTime,
            Optional<Instant> expiry) {}

    /**
     * Checks attributes by the rules that both formats share.
     *
     * @throws EvidenceException if one is missing, unknown and critical, or not critical and must be
     */
    static SignedAttributes of(Found found) throws EvidenceException {
        requireUnderstood(found);
        if (!found.contentType.equals(PAYLOAD_TYPE)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "a payload of the content type " + Quoted.quote(found.contentType) + "; wanted " + PAYLOAD_TYPE);
        }
        requireCritical(found, SCHEME);
        if (found.expiry.isPresent()) {
            requireCritical(found, EXPIRY);
        }
        if (found.scheme.equals(X509)) {
            return new SignedAttributes(
                    false, theOne(found.signingTime, SIGNING_TIME, found.authenticTime, AUTHENTIC_TIME), found.expiry);
        }
        if (found.scheme.equals(AUTHORITY)) {
            requireCritical(found, AUTHENTIC_TIME);
            return new SignedAttributes(
                    true, theOne(found.authenticTime, AUTHENTIC_TIME, found.signingTime, SIGNING_TIME), found.expiry);
        }
        throw new EvidenceException(
                Reason.UNSUPPORTED,
                "the signing scheme " + Quoted.quote(found.scheme) + "; wanted " + X509 + " or " + AUTHORITY);
    }

    private static void requireUnderstood(Found found) throws EvidenceException {
        Set<String> seen = new HashSet<>();
        for (String name : found.critical) {
            if (!seen.add(name)) {
                throw malformed("names " + Quoted.quote(name) + " twice as critical");
            }
            if (!found.names.contains(name)) {
                throw malformed("names " + Quoted.quote(name) + " as critical and does not have it");
            }
            if (!UNDERSTOOD.contains(name)) {
                throw unknown(name);
            }
        }
        for (String plugin : List.of(PLUGIN, PLUGIN_VERSION)) {
            // It demands more verification even if the signer forgot to mark it.
            if (found.names.contains(plugin)) {
                throw unknown(plugin);
            }
        }
    }

    private static EvidenceException unknown(String name) {
        return new EvidenceException(
                Reason.CRITICAL_UNKNOWN,
                "the attribute " + Quoted.quote(name) + " must be understood, and is not supported");
    }

    private static void requireCritical(Found found, String name) throws EvidenceException {
        if (!found.critical.contains(name)) {
            throw malformed("does not mark " + name + " as critical");
        }
    }

    private static Instant theOne(
            Optional<Instant> wanted, String wantedName, Optional<Instant> other, String otherName)
            throws EvidenceException {
        if (other.isPresent()) {
            throw malformed("has " + otherName + ", which its signing scheme forbids");
        }
        return wanted.orElseThrow(() -> malformed("has no " + wantedName));
    }

    static EvidenceException malformed(String what) {
        return new EvidenceException(Reason.MALFORMED, "the envelope " + what);
    }

    /** {@return the name of the signing scheme} */
    public String scheme() {
        return isAuthority ? AUTHORITY : X509;
    }
}
