package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.Evidence;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a verified signature says. Immutable.
 *
 * @param evidence who signed, when, and about which digest
 * @param statement the signed in-toto statement, if it is one
 * @param annotations the signed annotations, such as those of {@code cosign sign -a} or Notation's user metadata
 */
public record VerifiedStatement(Evidence evidence, Optional<Statement> statement, Map<String, String> annotations) {
    /** Keeps a copy of the annotations. */
    public VerifiedStatement {
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(statement, "statement");
        annotations = Map.copyOf(annotations);
    }
}
