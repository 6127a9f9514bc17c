package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.OtherKey;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed nonsense: every refusal says where. */
class MalformedMetadataTest {
    /** Far more than it takes, and far less than work that grows with the square of the length. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestRepository repository = new TestRepository();

    private TrustedMetadata start(byte[] root) throws TufException {
        return TrustedMetadata.start(root, SignatureEngine.runtime(), TufLimits.defaults());
    }

    private String refusedRoot() {
        repository.writeRoot();
        return refuses(Reason.MALFORMED, "root", "5.2", () -> start(repository.rootFile(1)))
                .pointer()
                .orElseThrow();
    }

    private TrustedMetadata targets() throws TufException {
        repository.writeAll();
        return start(repository.rootFile(1))
                .updateTimestamp(repository.fileNamed("timestamp.json"), NOW)
                .updateSnapshot(repository.fileNamed("1.snapshot.json"), NOW)
                .updateTargets(repository.fileNamed("1.targets.json"), NOW);
    }

    private String refusedTargets() {
        return refuses(Reason.MALFORMED, "targets", "5.6.3", this::targets)
                .pointer()
                .orElseThrow();
    }

    /** CVE-2026-23991, go-tuf 749: refused before any signature, and no crash. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|''",
                "nonsense|''",
                "{}{}|''",
                "[]|''",
                "null|''",
                "{}|/signed",
                "{\"signed\":null,\"signatures\":[]}|/signed",
                "{\"signed\":{}}|/signatures",
                "{\"signed\":{},\"signatures\":{}}|/signatures",
                "{\"signed\":{},\"signatures\":[1]}|/signatures/0",
                "{\"signed\":{},\"signatures\":[{\"keyid\":1,\"sig\":\"\"}]}|/signatures/0/keyid",
                "{\"signed\":{},\"signatures\":[{\"keyid\":\"a\"}]}|/signatures/0/sig",
                "{\"signed\":{},\"signatures\":[],\"Signed\":{}}|/Signed",
                "{\"signed\":{\"a\":1,\"a\":2},\"signatures\":[]}|/signed/a",
                "{\"signed\":{\"a\":1.5},\"signatures\":[]}|/signed/a",
                "{\"signed\":{\"a\":1},\"signatures\":[],\"b\":1.5}|/signed/_type",
            })
    void aRefusedFileSaysWhere(String text, String pointer) {
        TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> start(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(pointer, e.pointer().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "mirrors", ""})
    void aTypeOfAnotherRoleOrOfNoneIsToldFromAMalformedOne(String type) {
        repository.root.put("_type", type);
        repository.writeRoot();
        TufException e = refuses(Reason.WRONG_TYPE, "root", "5.2", () -> start(repository.rootFile(1)));
        assertEquals("/signed/_type", e.pointer().orElseThrow());
        for (Object none : new Object[] {1L, List.of(), true}) {
            repository.root.put("_type", none);
            repository.writeRoot();
            refuses(Reason.MALFORMED, "root", "5.2", () -> start(repository.rootFile(1)));
        }
    }

    /** Each of them could cost a signature that has to be verified. */
    @Test
    void aRoleWithMoreKeysThanAnybodyNeedsIsRefused() throws TufException {
        List<String> keyIds = new ArrayList<>(
                List.of(repository.keysOf(TopLevelRole.TIMESTAMP).get(0).keyId()));
        while (keyIds.size() < 256) {
            keyIds.add("nobody's " + keyIds.size());
        }
        TestRepository.object(repository.root, "roles", "timestamp").put("keyids", keyIds);
        repository.writeRoot();
        assertEquals(
                256,
                start(repository.rootFile(1))
                        .root()
                        .keysOf(TopLevelRole.TIMESTAMP)
                        .keyIds()
                        .size());
        keyIds.add("one more");
        repository.writeRoot();
        TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> start(repository.rootFile(1)));
        assertEquals("/signed/roles/timestamp/keyids", e.pointer().orElseThrow());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        refuses(Reason.MALFORMED, "root", "5.2", () -> start(new byte[] {'"', (byte) 0xff, '"'}));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aVersionBelowOneIsRefused(long version) {
        byte[] first = repository.rootFile(1);
        repository.root.put("version", version);
        byte[] root = TestRepository.sign(repository.root, repository.keysOf(TopLevelRole.ROOT));
        assertEquals(
                "/signed/version",
                refuses(Reason.MALFORMED, "root", "5.3.4", () -> start(first).updateRoot(root))
                        .pointer()
                        .orElseThrow());
    }

