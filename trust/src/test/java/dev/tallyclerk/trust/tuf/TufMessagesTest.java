package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufAssertions.Step;
import dev.tallyclerk.trust.tuf.internal.text.ShortKeyId;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.KeyOutcome;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The facts without which nobody can act on a message. Its wording is free. */
class TufMessagesTest {
    private final TestRepository repository = new TestRepository();

    private static String message(Step refused) {
        return String.valueOf(assertThrows(TufException.class, refused::run).getMessage());
    }

    private static void says(String message, Object... facts) {
        for (Object fact : facts) {
            assertTrue(message.contains(fact.toString()), () -> "no " + fact + " in: " + message);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        repository.files.remove("1.snapshot.json");
        says(message(repository.client(MetadataStore.inMemory())::refresh), "snapshot:", "1.snapshot.json");
        repository.failOn = "timestamp.json";
        says(message(repository.client(MetadataStore.inMemory())::refresh), "timestamp:", "timestamp.json", "reset");
    }

    @Test
    void bothVersionsOfARollbackAreNamed() throws TufException {
        MetadataStore store = MetadataStore.inMemory();
        repository.timestamp.put("version", 41L);
        repository.writeTimestamp();
        repository.client(store).refresh();
        repository.timestamp.put("version", 40L);
        repository.writeTimestamp();
        says(message(repository.client(store)::refresh), "timestamp:", "version 40", "41");
    }

    @Test
    void whatEachKeyDidIsSaid() {
        SigningKey silent = SigningKey.ed25519();
        SigningKey unusable = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.TIMESTAMP, 2, silent, unusable);
        TestRepository.object(repository.root, "keys", unusable.keyId()).put("scheme", "from-the-future");
        repository.writeRoot();
        repository.files.put(
                "timestamp.json", TestRepository.sign(repository.timestamp, List.of(SigningKey.ed25519(), unusable)));
        says(
                message(repository.client(MetadataStore.inMemory())::refresh),
                "0 of 2",
                "key " + silent.keyId().substring(0, 16) + "… did not sign; ",
                "key " + unusable.keyId().substring(0, 16) + "… cannot be used (UNKNOWN_SCHEME)",
                "root version 1");
    }

    /** A role may be signed well enough for one delegator and not for another. */
    @Test
    void whoseKeysWereWantedIsSaid() throws TufException {
        repository.delegate("targets", "a", "a");
        repository.delegate("a", "b", "a");
        repository.publish();
        for (String role : List.of("b", "a")) {
            repository.delegatedKeys.put(role, List.of(SigningKey.ed25519()));
            repository.publish();
            FreshMetadata metadata = repository.client(MetadataStore.inMemory()).refresh();
            String wanted = role.equals("a") ? "(keys of the top-level targets)" : "(keys of role \"a\")";
            says(message(() -> metadata.target("a")), '"' + role + "\":", "0 of 1", wanted);
        }
    }

    @Test
    void ofManyKeysEightAreNamedAndTheOthersCounted() {
        assertEquals("0 of 1 needed signatures", new ThresholdReport(0, 1, List.of()).toString());
        String eight = new ThresholdReport(0, 1, keys(8)).toString();
        says(eight, "0 of 1 needed signatures: ", "key-0", "key-7");
        assertFalse(eight.contains("more"), eight);
        String eleven = new ThresholdReport(0, 1, keys(11)).toString();
        says(eleven, "key-7", "3 more");
        assertFalse(eleven.contains("key-8"), eleven);
    }

    @Test
    void aLongKeyIdIsCutOff() {
        assertEquals("0123456789abcdef", ShortKeyId.of("0123456789abcdef"));
        assertEquals("0123456789abcdef…", ShortKeyId.of("0123456789abcdef0"));
    }

    private static List<KeyOutcome> keys(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new KeyOutcome("key-" + i, Outcome.NO_SIGNATURE, ""))
                .toList();
    }

    @Test
    void anExpiryIsSaidWithBothTimes() {
        repository.timestamp.put("expires", NOW.toString());
        repository.timestamp.put("version", 7L);
        repository.writeTimestamp();
        says(message(repository.client(MetadataStore.inMemory())::refresh), "version 7", "expired at " + NOW);
    }

    /** Which some repositories write, and a person who looks at it does not see what is wrong. */
    @Test
    void theFormOfATimeIsSaid() {
        repository.timestamp.put("expires", "2030-01-01T00:00:00.123456+00:00");
        repository.writeTimestamp();
        says(
                message(repository.client(MetadataStore.inMemory())::refresh),
                "/signed/expires",
                "YYYY-MM-DDTHH:MM:SSZ",
                "nine digits");
    }

    /** All of them spell their types alike, and nothing says which one it is. */
    @Test
    void olderFormatsAreToldFromWhatIsBroken() {
        repository.timestamp.put("_type", "Timestamp");
        repository.writeTimestamp();
        says(message(repository.client(MetadataStore.inMemory())::refresh), "Notary v1", "Uptane", "TUF before 1.0");
    }

    @Test
    void aListedFileSaysWhatIsListed() {
        MetaFile listed = MetaFile.of(3);
        says(listed.toString(), "version 3");
        assertFalse(listed.toString().contains("bytes"), listed::toString);
        Digest digest = Digest.sha256Of(new byte[0]);
        says(
                listed.withLength(17)
                        .withDigests(Collections.singletonList(digest))
                        .toString(),
                "17 bytes",
                digest);
    }
}
