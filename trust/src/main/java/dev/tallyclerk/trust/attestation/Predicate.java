package dev.tallyclerk.trust.attestation;

import java.util.Optional;

/** The content of a statement in the form of its predicate type. Only what policies need is read. */
public sealed interface Predicate
        permits SlsaProvenance, BillOfMaterials, OpenVex, VulnerabilityScan, Predicate.CosignSign, Predicate.Other {
    /** cosign's signature of an image. The predicate is empty: the signed annotations are those of the subject. */
    record CosignSign() implements Predicate {}

    /**
     * A predicate of any other type.
     *
     * @param json the JSON with the same members, values and order; empty if there is no predicate
     */
    record Other(Optional<String> json) implements Predicate {}
}
