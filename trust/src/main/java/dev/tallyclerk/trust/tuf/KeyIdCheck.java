package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.util.Map;

/** Compares the ids of declared keys with their hashes (TUF 4.2). Reads the file anew, as it is rarely asked for. */
final class KeyIdCheck {
    private KeyIdCheck() {}

    static void require(KeyIds keyIds, MetadataRole role, byte[] file, int maxBytes) throws TufException {
        if (keyIds == KeyIds.ANY) {
            return;
        }
        String step = role.steps().threshold();
        try {
            JsonCursor signed =
                    JsonCursor.parse(file, JsonLimits.ofBytes(maxBytes)).required("signed");
            for (Map.Entry<String, JsonCursor> key : declared(role, signed).entrySet()) {
                Digest hash = Digest.sha256Of(CanonicalJson.encode(key.getValue()));
                if (!hash.encoded().equals(key.getKey())) {
                    throw TufException.wrongKeyId(role, step, key.getValue().pointer(), key.getKey());
                }
            }
        } catch (JsonException e) {
            throw TufException.malformed(role, step, e);
        }
    }

    private static Map<String, JsonCursor> declared(MetadataRole role, JsonCursor signed) throws JsonException {
        if (role.kind() == TopLevelRole.ROOT) {
            return signed.required("keys").members();
        }
        JsonCursor delegations = signed.member("delegations").orElse(null);
        return delegations == null ? Map.of() : delegations.required("keys").members();
    }
}
