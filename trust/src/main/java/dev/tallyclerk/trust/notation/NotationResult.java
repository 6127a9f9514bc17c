package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Whether an image has a signature that the policy demands. Immutable. */
public sealed interface NotationResult {
    /** {@return the result of the function for this kind of result} */
    <R> R fold(
            Function<? super Verified, ? extends R> verified,
            Function<? super Skipped, ? extends R> skipped,
            Function<? super Refused, ? extends R> refused);

    /** {@return the signatures that do not count, and why} */
    List<RefusedEvidence> refusedSignatures();

    /**
     * A signature verified.
     *
     * @param statement who signed what, and what was not checked
     * @param refusedSignatures those that were tried before it
     */
    record Verified(VerifiedStatement statement, List<RefusedEvidence> refusedSignatures) implements NotationResult {
        /** Keeps a copy of the list. */
        public Verified {
            Objects.requireNonNull(statement, "statement");
            refusedSignatures = List.copyOf(refusedSignatures);
        }

        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Skipped, ? extends R> skipped,
                Function<? super Refused, ? extends R> refused) {
            return verified.apply(this);
        }
    }

    /**
     * The policy says that nothing is verified. This is no evidence.
     *
     * @param policyStatement the name of the statement that says so
     */
    record Skipped(String policyStatement) implements NotationResult {
        /** Requires the name. */
        public Skipped {
            Objects.requireNonNull(policyStatement, "policyStatement");
        }

        @Override
        public List<RefusedEvidence> refusedSignatures() {
            return List.of();
        }

        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Skipped, ? extends R> skipped,
                Function<? super Refused, ? extends R> refused) {
            return skipped.apply(this);
        }
    }

    /**
     * No signature verified.
     *
     * @param reason why: that of the first signature, if there is one
     * @param message the details, for people
     * @param refusedSignatures all that were tried
     */
    record Refused(EvidenceException.Reason reason, String message, List<RefusedEvidence> refusedSignatures)
            implements NotationResult {
        /** Keeps a copy of the list. */
        public Refused {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
            refusedSignatures = List.copyOf(refusedSignatures);
        }

        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Skipped, ? extends R> skipped,
                Function<? super Refused, ? extends R> refused) {
            return refused.apply(this);
        }
    }
}
