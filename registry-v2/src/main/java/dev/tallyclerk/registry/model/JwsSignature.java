package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.text.TextMaps;
import java.util.List;
import java.util.Map;

/**
 * One signature of a schema 1 manifest as it stands there, nothing of it believed.
 *
 * @param protectedHeader the header that is signed too, as base64
 * @param signature the signature, as base64
 * @param algorithm its algorithm by the unsigned header
 * @param jwk the members of the public key, all of them texts; empty if there is none
 * @param certificates certificates as base64, that of the key first; empty if there are none
 */
record JwsSignature(
        String protectedHeader,
        String signature,
        String algorithm,
        Map<String, String> jwk,
        List<String> certificates) {
    JwsSignature {
        jwk = TextMaps.copyOf(jwk);
        certificates = List.copyOf(certificates);
    }
}
