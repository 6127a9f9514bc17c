package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.json.MemberTable;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.internal.read.HeaderReader.Header;
import dev.tallyclerk.trust.tuf.internal.text.ListedMap;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the signed parts of the four kinds of files (TUF 4.3 to 4.6) from their canonical bytes. Skips unknown members.
 */
public final class MetadataReader {
    private static final MemberNames ROOT = HeaderReader.namesWith("consistent_snapshot", "keys", "roles");
    private static final MemberNames META = HeaderReader.namesWith("meta");
    private static final MemberNames TARGETS = HeaderReader.namesWith("targets", "delegations");
    private static final MemberNames FILE = MemberNames.of("version", "length", "hashes");

    /** TUF 4.3 allows this role in a root; clients do not use it. */
    private static final String MIRRORS = "mirrors";

    private MetadataReader() {}

    public static Root root(CanonicalReader in, HeaderReader headerReader) throws JsonException {
        boolean consistentSnapshot = false;
        Map<String, DeclaredKey> keys = null;
        Map<TopLevelRole, RoleKeys> roles = null;
        in.beginObject();
        for (String name = in.nextMember(ROOT); name != null; name = in.nextMember(ROOT)) {
            switch (name) {
                case "consistent_snapshot" -> consistentSnapshot = in.bool();
                case "keys" -> keys = KeysReader.keys(in);
                case "roles" -> roles = roles(in);
                default -> headerReader.read(name, in);
            }
        }
        Header header = headerReader.header(in);
        return new Root(
                header.version(),
                header.expires(),
                header.specVersion(),
                consistentSnapshot,
                in.required(keys, "keys"),
                in.required(roles, "roles"));
    }

    private static Map<TopLevelRole, RoleKeys> roles(CanonicalReader in) throws JsonException {
        Map<TopLevelRole, RoleKeys> byRole = new EnumMap<>(TopLevelRole.class);
        in.beginObject();
        while (in.nextMember()) {
            Optional<TopLevelRole> role = TopLevelRole.named(in.name());
            if (role.isPresent()) {
                byRole.put(role.get(), KeysReader.role(in));
            } else if (in.isNamed(MIRRORS)) {
                in.skip();
            } else {
                throw in.badValue("must not have other roles than root, timestamp, snapshot and targets");
            }
        }
        for (TopLevelRole role : TopLevelRole.values()) {
            in.required(byRole.get(role), role.roleName());
        }
        return byRole;
    }

    public static Timestamp timestamp(CanonicalReader in, HeaderReader headerReader) throws JsonException {
        MetaFile snapshot = null;
        in.beginObject();
        for (String name = in.nextMember(META); name != null; name = in.nextMember(META)) {
            if (name.equals("meta")) {
                snapshot = onlySnapshot(in);
            } else {
                headerReader.read(name, in);
            }
        }
        Header header = headerReader.header(in);
        return new Timestamp(header.version(), header.expires(), header.specVersion(), in.required(snapshot, "meta"));
    }

    private static MetaFile onlySnapshot(CanonicalReader in) throws JsonException {
        String only = TopLevelRole.SNAPSHOT.fileName();
        MetaFile snapshot = null;
        boolean hasOthers = false;
        in.beginObject();
        while (in.nextMember()) {
            if (in.isNamed(only)) {
                snapshot = metaFile(in);
            } else {
                hasOthers = true;
                in.skip();
            }
        }
        MetaFile required = in.required(snapshot, only);
        if (hasOthers) {
            throw in.badValue("must not list other files than " + only);
        }
        return required;
    }

    public static Snapshot snapshot(CanonicalReader in, HeaderReader headerReader) throws JsonException {
        MemberTable files = null;
        in.beginObject();
        for (String name = in.nextMember(META); name != null; name = in.nextMember(META)) {
            if (name.equals("meta")) {
                files = table(in, MetadataReader::metaFile);
            } else {
                headerReader.read(name, in);
            }
        }
        Header header = headerReader.header(in);
        return new Snapshot(
                header.version(),
                header.expires(),
                header.specVersion(),
                new ListedMap<>(in.required(files, "meta"), (name, value) -> metaFile(value)));
    }

    public static Targets targets(CanonicalReader in, HeaderReader headerReader, String role) throws JsonException {
        MemberTable targets = null;
        Delegations delegations = Delegations.none();
        in.beginObject();
        for (String name = in.nextMember(TARGETS); name != null; name = in.nextMember(TARGETS)) {
            switch (name) {
                case "targets" -> targets = table(in, TargetReader::check);
                case "delegations" -> delegations = DelegationsReader.read(in);
                default -> headerReader.read(name, in);
            }
        }
        Header header = headerReader.header(in);
        return new Targets(
                header.version(),
                header.expires(),
                header.specVersion(),
                new ListedMap<>(in.required(targets, "targets"), (path, value) -> TargetReader.read(path, value, role)),
                delegations);
    }

    /** Reads a value and refuses one that is malformed. */
    @FunctionalInterface
    private interface Check {
        void read(CanonicalReader in) throws JsonException;
    }

    /** {@return the index of the object's members, after checking all values} */
    private static MemberTable table(CanonicalReader in, Check check) throws JsonException {
        MemberTable.Builder members = new MemberTable.Builder();
        in.beginObject();
        while (in.nextMember()) {
            members.add(in);
            check.read(in);
        }
        return members.build(in);
    }

    private static MetaFile metaFile(CanonicalReader in) throws JsonException {
        long version = 0;
        long length = 0;
        List<Digest> digests = null;
        in.beginObject();
        for (String name = in.nextMember(FILE); name != null; name = in.nextMember(FILE)) {
            switch (name) {
                case "version" -> version = in.integer(1, Long.MAX_VALUE);
                case "length" -> length = in.integer(1, Long.MAX_VALUE);
                default -> digests = someDigests(in);
            }
        }
        if (version == 0) {
            throw in.missing("version");
        }
        MetaFile meta = MetaFile.of(version);
        meta = length == 0 ? meta : meta.withLength(length);
        return digests == null ? meta : meta.withDigests(digests);
    }

    private static List<Digest> someDigests(CanonicalReader in) throws JsonException {
        List<Digest> known = new ArrayList<>();
        if (!HashesReader.read(in, known)) {
            throw in.badValue("has no hash");
        }
        return known;
    }
}