    @Test
    void aVersionOfAnotherTypeIsRefused() {
        for (Object version : new Object[] {"2", 2.5, true, List.of(), "null"}) {
            repository.targets.put("version", version);
            byte[] file = TestRepository.sign(repository.targets, repository.keysOf(TopLevelRole.TARGETS));
            repository.files.put("1.targets.json", file);
            refuses(
                    Reason.MALFORMED,
                    "targets",
                    "5.6.3",
                    () -> start(repository.rootFile(1))
                            .updateTimestamp(repository.fileNamed("timestamp.json"), NOW)
                            .updateSnapshot(repository.fileNamed("1.snapshot.json"), NOW)
                            .updateTargets(file, NOW));
        }
    }

    /** CVE-2020-10735. */
    @Test
    void aNumberOfAnyLengthIsCheap() {
        repository.root.put("x", 1L);
        repository.writeRoot();
        String root = new String(repository.rootFile(1), StandardCharsets.UTF_8);
        byte[] file = root.replace("\"x\": 1", "\"x\": " + "9".repeat(400_000)).getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(SOON, () -> {
            TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> start(file));
            assertEquals("/signed/x", e.pointer().orElseThrow());
        });
    }

    @Test
    void nestingOfAnyDepthIsCheap() {
        byte[] file = "[".repeat(400_000).getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(SOON, () -> refuses(Reason.MALFORMED, "root", "5.2", () -> start(file)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2030-01-01",
                "2030-01-01T00:00:00",
                "2030-01-01T00:00:00+00:00",
                "2030-01-01T00:00:00.Z",
                "2030-01-01T00:00:00.0123456789Z",
                "2030-01-01T00:00:00,5Z",
                "2030-01-01T00:00:00.5",
                "2030-01-01T00:00:00.5+00:00",
                "2030-01-01T00:00:00.-5Z",
                "2030-02-30T00:00:00Z",
                "2030-01-01T24:00:00Z",
                "+2030-01-01T00:00:0Z",
                "",
                "never"
            })
    void aTimeHasOneFormButForAFraction(String expires) {
        repository.root.put("expires", expires);
        assertEquals("/signed/expires", refusedRoot());
    }

    /** go-tuf's examples, Bottlerocket and the first roots of Sigstore. */
    @ParameterizedTest
    @ValueSource(strings = {"2030-01-01T00:00:00.0Z", "2030-01-01T00:00:00.123456Z", "2030-01-01T00:00:00.123456789Z"})
    void aTimeMayHaveAFractionOfASecond(String expires) throws TufException {
        repository.root.put("expires", expires);
        repository.writeRoot();
        assertEquals(
                Instant.parse(expires), start(repository.rootFile(1)).root().expires());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.0.0", "1.0.34", "1.123456789"})
    void everyMinorSpecificationVersionIsRead(String version) throws TufException {
        repository.root.put("spec_version", version);
        repository.writeRoot();
        assertEquals(version, start(repository.rootFile(1)).root().specVersion());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "0.9", "10.0", "01.0"})
    void anotherMajorSpecificationVersionIsRefused(String version) {
        repository.root.put("spec_version", version);
        repository.writeRoot();
        refuses(Reason.UNSUPPORTED_SPEC_VERSION, "root", "5.2", () -> start(repository.rootFile(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.", "1.x", "1.0.0.0", "1.0.-1", " 1.0", "1.0/", "1.:", "1.1234567890"})
    void aSpecificationVersionIsTwoOrThreeNumbers(String version) {
        repository.root.put("spec_version", version);
        assertEquals("/signed/spec_version", refusedRoot());
    }

    @Test
    void aRootHasTheFourRoles() throws TufException {
        Map<String, Object> roles = object(repository.root, "roles");
        Object mirrors = Map.of("keyids", List.of(), "threshold", 1);
        roles.put("mirrors", mirrors);
        repository.writeRoot();
        assertEquals(4, start(repository.rootFile(1)).root().roles().size());
        roles.put("other", mirrors);
        assertEquals("/signed/roles/other", refusedRoot());
        roles.remove("other");
        roles.remove("snapshot");
        assertEquals("/signed/roles/snapshot", refusedRoot());
    }

    @Test
    void rootMembersHaveTheirTypes() {
        repository.root.put("consistent_snapshot", "true");
        assertEquals("/signed/consistent_snapshot", refusedRoot());
        repository.root.put("consistent_snapshot", true);
        object(repository.root, "keys").put("x", Map.of("keytype", 1, "scheme", "s", "keyval", Map.of()));
        assertEquals("/signed/keys/x/keytype", refusedRoot());
        object(repository.root, "keys").put("x", Map.of("keytype", "k", "scheme", "s"));
        assertEquals("/signed/keys/x/keyval", refusedRoot());
        object(repository.root, "keys").remove("x");
        repository.root.put("Consistent_Snapshot", false);
        assertEquals("/signed/Consistent_Snapshot", refusedRoot());
    }

    @Test
    void aKeyWithoutPublicTextIsMerelyUnusable() throws TufException {
        Map<String, Object> gpg = Map.of("public", Map.of("e", "010001", "n", "c0"), "private", "");
        object(repository.root, "keys").put("v", Map.of("keytype", "rsa", "scheme", "pgp+rsa-pkcsv1.5", "keyval", gpg));
        object(repository.root, "keys").put("w", Map.of("keytype", "k", "scheme", "s", "keyval", Map.of("public", 1)));
        object(repository.root, "keys").put("x", Map.of("keytype", "k", "scheme", "s", "keyval", Map.of()));
        object(repository.root, "keys")
                .put("y", Map.of("keytype", "k", "scheme", "s", "keyval", Collections.singletonMap("public", null)));
        repository.writeRoot();
        assertEquals(8, start(repository.rootFile(1)).root().keys().size());
    }

    /** TUF 4.2 leaves key types open, and with them the form of their values. */
    @Test
    void aKeyWhoseValueIsNoObjectIsMerelyUnusable() throws TufException {
        Map<String, Object> keys = object(repository.root, "keys");
        List<Object> values = Arrays.asList("v", 1L, true, null, List.of(Map.of("public", "00")));
        for (int i = 0; i < values.size(); i++) {
            Map<String, Object> key = new LinkedHashMap<>(Map.of("keytype", "k", "scheme", "s"));
            key.put("keyval", values.get(i));
            keys.put("x" + i, key);
        }
        keys.put("e", Map.of("keytype", "ed25519", "scheme", "ed25519", "keyval", "v"));
        repository.writeRoot();
        Map<String, DeclaredKey> read = start(repository.rootFile(1)).root().keys();
        assertEquals(4 + values.size() + 1, read.size());
        assertEquals(
                new DeclaredKey.Other("x0", new OtherKey("k", "s", "")), read.get("x0"), "for an engine that knows it");
        assertEquals(new DeclaredKey.Unusable("e", MalformedKeyException.Reason.NO_PUBLIC_VALUE), read.get("e"));
    }

    @Test
    void targetsHaveLengthsAndHashes() {
        Map<String, Object> target = object(repository.targets, "targets", "a/b");
        assertEquals("/signed/targets/a~1b/length", refusedTargets());
        target.put("length", -1);
        assertEquals("/signed/targets/a~1b/length", refusedTargets());
        target.put("length", 1);
        assertEquals("/signed/targets/a~1b/hashes", refusedTargets());
        target.put("hashes", List.of());
        assertEquals("/signed/targets/a~1b/hashes", refusedTargets());
    }

    @Test
    void listedFilesHaveVersionsLengthsAndHashes() {
        Map<String, Object> listed = object(repository.timestamp, "meta", "snapshot.json");
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of("length", 0L, "hashes", Map.of(), "version", 0L)
                .entrySet()) {
            Map<String, Object> before = new LinkedHashMap<>(listed);
            listed.put(wrong.getKey(), wrong.getValue());
            repository.writeTimestamp();
            TufException e = refuses(
                    Reason.MALFORMED,
                    "timestamp",
                    "5.4.2",
                    () -> start(repository.rootFile(1)).updateTimestamp(repository.fileNamed("timestamp.json"), NOW));
            assertEquals(
                    "/signed/meta/snapshot.json/" + wrong.getKey(), e.pointer().orElseThrow());
            listed.clear();
            listed.putAll(before);
        }
        object(repository.timestamp, "meta").clear();
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.MALFORMED,
                "timestamp",
                "5.4.2",
                () -> start(repository.rootFile(1)).updateTimestamp(repository.fileNamed("timestamp.json"), NOW));
        assertEquals("/signed/meta/snapshot.json", e.pointer().orElseThrow());
    }

    @Test
    void delegationsAreCheckedAsTheyAreRead() throws TufException {
        SigningKey key = SigningKey.ed25519();
        Map<String, Object> role = new LinkedHashMap<>();
        Map<String, Object> delegations = object(repository.targets, "delegations");
        delegations.put("keys", Map.of(key.keyId(), TestRepository.declaration(key)));
        assertEquals("/signed/delegations", refusedTargets());
        List<Object> roles = new ArrayList<>(List.of(role));
        delegations.put("roles", roles);
        role.put("keyids", List.of(key.keyId()));
        role.put("threshold", 1);
        role.put("terminating", true);
        for (String name : List.of("", "root", "targets", "timestamp", "snapshot")) {
            role.put("name", name);
            role.put("paths", List.of("*"));
            assertEquals("/signed/delegations/roles/0/name", refusedTargets());
        }
        role.put("name", "../../unusual");
        role.put("path_hash_prefixes", List.of("00"));
        assertEquals("/signed/delegations/roles/0", refusedTargets());
        role.put("path_hash_prefixes", List.of());
        assertEquals("/signed/delegations/roles/0", refusedTargets());
        role.put("path_hash_prefixes", "00");
        assertEquals("/signed/delegations/roles/0/path_hash_prefixes", refusedTargets());
        role.put("path_hash_prefixes", List.of("00"));
        role.remove("paths");
        targets();
        role.remove("path_hash_prefixes");
        targets();
        roles.add(role);
        assertEquals("/signed/delegations/roles/1/name", refusedTargets());
        roles.remove(1);
        delegations.put("succinct_roles", Map.of());
        assertEquals("/signed/delegations/succinct_roles", refusedTargets());
        delegations.remove("roles");
        Map<String, Object> bins = new LinkedHashMap<>(
                Map.of("keyids", List.of(key.keyId()), "threshold", 1, "bit_length", 8, "name_prefix", "bin"));
        delegations.put("succinct_roles", bins);
        for (int length : new int[] {-1, 0, 33}) {
            bins.put("bit_length", length);
            assertEquals("/signed/delegations/succinct_roles/bit_length", refusedTargets());
        }
        for (int length : new int[] {1, 32}) {
            bins.put("bit_length", length);
            targets();
        }
        bins.put("bit_length", 8);
        bins.put("name_prefix", "");
        assertEquals("/signed/delegations/succinct_roles/name_prefix", refusedTargets());
        bins.put("name_prefix", "bin");
        targets();
    }

    @Test
    void aMessageHasNoControlCharactersOfTheDocument() {
        object(repository.root, "keys").put("\u001b[2J\n\u202e", 1);
        repository.writeRoot();
        TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> start(repository.rootFile(1)));
        assertFalse(e.toString().chars().anyMatch(c -> c < ' ' || c == 0x202e), "message: printable only");
    }
}
