package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version of a role's metadata, with the signatures that it has.
 *
 * @param role the role's name
 * @param signed the signed part
 * @param signatures by key id, in hexadecimal; not verified
 */
record SignedDocument(String role, JsonObject signed, Map<String, String> signatures) {
    private static final String SPEC_VERSION = "1.0.34";

    SignedDocument {
        signatures = Map.copyOf(signatures);
    }

    static SignedDocument unsigned(String role, JsonObject signed) {
        return new SignedDocument(role, signed, Map.of());
    }

    static SignedDocument read(String role, byte[] file, int maxBytes) throws PublishException {
        return ofFile(role, Members.parse(file, maxBytes));
    }

    static SignedDocument ofFile(String role, JsonObject file) throws PublishException {
        Map<String, String> signatures = new LinkedHashMap<>();
        for (JsonObject signature : Members.objects(file, "signatures")) {
            signatures.put(Members.text(signature, "keyid"), Members.text(signature, "sig"));
        }
        JsonObject signed = Members.read(file, in -> in.required("signed").object());
        return new SignedDocument(role, signed, signatures);
    }

    static boolean isTopLevel(String role) {
        return TopLevelRole.named(role).isPresent();
    }

    /** {@return the type of a role's metadata} */
    static TopLevelRole type(String role) {
        return TopLevelRole.named(role).orElse(TopLevelRole.TARGETS);
    }

    /** {@return the members that metadata of every type has} */
    static JsonObject header(TopLevelRole type, long version, Instant expires) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("_type", Members.of(type.roleName()));
        members.put("spec_version", Members.of(SPEC_VERSION));
        members.put("version", Members.of(version));
        members.put("expires", Members.of(expires.toString()));
        return new JsonObject(members);
    }

    long version() throws PublishException {
        return Members.number(signed, "version");
    }

    Instant expires() throws PublishException {
        return Members.time(signed, "expires");
    }

    byte[] message() throws PublishException {
        return Members.canonical(signed);
    }

    SignedDocument withSignature(String keyId, String signature) {
        Map<String, String> more = new LinkedHashMap<>(signatures);
        more.put(keyId, signature);
        return new SignedDocument(role, signed, more);
    }

    SignedDocument withSignatures(Map<String, String> signatures) {
        return new SignedDocument(role, signed, signatures);
    }

    boolean isSameContent(SignedDocument other) {
        return role.equals(other.role) && signed.equals(other.signed);
    }

    JsonObject file() {
        List<JsonValue> list = new ArrayList<>();
        new TreeMap<>(signatures).forEach((keyId, signature) -> {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            members.put("keyid", Members.of(keyId));
            members.put("sig", Members.of(signature));
            list.add(new JsonObject(members));
        });
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("signatures", new JsonArray(list));
        members.put("signed", signed);
        return new JsonObject(members);
    }

    /** {@return the file to publish, which a client with the default limits can read} */
    byte[] bytes() throws PublishException {
        byte[] file = CompactJson.of(file()).getBytes(StandardCharsets.UTF_8);
        try {
            UnverifiedMetadata.parse(file, TufLimits.defaults());
        } catch (TufException e) {
            throw PublishException.of(
                    e.reason() == TufException.Reason.LIMIT_EXCEEDED ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED,
                    "clients would refuse version " + version() + " of " + role,
                    e);
        }
        return file;
    }

    /** {@return the name of the file with this version; the timestamp's has no version} */
    String fileName() throws PublishException {
        return fileName(role, version());
    }

    static String fileName(String role, long version) {
        return role.equals("timestamp") ? "timestamp.json" : version + "." + role + ".json";
    }
}
