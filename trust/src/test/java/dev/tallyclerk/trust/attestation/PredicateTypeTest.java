package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredicateTypeTest {
    /** The names of {@code cosign attest --type}. */
    @ParameterizedTest
    @CsvSource({
        "slsaprovenance, https://slsa.dev/provenance/v0.2",
        "slsaprovenance02, https://slsa.dev/provenance/v0.2",
        "slsaprovenance1, https://slsa.dev/provenance/v1",
        "spdx, https://spdx.dev/Document",
        "spdxjson, https://spdx.dev/Document",
        "cyclonedx, https://cyclonedx.org/bom",
        "openvex, https://openvex.dev/ns",
        "vuln, https://cosign.sigstore.dev/attestation/vuln/v1",
        "custom, https://cosign.sigstore.dev/attestation/v1",
        "link, https://in-toto.io/Link/v1",
        "sign, https://sigstore.dev/cosign/sign/v1",
    })
    void knowsTheShortNames(String name, String uri) {
        PredicateType type = PredicateType.of(name);
        assertTrue(type.includes(uri));
        assertSame(type, PredicateType.of(uri));
    }

    /** Docker writes versions that cosign leaves out. */
    @ParameterizedTest
    @CsvSource({
        "https://cyclonedx.org/bom, https://cyclonedx.org/bom/v1.6, true",
        "https://openvex.dev/ns, https://openvex.dev/ns/v0.2.0, true",
        "spdx, https://spdx.dev/Document/v2.3, true",
        "slsa, https://slsa.dev/provenance/v0.2, true",
        "slsa, https://slsa.dev/provenance/v1, true",
        "slsaprovenance1, https://slsa.dev/provenance/v0.2, false",
        "https://cyclonedx.org/bom/v1.6, https://cyclonedx.org/bom, false",
        "https://cyclonedx.org/bom, https://cyclonedx.org/bomb, false",
        "https://cyclonedx.org/bom, https://cyclonedx.org/bom/v1.6/, false",
        "https://cyclonedx.org/bom, HTTPS://cyclonedx.org/bom, false",
        "https://slsa.dev/provenance/v1, https://slsa.dev/provenance/v1.0, false",
    })
    void includesTheUrisOfItsFamilyOnly(String family, String uri, boolean included) {
        assertEquals(included, PredicateType.of(family).includes(uri));
    }

    @Test
    void takesAnyOtherUriForItself() {
        PredicateType type = PredicateType.of("https://a.test/t");
        assertEquals(List.of("https://a.test/t"), type.uris());
        assertEquals("https://a.test/t", type.toString());
        assertFalse(type.includes("https://a.test/t/v1"));
        assertEquals(List.of("t:"), PredicateType.of("t:").uris());
    }

    @ParameterizedTest
    @CsvSource({"slsaprovenance2", "''", ":x"})
    void refusesUnknownNames(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PredicateType.of(name));
        assertTrue(String.valueOf(e.getMessage()).contains("slsaprovenance1"), e.getMessage());
    }

    @Test
    void everyNameIsOfOneFamily() {
        assertTrue(PredicateType.known().contains(PredicateType.COSIGN_SIGN));
        List<String> names = PredicateType.known().stream()
                .flatMap(type -> type.names().stream())
                .toList();
        assertEquals(names.stream().distinct().toList(), names);
        PredicateType.known().forEach(type -> assertSame(type, PredicateType.of(type.toString())));
    }

    @Test
    void needsAUri() {
        assertThrows(IllegalArgumentException.class, () -> new PredicateType(List.of("name"), List.of()));
    }
}
