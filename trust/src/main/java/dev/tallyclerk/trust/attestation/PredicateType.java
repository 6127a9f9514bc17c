package dev.tallyclerk.trust.attestation;

import java.util.List;

/**
 * A family of predicate types: the URIs that tools write for one kind of predicate. Immutable.
 *
 * <p>Tools disagree on the URI: cosign writes {@code https://cyclonedx.org/bom}, Docker writes
 * {@code https://cyclonedx.org/bom/v1.6}. Compare a statement's type by {@link #includes}, never by one URI.
 *
 * @param names the short names, as for {@code cosign attest --type}; empty for a URI of no known family
 * @param uris the URIs, at least one
 */
public record PredicateType(List<String> names, List<String> uris) {
    /** SLSA provenance of version 0.2. */
    public static final PredicateType SLSA_PROVENANCE_0_2 =
            family(List.of("slsaprovenance", "slsaprovenance02"), "https://slsa.dev/provenance/v0.2");

    /** SLSA provenance of version 1. */
    public static final PredicateType SLSA_PROVENANCE_1 =
            family(List.of("slsaprovenance1"), "https://slsa.dev/provenance/v1");

    /** SLSA provenance of version 0.2 or 1. */
    public static final PredicateType SLSA_PROVENANCE =
            family(List.of("slsa"), "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2");

    /** An SPDX bill of materials of version 2. */
    public static final PredicateType SPDX = family(
            List.of("spdxjson", "spdx"),
            "https://spdx.dev/Document",
            "https://spdx.dev/Document/v2.2",
            "https://spdx.dev/Document/v2.3");

    /** A CycloneDX bill of materials. */
    public static final PredicateType CYCLONEDX = family(
            List.of("cyclonedx"),
            "https://cyclonedx.org/bom",
            "https://cyclonedx.org/bom/v1.2",
            "https://cyclonedx.org/bom/v1.3",
            "https://cyclonedx.org/bom/v1.4",
            "https://cyclonedx.org/bom/v1.5",
            "https://cyclonedx.org/bom/v1.6",
            "https://cyclonedx.org/bom/v1.7");

    /** An OpenVEX document. */
    public static final PredicateType OPENVEX = family(
            List.of("openvex"),
            "https://openvex.dev/ns",
            "https://openvex.dev/ns/v0.0.1",
            "https://openvex.dev/ns/v0.0.2",
            "https://openvex.dev/ns/v0.2.0");

    /** cosign's result of a vulnerability scan. */
    public static final PredicateType VULNERABILITY_SCAN =
            family(List.of("vuln"), "https://cosign.sigstore.dev/attestation/vuln/v1");

    /** cosign's predicate of any content. */
    public static final PredicateType CUSTOM = family(List.of("custom"), "https://cosign.sigstore.dev/attestation/v1");

    /** An in-toto link. */
    public static final PredicateType LINK = family(List.of("link"), "https://in-toto.io/Link/v1");

    /** cosign's signature of an image as a statement, since cosign 3. */
    public static final PredicateType COSIGN_SIGN = family(List.of("sign"), "https://sigstore.dev/cosign/sign/v1");

    private static final List<PredicateType> FAMILIES = List.of(
            SLSA_PROVENANCE_1,
            SLSA_PROVENANCE_0_2,
            SLSA_PROVENANCE,
            SPDX,
            CYCLONEDX,
            OPENVEX,
            VULNERABILITY_SCAN,
            CUSTOM,
            LINK,
            COSIGN_SIGN);

    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException if there is no URI
     */
    public PredicateType {
        names = List.copyOf(names);
        uris = List.copyOf(uris);
        if (uris.isEmpty()) {
            throw new IllegalArgumentException("a predicate type without a URI");
        }
    }

    private static PredicateType family(List<String> names, String... uris) {
        return new PredicateType(names, List.of(uris));
    }

    /** {@return the families that are known, the narrower before the wider} */
    public static List<PredicateType> known() {
        return FAMILIES;
    }

    /**
     * {@return the family of a short name or URI}
     *
     * <p>The URI of a family without a version, such as {@code https://cyclonedx.org/bom}, is the whole family; one
     * with a version is only itself.
     *
     * @param nameOrUri a short name, as for {@code cosign attest --type}, or a URI
     * @throws IllegalArgumentException if it is neither a known name nor a URI with a scheme
     */
    public static PredicateType of(String nameOrUri) {
        for (PredicateType family : FAMILIES) {
            if (family.names.contains(nameOrUri) || family.uris.get(0).equals(nameOrUri)) {
                return family;
            }
        }
        if (nameOrUri.indexOf(':') < 1) {
            throw new IllegalArgumentException("no predicate type has the name \"" + nameOrUri + "\"; name one of "
                    + FAMILIES.stream().flatMap(family -> family.names.stream()).toList() + ", or give its URI");
        }
        return new PredicateType(List.of(), List.of(nameOrUri));
    }

    /** {@return whether a statement's predicate type belongs to the family; compared exactly} */
    public boolean includes(String predicateType) {
        return uris.contains(predicateType);
    }

    /** {@return the first short name, or the URI of a type without a name} */
    @Override
    public String toString() {
        return names.isEmpty() ? uris.get(0) : names.get(0);
    }
}
