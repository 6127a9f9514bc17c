package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A new version of a role's metadata that waits for signatures.
 *
 * @param document the version, with the signatures so far
 * @param replaces the signed part of the version before; empty for the first
 * @param signers who has to sign
 */
record PendingDocument(SignedDocument document, Optional<JsonObject> replaces, List<RoleSigners> signers) {
    PendingDocument {
        signers = List.copyOf(signers);
    }

    PendingDocument withDocument(SignedDocument document) {
        return new PendingDocument(document, replaces, signers);
    }

    /** {@return this document with a key's signature; empty if the key does not sign it} */
    Optional<PendingDocument> signedBy(SigningKey key) throws PublishException, SigningException {
        return RoleSigners.signed(document, key, signers).map(this::withDocument);
    }

    /** {@return a sentence for each set of signers that has not signed} */
    List<String> missing(boolean withOptional) throws PublishException {
        List<String> missing = new ArrayList<>();
        for (RoleSigners each : signers) {
            if ((each.isRequired() || withOptional) && !each.isMetBy(document)) {
                missing.add(each.missing(document)
                        + (each.isRequired() ? "" : " (not required; without it, clients may see a gap)"));
            }
        }
        return missing;
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("role", Members.of(document.role()));
        members.put("signed", document.signed());
        members.put("signatures", document.file().members().getOrDefault("signatures", new JsonArray(List.of())));
        replaces.ifPresent(signed -> members.put("replaces", signed));
        List<JsonValue> all = new ArrayList<>();
        for (RoleSigners each : signers) {
            Map<String, JsonValue> one = new LinkedHashMap<>();
            one.put("by", Members.of(each.by()));
            one.put("required", new JsonBoolean(each.isRequired()));
            one.put("threshold", Members.of(each.threshold()));
            one.put("keys", each.keys());
            all.add(new JsonObject(one));
        }
        members.put("signers", new JsonArray(all));
        return new JsonObject(members);
    }

    /** Its words are those of the role, so a root must not pass for a team's targets, for example. */
    private static void requireType(SignedDocument document) throws PublishException {
        TopLevelRole type = SignedDocument.type(document.role());
        String said = Members.text(document.signed(), "_type");
        if (!said.equals(type.roleName()) || (type != TopLevelRole.ROOT && type != TopLevelRole.TARGETS)) {
            throw PublishException.of(
                    Reason.MALFORMED,
                    "a document of the type " + Quoted.quote(said) + " for the role " + Quoted.quote(document.role())
                            + "; do not sign it");
        }
    }

    static PendingDocument ofJson(JsonObject json) throws PublishException {
        List<RoleSigners> signers = new ArrayList<>();
        for (JsonObject each : Members.objects(json, "signers")) {
            signers.add(new RoleSigners(
                    Members.text(each, "by"),
                    Members.read(each, in -> in.required("required").bool()),
                    Members.number(each, "threshold"),
                    Members.read(each, in -> in.required("keys").object())));
        }
        SignedDocument document = SignedDocument.ofFile(Members.text(json, "role"), json);
        requireType(document);
        return new PendingDocument(document, Members.object(json, "replaces"), signers);
    }
}
