package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.SignedFile.Header;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what the signed parts of the four files say (TUF 4.3 to 4.6); unknown members are skipped. */
final class MetadataReader {
    private static final List<String> KEY_MEMBERS = List.of("keytype", "scheme", "keyval");
    private static final List<String> ROLE_MEMBERS = List.of("keyids", "threshold");
    private static final List<String> FILE_MEMBERS = List.of("version", "length", "hashes");
    private static final List<String> TARGET_MEMBERS = List.of("length", "hashes", "custom");
    private static final List<DigestAlgorithm> KNOWN_HASHES =
            List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512);

    /** TUF 4.3 allows a root to have this role; clients do not use it. */
    private static final String MIRRORS = "mirrors";

    private MetadataReader() {}

    static Root root(JsonCursor signed, Header header) throws JsonException {
        signed.refuseCaseVariants(List.of("consistent_snapshot", "keys", "roles"));
        Optional<JsonCursor> consistent = signed.member("consistent_snapshot");
        boolean consistentSnapshot = consistent.isPresent() && consistent.get().bool();
        Map<String, DeclaredKey> keys = keys(signed.required("keys"));
        JsonCursor roles = signed.required("roles");
        Map<TopLevelRole, RoleKeys> byRole = new EnumMap<>(TopLevelRole.class);
        for (TopLevelRole role : TopLevelRole.values()) {
            byRole.put(role, roleKeys(roles.required(role.roleName())));
        }
        for (Map.Entry<String, JsonCursor> entry : roles.members().entrySet()) {
            if (!isTopLevel(entry.getKey()) && !entry.getKey().equals(MIRRORS)) {
                throw entry.getValue().badValue("a root has the roles root, timestamp, snapshot and targets only");
            }
        }
        return new Root(header.version(), header.expires(), header.specVersion(), consistentSnapshot, keys, byRole);
    }

    static Timestamp timestamp(JsonCursor signed, Header header) throws JsonException {
        signed.refuseCaseVariants(List.of("meta"));
        JsonCursor meta = signed.required("meta");
        String only = TopLevelRole.SNAPSHOT.fileName();
        MetaFile snapshot = metaFile(meta.required(only));
        if (meta.members().size() != 1) {
            throw meta.badValue("a timestamp lists " + only + " only");
        }
        return new Timestamp(header.version(), header.expires(), header.specVersion(), snapshot);
    }

    static Snapshot snapshot(JsonCursor signed, Header header) throws JsonException {
        signed.refuseCaseVariants(List.of("meta"));
        Map<String, MetaFile> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> entry :
                signed.required("meta").members().entrySet()) {
            files.put(entry.getKey(), metaFile(entry.getValue()));
        }
        return new Snapshot(header.version(), header.expires(), header.specVersion(), files);
    }

    static Targets targets(JsonCursor signed, Header header, String role) throws JsonException {
        signed.refuseCaseVariants(List.of("targets", "delegations"));
        Map<String, TargetInfo> targets = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> entry :
                signed.required("targets").members().entrySet()) {
            JsonCursor target = entry.getValue();
            target.refuseCaseVariants(TARGET_MEMBERS);
            long length = target.required("length").integer(0, Long.MAX_VALUE);
            List<Digest> digests = digests(target.required("hashes"));
            Optional<JsonCursor> custom = target.member("custom");
            String customText = custom.isPresent() ? CompactJson.of(custom.get().value()) : "";
            targets.put(entry.getKey(), new TargetInfo(entry.getKey(), length, digests, role, customText));
        }
        Optional<JsonCursor> delegations = signed.member("delegations");
        return new Targets(
                header.version(),
                header.expires(),
                header.specVersion(),
                targets,
                delegations.isPresent() ? DelegationsReader.read(delegations.get()) : Delegations.none());
    }

    static Map<String, DeclaredKey> keys(JsonCursor keys) throws JsonException {
        Map<String, DeclaredKey> byId = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> entry : keys.members().entrySet()) {
            JsonCursor key = entry.getValue();
            key.refuseCaseVariants(KEY_MEMBERS);
            JsonCursor value = key.required("keyval");
            value.refuseCaseVariants(List.of("public"));
            // A key of a kind that is not known here may have no public text at all; it is merely unusable.
            Optional<JsonCursor> publicText = value.optional("public");
            byId.put(
                    entry.getKey(),
                    DeclaredKey.of(
                            entry.getKey(),
                            key.required("keytype").string(),
                            key.required("scheme").string(),
                            publicText.isPresent() ? publicText.get().string() : ""));
        }
        return byId;
    }

    static RoleKeys roleKeys(JsonCursor role) throws JsonException {
        role.refuseCaseVariants(ROLE_MEMBERS);
        JsonCursor keyIds = role.required("keyids");
        List<String> ids = keyIds.strings();
        if (new HashSet<>(ids).size() != ids.size()) {
            throw keyIds.badValue("a key id stands twice");
        }
        return new RoleKeys(ids, role.required("threshold").integer(1, Long.MAX_VALUE));
    }

    static boolean isTopLevel(String roleName) {
        for (TopLevelRole role : TopLevelRole.values()) {
            if (role.roleName().equals(roleName)) {
                return true;
            }
        }
        return false;
    }

    private static MetaFile metaFile(JsonCursor file) throws JsonException {
        file.refuseCaseVariants(FILE_MEMBERS);
        MetaFile meta = MetaFile.ofVersion(file.required("version").integer(1, Long.MAX_VALUE));
        Optional<JsonCursor> length = file.member("length");
        if (length.isPresent()) {
            meta = meta.withLength(length.get().integer(1, Long.MAX_VALUE));
        }
        Optional<JsonCursor> hashes = file.member("hashes");
        if (hashes.isPresent()) {
            if (hashes.get().members().isEmpty()) {
                throw hashes.get().badValue("lists no hash");
            }
            meta = meta.withDigests(digests(hashes.get()));
        }
        return meta;
    }

    /** Hashes of algorithms that cannot be computed here are skipped; whoever needs one checks that some are left. */
    private static List<Digest> digests(JsonCursor hashes) throws JsonException {
        List<Digest> known = new ArrayList<>();
        for (Map.Entry<String, JsonCursor> entry : hashes.members().entrySet()) {
            String hex = entry.getValue().string();
            for (DigestAlgorithm algorithm : KNOWN_HASHES) {
                if (algorithm.name().equals(entry.getKey())) {
                    try {
                        known.add(new Digest(algorithm, hex.toLowerCase(Locale.ROOT)));
                    } catch (MalformedDigestException e) {
                        throw entry.getValue().badValue("is not a " + algorithm + " value in hexadecimal");
                    }
                }
            }
        }
        return known;
    }
}
