package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads declared keys, and the keys of roles. */
final class KeysReader {
    /** Each key may cost the verification of a signature. */
    private static final int MAX_KEY_IDS = 256;

    private static final MemberNames KEY = MemberNames.of("keytype", "keyval");
    private static final MemberNames KEY_VALUE = MemberNames.of("public", "private");
    private static final MemberNames ROLE = MemberNames.of("keyids", "threshold");

    private KeysReader() {}

    /** {@return the keys by their declared ids, which verify with {@code signatures}} */
    static Map<String, NotaryKey> keys(JsonCursor in, Signatures signatures) throws JsonException {
        Map<String, NotaryKey> keys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> entry : in.members().entrySet()) {
            JsonCursor key = entry.getValue();
            key.refuseCaseVariants(KEY);
            JsonCursor value = key.required("keyval");
            value.refuseCaseVariants(KEY_VALUE);
            byte[] text = NotaryFile.base64(value.required("public"));
            keys.put(
                    entry.getKey(),
                    NotaryKey.of(entry.getKey(), key.required("keytype").string(), text, signatures));
        }
        return keys;
    }

    /** {@return the keys of a role, all of which are declared} */
    static RoleKeys role(JsonCursor in, Map<String, NotaryKey> declared) throws JsonException {
        in.refuseCaseVariants(ROLE);
        JsonCursor ids = in.required("keyids");
        List<String> keyIds = ids.strings();
        if (keyIds.size() > MAX_KEY_IDS) {
            throw ids.badValue("must not have more than " + MAX_KEY_IDS + " key ids");
        }
        if (new HashSet<>(keyIds).size() != keyIds.size()) {
            throw ids.badValue("has a key id twice");
        }
        if (!declared.keySet().containsAll(keyIds)) {
            throw ids.badValue("names a key that is not declared");
        }
        return new RoleKeys(keyIds, in.required("threshold").integer(1, Long.MAX_VALUE));
    }
}
