package dev.tallyclerk.trust.attestation;

import java.util.List;
import java.util.Objects;

/**
 * Which vulnerabilities affect an artifact, by OpenVEX.
 *
 * @param author who states it, as written
 * @param statements the statements, in order
 * @see <a href="https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md">OpenVEX</a>
 */
public record OpenVex(String author, List<Statement> statements) implements Predicate {
    /** Whether a vulnerability affects a product. */
    public enum Status {
        /** It does not. */
        NOT_AFFECTED("not_affected"),
        /** It does. */
        AFFECTED("affected"),
        /** It does no longer. */
        FIXED("fixed"),
        /** Nobody knows yet. */
        UNDER_INVESTIGATION("under_investigation");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** {@return the status as documents write it} */
        @Override
        public String toString() {
            return text;
        }
    }

    /** Keeps a copy of the list. */
    public OpenVex {
        Objects.requireNonNull(author, "author");
        statements = List.copyOf(statements);
    }

    /**
     * The status of one vulnerability.
     *
     * @param vulnerabilities the names of the vulnerability: its name, identifier and aliases, at least one
     * @param products the identifiers of the products that the statement is about, may be none
     * @param status the status
     * @param justification why it is not affected, as written; empty if it is not stated
     */
    public record Statement(List<String> vulnerabilities, List<String> products, Status status, String justification) {
        /** Keeps copies of the lists. */
        public Statement {
            vulnerabilities = List.copyOf(vulnerabilities);
            products = List.copyOf(products);
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(justification, "justification");
        }
    }
}
