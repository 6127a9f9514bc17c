package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of verifying attached artifacts: what holds, and what does not. Both lists are in the order of the
 * artifacts. Immutable.
 *
 * @param verified the statements that hold
 * @param refused what does not count, and why
 */
public record AttachmentFindings(List<VerifiedStatement> verified, List<RefusedEvidence> refused) {
    /** The findings where nothing is attached. */
    public static final AttachmentFindings NONE = new AttachmentFindings(List.of(), List.of());

    /** Keeps copies of the lists. */
    public AttachmentFindings {
        verified = List.copyOf(verified);
        refused = List.copyOf(refused);
    }

    /** {@return these findings and those of further artifacts} */
    public AttachmentFindings and(AttachmentFindings further) {
        List<VerifiedStatement> allVerified = new ArrayList<>(verified);
        allVerified.addAll(further.verified);
        List<RefusedEvidence> allRefused = new ArrayList<>(refused);
        allRefused.addAll(further.refused);
        return new AttachmentFindings(allVerified, allRefused);
    }

    /**
     * {@return these findings, where statements that fail the conditions are refused}
     *
     * @param conditions the conditions on each statement; a signature without an in-toto statement fails them
     * @param requirement the requirement of the policy that the conditions are part of, for people
     */
    public AttachmentFindings where(PredicateConditions conditions, String requirement) {
        List<VerifiedStatement> holding = new ArrayList<>();
        List<RefusedEvidence> failing = new ArrayList<>(refused);
        for (VerifiedStatement statement : verified) {
            try {
                conditions.check(statement);
                holding.add(statement);
            } catch (EvidenceException e) {
                failing.add(new RefusedEvidence(
                        statement.evidence().origin(), requirement, e.reason(), String.valueOf(e.getMessage())));
            }
        }
        return new AttachmentFindings(holding, failing);
    }

    /** {@return these findings without verified statements of other kinds} */
    public AttachmentFindings ofKind(Evidence.Kind... kinds) {
        List<Evidence.Kind> wanted = List.of(kinds);
        return new AttachmentFindings(
                verified.stream()
                        .filter(statement ->
                                wanted.contains(statement.evidence().kind()))
                        .toList(),
                refused);
    }
}
