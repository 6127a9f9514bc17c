package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Conditions on a statement that must all hold. Immutable.
 *
 * @param conditions the conditions, in the order in which they are checked
 */
public record PredicateConditions(List<PredicateCondition> conditions) {
    private static final PredicateConditions NONE = new PredicateConditions(List.of());

    /** Keeps a copy of the list. */
    public PredicateConditions {
        conditions = List.copyOf(conditions);
    }

    /** {@return conditions that every in-toto statement meets} */
    public static PredicateConditions none() {
        return NONE;
    }

    /** {@return the condition that the predicate is of a family of types} */
    public static PredicateConditions ofType(PredicateType type) {
        return NONE.with(new PredicateCondition.TypeIs(type));
    }

    /** {@return these and another condition} */
    public PredicateConditions with(PredicateCondition condition) {
        List<PredicateCondition> all = new ArrayList<>(conditions);
        all.add(condition);
        return new PredicateConditions(all);
    }

    /** {@return these, and that the SLSA provenance names a builder; compared exactly} */
    public PredicateConditions withBuilder(String builderId) {
        return with(new PredicateCondition.BuilderIs(builderId));
    }

    /** {@return these, and that the SLSA provenance names a source repository} */
    public PredicateConditions withSource(String repository) {
        return with(new PredicateCondition.SourceIs(repository));
    }

    /** {@return these, and that the SLSA provenance names a source repository below a prefix} */
    public PredicateConditions withSourceBelow(String prefix) {
        return with(new PredicateCondition.SourceBelow(prefix));
    }

    /** {@return these, and that the SLSA provenance lists a material with some digests} */
    public PredicateConditions withMaterial(String uri, Map<String, String> digests) {
        return with(new PredicateCondition.HasMaterial(uri, digests));
    }

    /** {@return these, and that the bill of materials lists a package} */
    public PredicateConditions withPackages() {
        return with(new PredicateCondition.HasPackages());
    }

    /** {@return these, and that the VEX document gives a vulnerability one of some statuses only} */
    public PredicateConditions withVexStatus(String vulnerability, Set<OpenVex.Status> statuses) {
        return with(new PredicateCondition.VexStatusIn(vulnerability, statuses));
    }

    /** {@return these, and that the value at a JSON pointer into the predicate is equal to some JSON} */
    public PredicateConditions withValue(String pointer, String json) {
        return with(new PredicateCondition.ValueIs(pointer, json));
    }

    /**
     * Checks what was verified.
     *
     * @throws EvidenceException with {@link Reason#PREDICATE_MISMATCH} if a condition does not hold or it is no in-toto
     *     statement, and with another reason if the predicate cannot be read
     */
    public void check(VerifiedStatement verified) throws EvidenceException {
        if (verified.statement().isEmpty()) {
            throw new EvidenceException(
                    Reason.PREDICATE_MISMATCH, "there is no in-toto statement, only a signature over the image");
        }
        check(verified.statement().get());
    }

    /**
     * Checks a statement.
     *
     * @throws EvidenceException with {@link Reason#PREDICATE_MISMATCH} if a condition does not hold, and with another
     *     reason if the predicate cannot be read
     */
    public void check(Statement statement) throws EvidenceException {
        for (PredicateCondition condition : conditions) {
            condition.check(statement);
        }
    }
}
