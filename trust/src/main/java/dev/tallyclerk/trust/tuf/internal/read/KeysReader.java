package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads declared keys, and the keys of roles (TUF 4.2, 4.3). */
final class KeysReader {
    static final String KEY_IDS = "keyids";
    static final String THRESHOLD = "threshold";

    /** Each key may cost the verification of a signature, and a search needs the keys of many roles. */
    static final int MAX_KEY_IDS = 256;

    private static final MemberNames KEY = MemberNames.of("keytype", "scheme", "keyval");
    private static final MemberNames KEY_VALUE = MemberNames.of("public");
    private static final MemberNames ROLE = MemberNames.of(KEY_IDS, THRESHOLD);

    private @Nullable List<String> keyIds;
    private long threshold;

    static Map<String, DeclaredKey> keys(CanonicalReader in) throws JsonException {
        Map<String, DeclaredKey> byId = new LinkedHashMap<>();
        in.beginObject();
        while (in.nextMember()) {
            String keyId = in.name();
            byId.put(keyId, key(keyId, in));
        }
        return byId;
    }

    private static DeclaredKey key(String keyId, CanonicalReader in) throws JsonException {
        String type = null;
        String scheme = null;
        String publicText = null;
        in.beginObject();
        for (String name = in.nextMember(KEY); name != null; name = in.nextMember(KEY)) {
            switch (name) {
                case "keytype" -> type = in.string();
                case "scheme" -> scheme = in.string();
                default -> publicText = publicText(in);
            }
        }
        return DeclaredKey.of(
                keyId, in.required(type, "keytype"), in.required(scheme, "scheme"), in.required(publicText, "keyval"));
    }

    /**
     * A key of an unknown kind may have no public text, an object as GnuPG keys do, or no object around it; such a key
     * is merely unusable.
     */
    private static String publicText(CanonicalReader in) throws JsonException {
        String text = "";
        if (!in.isObject()) {
            in.skip();
            return text;
        }
        in.beginObject();
        while (in.nextMember(KEY_VALUE) != null) {
            if (in.isString()) {
                text = in.string();
            } else {
                in.skip();
            }
        }
        return text;
    }

    /** {@return the keys of a root's role, whose object {@code in} is at} */
    static RoleKeys role(CanonicalReader in) throws JsonException {
        KeysReader role = new KeysReader();
        in.beginObject();
        for (String name = in.nextMember(ROLE); name != null; name = in.nextMember(ROLE)) {
            role.read(name, in);
        }
        return role.roleKeys(in);
    }

    /** Reads a member of a role, {@link #KEY_IDS} or {@link #THRESHOLD}. */
    void read(String name, CanonicalReader in) throws JsonException {
        if (name.equals(THRESHOLD)) {
            threshold = in.integer(1, Long.MAX_VALUE);
            return;
        }
        List<String> ids = in.strings();
        if (ids.size() > MAX_KEY_IDS) {
            throw in.badValue("must not have more than " + MAX_KEY_IDS + " key ids");
        }
        if (new HashSet<>(ids).size() != ids.size()) {
            throw in.badValue("has a key id twice");
        }
        keyIds = ids;
    }

    /** {@return the keys of the role, once {@code in} has read the whole object} */
    RoleKeys roleKeys(CanonicalReader in) throws JsonException {
        List<String> ids = in.required(keyIds, KEY_IDS);
        if (threshold == 0) {
            throw in.missing(THRESHOLD);
        }
        return new RoleKeys(ids, threshold);
    }
}
