package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever the bytes are: the next state or a TufException, and nothing else. */
class HostileMetadataProperties {
    private static final TestRepository REPOSITORY = repository();
    private static final TrustedMetadata ROOT = root();

    /** A value that is written as it is. */
    private record Raw(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static TestRepository repository() {
        TestRepository repository = new TestRepository();
        repository.listLengthsAndHashes = true;
        repository.addTarget("a", new byte[] {1});
        repository.publish();
        return repository;
    }

    private static TrustedMetadata root() {
        try {
            return TrustedMetadata.start(REPOSITORY.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults());
        } catch (TufException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void feed(TopLevelRole role, byte[] file) throws TufException {
        switch (role) {
            case ROOT -> {
                TrustedMetadata.start(file, SignatureEngine.runtime(), TufLimits.defaults());
                // Nobody's next root is the same version again, so that this says nothing of acceptance.
                refuseSafely(TopLevelRole.ROOT, assertThrows(TufException.class, () -> ROOT.updateRoot(file)));
            }
            case TIMESTAMP -> ROOT.updateTimestamp(file, NOW);
            case SNAPSHOT -> ROOT.rememberSnapshot(file);
            case TARGETS -> {
                // Without listed hashes, so that the file itself is read.
                TestRepository plain = new TestRepository();
                plain.keys.putAll(REPOSITORY.keys);
                plain.writeAll();
                ROOT.updateTimestamp(plain.fileNamed("timestamp.json"), NOW)
                        .updateSnapshot(plain.fileNamed("1.snapshot.json"), NOW)
                        .updateTargets(file, NOW);
            }
        }
    }

    /** {@return whether the file was accepted} */
    private static boolean feedSafely(TopLevelRole role, byte[] file) {
        try {
            feed(role, file);
            return true;
        } catch (TufException e) {
            refuseSafely(role, e);
            return false;
        }
    }

    private static void refuseSafely(TopLevelRole role, TufException e) {
        assertNotNull(e.reason());
        assertEquals(role.roleName(), e.role());
        assertTrue(e.specStep().startsWith("5."));
        assertTrue(e.toString().length() < 3_000, "bounded message");
    }

    /** Who has none of the keys can change only what nobody signs: blanks, and signatures that are not needed. */
    private static void acceptsOnlyWhatWasSigned(TopLevelRole role, byte[] file) {
        if (feedSafely(role, file)) {
            assertEquals(signedPart(good(role)), signedPart(file));
        }
    }

    private static String signedPart(byte[] file) {
        try {
            JsonCursor document = JsonCursor.parse(file, JsonLimits.ofBytes(1_000_000));
            return new String(CanonicalJson.encode(document.required("signed")), StandardCharsets.UTF_8);
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] good(TopLevelRole role) {
        return switch (role) {
            case ROOT -> REPOSITORY.rootFile(1);
            case TIMESTAMP -> REPOSITORY.fileNamed("timestamp.json");
            case SNAPSHOT -> REPOSITORY.fileNamed("2.snapshot.json");
            case TARGETS -> REPOSITORY.fileNamed("2.targets.json");
        };
    }

    @Property(tries = 500)
    void anyBytes(@ForAll TopLevelRole role, @ForAll byte[] file) {
        assertFalse(feedSafely(role, file));
    }

    @Property(tries = 500)
    void goodFilesWithDamagedBytes(
            @ForAll TopLevelRole role, @ForAll Random random, @ForAll @IntRange(min = 1, max = 4) int changes) {
        byte[] file = good(role).clone();
        for (int i = 0; i < changes; i++) {
            file[random.nextInt(file.length)] = (byte) random.nextInt(256);
        }
        acceptsOnlyWhatWasSigned(role, file);
        acceptsOnlyWhatWasSigned(role, Arrays.copyOf(file, random.nextInt(file.length)));
    }

    /** The signer is the attacker: everything after the signature check sees the damage. */
    @Property(tries = 600)
    void wellSignedFilesWithAnyValueAnywhere(
            @ForAll TopLevelRole role, @ForAll Random random, @ForAll("values") Object value) {
        Object signed = replaceSomewhere(REPOSITORY.signed(role), random, value);
        feedSafely(role, TestRepository.sign(signed, REPOSITORY.keysOf(role)));
    }

    @Property(tries = 300)
    void filesWithAnyValueAnywhereOutsideTheSignedPart(
            @ForAll TopLevelRole role, @ForAll Random random, @ForAll("values") Object value) {
        Object signature = replaceSomewhere(Map.of("keyid", "a", "sig", "00"), random, value);
        byte[] file = TestRepository.file(REPOSITORY.signed(role), Arrays.asList(signature, signature, value));
        feedSafely(role, file);
        feedSafely(role, JsonText.of(value).getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<Object> values() {
        return Arbitraries.of(
                "",
                "root",
                "x\u0000\u001b\ud83d\ude00",
                0,
                1,
                -1,
                2.5,
                Long.MAX_VALUE,
                "9".repeat(60),
                new Raw("9".repeat(60)),
                new Raw("1e9"),
                new Raw("-0"),
                new Raw("null"),
                true,
                List.of(),
                List.of(List.of(1)),
                Map.of(),
                Map.of("", Map.of()),
                Map.of("sha256", "00", "version", 0));
    }

    /** A copy with one random member or element replaced, at a random depth. */
    private static Object replaceSomewhere(@Nullable Object tree, Random random, Object value) {
        if (tree instanceof Map<?, ?> map && !map.isEmpty()) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            Object key = new ArrayList<>(copy.keySet()).get(random.nextInt(copy.size()));
            boolean here = random.nextInt(3) == 0;
            copy.put(key, here ? value : replaceSomewhere(copy.get(key), random, value));
            return copy;
        }
        if (tree instanceof List<?> list && !list.isEmpty()) {
            List<Object> copy = new ArrayList<>(list);
            int at = random.nextInt(copy.size());
            copy.set(at, replaceSomewhere(copy.get(at), random, value));
            return copy;
        }
        return value;
    }
}
