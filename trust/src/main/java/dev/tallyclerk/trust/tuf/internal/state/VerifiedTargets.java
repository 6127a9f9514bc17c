package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A verified targets file, which can be checked against the keys of further delegators.
 *
 * <p>Immutable, except that it caches which delegators' keys have signed it.
 */
public final class VerifiedTargets {
    private final MetadataRole role;
    private final Targets content;
    private final DelegationTable delegations;
    private final SignedMessage message;
    private final byte[] file;
    /** Few files have more delegators at a time, and an unchanged file outlives many versions of each. */
    private static final int MAX_SIGNED_FOR = 8;

    private final Set<Signers> signedFor = ConcurrentHashMap.newKeySet();

    /** Copies the file, as {@link VerifiedFile} does. */
    VerifiedTargets(MetadataRole role, byte[] file, Targets content, SignedMessage message, Signers signers) {
        this.role = role;
        this.content = content;
        this.delegations = DelegationTable.of(content.delegations(), role);
        this.message = message;
        this.file = file.clone();
        this.signedFor.add(signers);
    }

    public MetadataRole role() {
        return role;
    }

    public Targets content() {
        return content;
    }

    /** {@return the length of the file in bytes} */
    int length() {
        return file.length;
    }

    public DelegationTable delegations() {
        return delegations;
    }

    /** {@return whether it was read from these bytes} */
    boolean isOf(byte[] other) {
        return Arrays.equals(file, other);
    }

    /** Refuses the file if a delegator's keys have not signed it. */
    void requireSignedFor(Signers signers, SignatureEngine engine) throws TufException {
        if (!signedFor.contains(signers)) {
            signers.requireThreshold(role, role.steps().threshold(), message, engine);
            if (signedFor.size() >= MAX_SIGNED_FOR) {
                signedFor.clear();
            }
            signedFor.add(signers);
        }
    }
}
