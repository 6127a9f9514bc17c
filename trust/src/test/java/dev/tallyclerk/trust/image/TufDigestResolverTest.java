package dev.tallyclerk.trust.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TopLevelRole;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.TufException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TufDigestResolverTest {
    private static final String IMAGE = "registry.example.org/team/app:1.0";
    private static final byte[] MANIFEST = {'{', '}'};

    private final TestRepository repository = new TestRepository();
    private final TufClient client = repository.client(MetadataStore.inMemory());

    @Test
    void anImageIsResolvedToTheDigestThatTheTargetsList() throws TufException {
        repository.addTarget(IMAGE, MANIFEST);
        repository.timestamp.put("expires", "2030-01-02T00:00:00Z");
        repository.publish();
        assertEquals(
                new VouchedDigest(Digest.sha256Of(MANIFEST), 2, "targets", 2, Instant.parse("2030-01-02T00:00:00Z")),
                TufDigestResolver.refreshing(client).resolve(IMAGE).orElseThrow());
    }

    @Test
    void anImageThatNobodyListsIsNotVouchedFor() throws TufException {
        assertTrue(TufDigestResolver.refreshing(client).resolve(IMAGE).isEmpty());
    }

    @Test
    void aResolverOverMetadataAsksNobody() throws TufException {
        repository.addTarget(IMAGE, MANIFEST);
        repository.publish();
        TufDigestResolver resolver = TufDigestResolver.of(client.refresh());
        repository.takeRequests();
        assertTrue(resolver.resolve(IMAGE).isPresent());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void sha256IsPreferredBecauseRegistriesAddressByIt() throws TufException {
        assertEquals("sha256", algorithmChosenFrom("sha512", "sha384", "sha256"));
        assertEquals("sha512", algorithmChosenFrom("sha384", "sha512"));
        assertEquals("sha384", algorithmChosenFrom("sha384", "md5"));
    }

    private String algorithmChosenFrom(String... names) throws TufException {
        Map<String, Object> hashes = new LinkedHashMap<>();
        for (String name : names) {
            DigestAlgorithm algorithm = DigestAlgorithm.of(name);
            hashes.put(
                    name,
                    algorithm.isSupported() ? Digest.of(algorithm, MANIFEST).encoded() : "00");
        }
        TestRepository.object(repository.targets, "targets")
                .put(IMAGE, Map.of("length", MANIFEST.length, "hashes", hashes));
        repository.publish();
        VouchedDigest found =
                TufDigestResolver.refreshing(client).resolve(IMAGE).orElseThrow();
        return found.digest().algorithm().name();
    }

    @Test
    void aTargetWithoutASupportedHashIsRefused() {
        TestRepository.object(repository.targets, "targets")
                .put(IMAGE, Map.of("length", 2, "hashes", Map.of("md5", "00")));
        repository.publish();
        var e = assertThrows(
                TufException.class, () -> TufDigestResolver.refreshing(client).resolve(IMAGE));
        assertEquals(TufException.Reason.NO_KNOWN_HASH, e.reason());
    }

    @Test
    void aFrozenRepositoryIsRefused() {
        repository.addTarget(IMAGE, MANIFEST);
        repository.signed(TopLevelRole.TIMESTAMP).put("expires", "2029-12-31T23:59:59Z");
        repository.publish();
        var e = assertThrows(
                TufException.class, () -> TufDigestResolver.refreshing(client).resolve(IMAGE));
        assertEquals(TufException.Reason.EXPIRED, e.reason());
    }

    @Test
    void aVouchedDigestIsOneThatCanBeVerified() {
        Digest unknown = Digest.parse("md5:00");
        assertThrows(IllegalArgumentException.class, () -> new VouchedDigest(unknown, 1, "targets", 1, Instant.EPOCH));
        Digest known = Digest.sha256Of(MANIFEST);
        assertThrows(IllegalArgumentException.class, () -> new VouchedDigest(known, -1, "targets", 1, Instant.EPOCH));
    }
}
