package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What nobody knows is allowed, counts for hashes and signatures, and is kept (TUF 4). */
class UnknownMembersTest {
    private static final Map<String, Object> UNKNOWN = Map.of("a", Arrays.asList(1, null, "\u0001"));

    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    private FreshMetadata refresh() throws TufException {
        return repository.client(store).refresh();
    }

    /** {@return the file with a member beside its signed part, which no signature covers} */
    private static byte[] withMemberBeside(byte[] file, String value) {
        String text = new String(file, StandardCharsets.UTF_8);
        return ("{\"x\": \"" + value + "\", " + text.substring(1)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void allKindsOfMembersAreAllowed() throws TufException {
        repository.root.put("x", UNKNOWN);
        for (TopLevelRole role : TopLevelRole.values()) {
            object(repository.root, "roles", role.roleName()).put("x", UNKNOWN);
        }
        for (String keyId : List.copyOf(object(repository.root, "keys").keySet())) {
            object(repository.root, "keys", keyId).put("x", UNKNOWN);
            object(repository.root, "keys", keyId, "keyval").put("x", UNKNOWN);
        }
        repository.rotateRoot();
        repository.delegate("targets", "role", "*").put("x", UNKNOWN);
        repository.addTarget("role", "target", new byte[] {1});
        object(repository.targetsOf("role"), "targets", "target").put("x", UNKNOWN);
        object(repository.targets, "delegations").put("x", UNKNOWN);
        for (TopLevelRole role : List.of(TopLevelRole.TARGETS, TopLevelRole.SNAPSHOT, TopLevelRole.TIMESTAMP)) {
            repository.signed(role).put("x", UNKNOWN);
        }
        repository.publish();
        object(repository.snapshot, "meta", "targets.json").put("x", UNKNOWN);
        repository.writeSnapshot();
        object(repository.timestamp, "meta", "snapshot.json").put("x", UNKNOWN);
        repository.writeTimestamp();
        assertTrue(refresh().target("target").isPresent());
    }

    /**
     * cure53 TUF-01-001: what is beside the signed part is of the file, and so of its hash, its length and the store.
     */
    @Test
    void membersBesideTheSignedPartAreHashedAndKept() throws TufException, IOException {
        repository.listLengthsAndHashes = true;
        repository.publish();
        byte[] file = withMemberBeside(repository.fileNamed("2.snapshot.json"), "one");
        repository.files.put("2.snapshot.json", file);
        object(repository.timestamp, "meta", "snapshot.json").put("length", file.length);
        object(repository.timestamp, "meta", "snapshot.json", "hashes")
                .put("sha256", Digest.sha256Of(file).encoded());
        repository.writeTimestamp();
        refresh();
        assertArrayEquals(file, store.load(StoredName.SNAPSHOT, 100_000).orElseThrow());

        repository.files.put("2.snapshot.json", withMemberBeside(repository.fileNamed("2.snapshot.json"), "two"));
        TufClient other = repository.client(MetadataStore.inMemory());
        refuses(Reason.LIMIT_EXCEEDED, "snapshot", "5.5.1", other::refresh);
        byte[] changed =
                new String(file, StandardCharsets.UTF_8).replace("one", "two").getBytes(StandardCharsets.UTF_8);
        repository.files.put("2.snapshot.json", changed);
        refuses(Reason.HASH_MISMATCH, "snapshot", "5.5.2", other::refresh);
    }
}
