import org.jspecify.annotations.NullMarked;

/**
 * Who vouches for an image: signatures and attestations of cosign, Sigstore and Notation, targets of TUF and Notary v1,
 * and policies over them.
 *
 * <p>Start at {@link dev.tallyclerk.trust.policy.TrustPolicy} and {@link dev.tallyclerk.trust.policy.TrustVerifier}.
 */
@NullMarked
module dev.tallyclerk.trust {
    requires transitive dev.tallyclerk.core;
    // Each is needed by the adapter package of its name only, so a program may leave it out. Not transitive: a program
    // that uses an adapter has to require its module too, or would not have it at run time.
    requires static com.google.crypto.tink;
    requires static java.sql;
    requires static org.bouncycastle.provider;
    requires static transitive org.jspecify;

    exports dev.tallyclerk.trust.attestation;
    exports dev.tallyclerk.trust.bouncycastle;
    exports dev.tallyclerk.trust.cosign;
    exports dev.tallyclerk.trust.fetch;
    exports dev.tallyclerk.trust.image;
    exports dev.tallyclerk.trust.jdbc;
    exports dev.tallyclerk.trust.key;
    exports dev.tallyclerk.trust.migrate;
    exports dev.tallyclerk.trust.notation;
    exports dev.tallyclerk.trust.policy;
    exports dev.tallyclerk.trust.publish;
    exports dev.tallyclerk.trust.revocation;
    exports dev.tallyclerk.trust.notary;
    exports dev.tallyclerk.trust.notary.metadata;
    exports dev.tallyclerk.trust.sign;
    exports dev.tallyclerk.trust.sigstore;
    exports dev.tallyclerk.trust.store;
    exports dev.tallyclerk.trust.timestamp;
    exports dev.tallyclerk.trust.tink;
    exports dev.tallyclerk.trust.tuf;
    exports dev.tallyclerk.trust.tuf.metadata;
}
