package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.text.TextMaps;
import java.util.List;
import java.util.Map;

/**
 * A signature of a schema 1 manifest, unverified.
 *
 * @param protectedHeader the signed header, in base64
 * @param signature the signature, in base64
 * @param algorithm the algorithm in the unsigned header
 * @param jwk the members of the public key, all of them texts; empty if there is none
 * @param certificates certificates in base64, that of the key first; empty if there are none
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
