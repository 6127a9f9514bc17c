package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.tuf.internal.text.ShortKeyId;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.Map;

/**
 * Compares the ids of declared keys with their hashes (TUF 4.2). Parses the file a second time, because the check is
 * rarely enabled.
 */
public final class KeyIdCheck {
    private KeyIdCheck() {}

    public static void require(KeyIds keyIds, MetadataRole role, byte[] file, int maxBytes) throws TufException {
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
                    throw role.failure(Reason.WRONG_KEY_ID, step)
                            .pointer(key.getValue().pointer())
                            .build("declares a key as " + ShortKeyId.of(key.getKey()) + ", which is not its hash; the"
                                    + " repository has to use hashes as key ids, or the client KeyIds.ANY");
                }
            }
        } catch (JsonException e) {
            throw role.malformed(step, e);
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
