package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that a root or a delegator names for a role.
 *
 * @param by the delegator and its version, for messages
 * @param isRequired false if the document may be published without these signatures
 * @param threshold how many different keys must sign
 * @param keys the declarations of the role's keys, by key id
 */
record RoleSigners(String by, boolean isRequired, long threshold, JsonObject keys) {
    private static final SignatureEngine ENGINE = SignatureEngine.runtime();

    static RoleSigners ofRoot(JsonObject root, String role) throws PublishException {
        JsonObject declared =
                Members.read(root, in -> in.required("roles").required(role).object());
        return of("root version " + Members.number(root, "version"), root, declared);
    }

    /** {@return the signers of a delegated role; empty if the delegator does not delegate to it} */
    static Optional<RoleSigners> ofDelegator(String delegator, JsonObject signed, String role) throws PublishException {
        Optional<JsonObject> delegations = Members.object(signed, "delegations");
        if (delegations.isEmpty()) {
            return Optional.empty();
        }
        String by = delegator + " version " + Members.number(signed, "version");
        for (JsonObject listed : Members.objects(delegations.get(), "roles")) {
            if (listed.members().get("name") instanceof JsonString name
                    && name.value().equals(role)) {
                return Optional.of(of(by, delegations.get(), listed));
            }
        }
        Optional<JsonObject> succinct = Members.object(delegations.get(), "succinct_roles");
        return succinct.isPresent() && bins(succinct.get()).isBin(role)
                ? Optional.of(of(by, delegations.get(), succinct.get()))
                : Optional.empty();
    }

    /**
     * {@return the bins of a {@code succinct_roles} object, without their keys}
     *
     * @throws PublishException if no client would read the object
     */
    static Delegations.Succinct bins(JsonObject succinct) throws PublishException {
        long bits = Members.number(succinct, "bit_length");
        try {
            return new Delegations.Succinct(
                    Map.of(),
                    new RoleKeys(List.of(), 1),
                    (int) Math.min(bits, Integer.MAX_VALUE),
                    Members.text(succinct, "name_prefix"));
        } catch (IllegalArgumentException e) {
            throw PublishException.of(Reason.MALFORMED, "succinct_roles cannot be used", e);
        }
    }

    private static RoleSigners of(String by, JsonObject declaring, JsonObject role) throws PublishException {
        JsonObject all = Members.object(declaring, "keys").orElse(Members.EMPTY);
        Map<String, JsonValue> keys = new LinkedHashMap<>();
        for (String keyId : Members.texts(role, "keyids")) {
            Members.object(all, keyId).ifPresent(key -> keys.put(keyId, key));
        }
        return new RoleSigners(by, true, Members.number(role, "threshold"), new JsonObject(keys));
    }

    RoleSigners optional() {
        return new RoleSigners(by, false, threshold, keys);
    }

    boolean isSameAs(RoleSigners other) {
        return threshold == other.threshold && keys.equals(other.keys);
    }

    /** {@return a document with a key's signature; empty if none of the signers declares the key} */
    static Optional<SignedDocument> signed(SignedDocument document, SigningKey key, List<RoleSigners> signers)
            throws PublishException, SigningException {
        Map<String, VerificationKey> declared = new LinkedHashMap<>();
        for (RoleSigners each : signers) {
            declared.putAll(each.declarationsOf(key));
        }
        SignedDocument signed = document;
        for (Map.Entry<String, VerificationKey> each : declared.entrySet()) {
            signed = signed.withSignature(each.getKey(), signature(document.message(), key, each.getValue()));
        }
        return declared.isEmpty() ? Optional.empty() : Optional.of(signed);
    }

    private static String signature(byte[] message, SigningKey key, VerificationKey declared)
            throws PublishException, SigningException {
        String signature = HexFormat.of().formatHex(key.sign(message, declared.scheme()));
        if (!verifies(declared, message, signature)) {
            throw PublishException.of(
                    Reason.NOT_A_SIGNER,
                    "what the key signs does not verify by its own public half, " + key.publicKey());
        }
        return signature;
    }

    /** {@return the declarations of a key, by key id: usually one, or none if the key does not sign here} */
    private Map<String, VerificationKey> declarationsOf(SigningKey key) throws PublishException {
        String fingerprint = VerificationKey.of(key.publicKey()).fingerprint();
        Map<String, VerificationKey> found = new LinkedHashMap<>();
        for (String keyId : keys.members().keySet()) {
            key(keyId)
                    .filter(declared -> declared.fingerprint().equals(fingerprint))
                    .ifPresent(declared -> found.put(keyId, declared));
        }
        return found;
    }

    /** {@return the valid signatures by keys of the role, one for each key} */
    Map<String, String> validSignatures(SignedDocument document) throws PublishException {
        Map<String, String> valid = new LinkedHashMap<>();
        Set<String> counted = new HashSet<>();
        byte[] message = document.message();
        for (String keyId : keys.members().keySet()) {
            String signature = document.signatures().get(keyId);
            Optional<VerificationKey> key = key(keyId);
            if (signature != null
                    && key.isPresent()
                    && verifies(key.get(), message, signature)
                    && counted.add(key.get().fingerprint())) {
                valid.put(keyId, signature);
            }
        }
        return valid;
    }

    private Optional<VerificationKey> key(String keyId) throws PublishException {
        Optional<JsonObject> declaration = Members.object(keys, keyId);
        return declaration.isEmpty() ? Optional.empty() : KeyDeclarations.key(keyId, declaration.get());
    }

    private static boolean verifies(VerificationKey key, byte[] message, String signature) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return ENGINE.verifierFor(key)
                .filter(verifier -> verifier.verify(message, bytes))
                .isPresent();
    }

    boolean isMetBy(SignedDocument document) throws PublishException {
        return threshold >= 1 && validSignatures(document).size() >= threshold;
    }

    void require(SignedDocument document, Reason reason) throws PublishException {
        if (!isMetBy(document)) {
            throw PublishException.of(reason, missing(document));
        }
    }

    /** {@return a sentence about the signatures that are missing} */
    String missing(SignedDocument document) throws PublishException {
        Map<String, String> valid = validSignatures(document);
        List<String> others = new ArrayList<>();
        for (String keyId : keys.members().keySet()) {
            if (!valid.containsKey(keyId)) {
                others.add(
                        KeyDeclarations.words(keyId, Members.object(keys, keyId).orElse(Members.EMPTY)));
            }
        }
        return document.role() + " version " + document.version() + " has " + valid.size() + " of the " + threshold
                + " signatures that " + by + " asks for; not signed by " + String.join(", ", others);
    }
}
