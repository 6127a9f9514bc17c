package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Public keys as metadata declares them (TUF 1.0.34, 4.2). */
final class KeyDeclarations {
    private static final int ED25519_BYTES = 32;
    private static final int PEM_LINE = 64;

    private KeyDeclarations() {}

    static JsonObject declaration(VerificationKey key) {
        Map<String, JsonValue> declaration = new LinkedHashMap<>();
        declaration.put("keytype", Members.of(keyType(key.scheme())));
        declaration.put("keyval", new JsonObject(Map.of("public", Members.of(publicText(key)))));
        declaration.put("scheme", Members.of(key.scheme().schemeName()));
        return new JsonObject(declaration);
    }

    private static String keyType(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> "ed25519";
            case ECDSA_SHA2_NISTP256, ECDSA_SHA2_NISTP384, ECDSA_SHA2_NISTP521 -> "ecdsa";
            case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512, RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 -> "rsa";
        };
    }

    private static String publicText(VerificationKey key) {
        byte[] encoded = key.encoded();
        if (key.scheme() == SignatureScheme.ED25519) {
            return HexFormat.of().formatHex(encoded, encoded.length - ED25519_BYTES, encoded.length);
        }
        String base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /** {@return the key's id: the SHA-256 of its declaration in canonical form} */
    static String keyId(VerificationKey key) {
        // All members are strings without control characters; only the canonical form has raw line feeds.
        String canonical = "{\"keytype\":\"" + keyType(key.scheme()) + "\",\"keyval\":{\"public\":\"" + publicText(key)
                + "\"},\"scheme\":\"" + key.scheme().schemeName() + "\"}";
        return Digest.sha256Of(canonical.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    /** {@return the key of a declaration; empty if it can verify nothing} */
    static Optional<VerificationKey> key(String keyId, JsonObject declaration) throws PublishException {
        String publicText = Members.object(declaration, "keyval")
                .flatMap(value -> value.members().get("public") instanceof JsonValue.JsonString text
                        ? Optional.of(text.value())
                        : Optional.empty())
                .orElse("");
        DeclaredKey declared = DeclaredKey.of(
                keyId, Members.text(declaration, "keytype"), Members.text(declaration, "scheme"), publicText);
        return declared.fold(Optional::of, reason -> Optional.empty());
    }

    /** {@return the key in words: its scheme and the start of its id} */
    static String words(String keyId, JsonObject declaration) throws PublishException {
        String shortId = keyId.length() > 12 ? keyId.substring(0, 12) : keyId;
        return Members.text(declaration, "scheme") + " key " + shortId;
    }
}
