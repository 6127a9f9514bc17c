package dev.tallyclerk.trust.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TufDigestResolverTest {
    private static final String IMAGE = "registry.example.org/team/app:1.0";
    private static final byte[] MANIFEST = {'{', '}'};

    private final TestRepository repository = new TestRepository();
    private final TufClient client = repository.client(MetadataStore.inMemory());
    private final TufDigestResolver resolver = TufDigestResolver.refreshing(client, "https://tuf.example.org");

    private DigestResolutionException refusal() {
        return assertThrows(DigestResolutionException.class, () -> resolver.resolveTarget(IMAGE));
    }

    @Test
    void anImageIsResolvedToTheDigestThatTheTargetsList() throws DigestResolutionException {
        repository.addTarget(IMAGE, MANIFEST);
        repository.timestamp.put("expires", "2030-01-02T00:00:00Z");
        repository.publish();
        ResolvedDigest resolved = resolver.resolve(Reference.parse(IMAGE));
        assertEquals(Digest.sha256Of(MANIFEST), resolved.digest());
        assertEquals(2, resolved.size().orElseThrow());
        assertTrue(resolved.voucher().contains("https://tuf.example.org"), resolved.voucher());
        assertTrue(resolved.voucher().contains("version 2"), resolved.voucher());
        assertTrue(resolved.voucher().contains("2030-01-02T00:00:00Z"), resolved.voucher());
        assertEquals("targets", resolved.role().orElseThrow());
        assertEquals(OptionalLong.of(1), resolved.threshold());
        assertEquals(
                Instant.parse("2030-01-02T00:00:00Z"), resolved.validUntil().orElseThrow());
        assertEquals(List.of(), resolved.notChecked());
    }

    @Test
    void aDigestThatADelegatedRoleListsHasTheThresholdOfTheDelegation() throws DigestResolutionException {
        List<SigningKey> keys = List.of(SigningKey.ed25519(), SigningKey.ed25519());
        repository.delegate("targets", "team", "paths", List.of("*"), keys).put("threshold", 2);
        repository.delegatedKeys.put("team", keys);
        repository.addTarget("team", "app", MANIFEST);
        repository.publish();
        ResolvedDigest resolved = resolver.resolveTarget("app");
        assertEquals("team", resolved.role().orElseThrow());
        assertEquals(OptionalLong.of(2), resolved.threshold());
    }

    @Test
    void aDigestThatABinListsHasTheThresholdOfTheBins() throws DigestResolutionException {
        SigningKey key = SigningKey.ed25519();
        repository.delegateToBins("targets", 1, "bin", key);
        for (String bin : List.of("bin-0", "bin-1")) {
            repository.addTarget(bin, "app", MANIFEST);
            repository.delegatedKeys.put(bin, List.of(key));
        }
        repository.publish();
        assertEquals(OptionalLong.of(1), resolver.resolveTarget("app").threshold());
    }

    @Test
    void anImageThatNobodyListsIsNotVouchedFor() {
        assertEquals(Reason.NOT_FOUND, refusal().reason());
    }

    @Test
    void aNameWithoutATagIsNotVouchedFor() {
        var e = assertThrows(
                DigestResolutionException.class,
                () -> resolver.resolve(Reference.parse("registry.example.org/team/app")));
        assertEquals(Reason.NOT_FOUND, e.reason());
    }

    @Test
    void aResolverOverMetadataAsksNobody() throws TufException, DigestResolutionException {
        repository.addTarget(IMAGE, MANIFEST);
        repository.publish();
        TufDigestResolver offline = TufDigestResolver.of(client.refresh(), "x");
        repository.takeRequests();
        assertEquals(Digest.sha256Of(MANIFEST), offline.resolveTarget(IMAGE).digest());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void sha256IsPreferredBecauseRegistriesAddressByIt() throws DigestResolutionException {
        assertEquals("sha256", algorithmChosenFrom("sha512", "sha384", "sha256"));
        assertEquals("sha512", algorithmChosenFrom("sha384", "sha512"));
        assertEquals("sha384", algorithmChosenFrom("sha384", "md5"));
    }

    private String algorithmChosenFrom(String... names) throws DigestResolutionException {
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
        return resolver.resolveTarget(IMAGE).digest().algorithm().name();
    }

    @Test
    void aTargetWithoutASupportedHashIsRefused() {
        TestRepository.object(repository.targets, "targets")
                .put(IMAGE, Map.of("length", 2, "hashes", Map.of("md5", "00")));
        repository.publish();
        assertEquals(Reason.UNSUPPORTED, refusal().reason());
    }

    @Test
    void everyHashThatIsListedHasToHold() throws DigestResolutionException {
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, MANIFEST);
        listed(sha512);
        ResolvedDigest resolved = resolver.resolveTarget(IMAGE);
        assertEquals(List.of(Digest.sha256Of(MANIFEST), sha512), resolved.digests());
    }

    @Test
    void aDigestInTheNameHasToBeOneThatIsListed() throws DigestResolutionException {
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, MANIFEST);
        listed(sha512);
        assertEquals(
                sha512, resolver.resolve(Reference.parse(IMAGE + "@" + sha512)).digest());
        assertEquals(
                2,
                resolver.resolve(Reference.parse(IMAGE + "@" + sha512))
                        .digests()
                        .size());
        Reference another = Reference.parse(IMAGE + "@" + Digest.sha256Of(new byte[] {1}));
        var e = assertThrows(DigestResolutionException.class, () -> resolver.resolve(another));
        assertEquals(Reason.NOT_TRUSTED, e.reason());
    }

    private void listed(Digest sha512) {
        TestRepository.object(repository.targets, "targets")
                .put(
                        IMAGE,
                        Map.of(
                                "length",
                                MANIFEST.length,
                                "hashes",
                                Map.of(
                                        "sha512",
                                        sha512.encoded(),
                                        "sha256",
                                        Digest.sha256Of(MANIFEST).encoded())));
        repository.publish();
    }

    @Test
    void metadataOfAnotherMajorVersionSaysNothingAboutTheImage() {
        repository.signed(TopLevelRole.TIMESTAMP).put("spec_version", "2.0.0");
        repository.publish();
        assertEquals(Reason.UNSUPPORTED, refusal().reason());
    }

    @Test
    void aFrozenRepositoryIsRefused() {
        repository.addTarget(IMAGE, MANIFEST);
        repository.signed(TopLevelRole.TIMESTAMP).put("expires", "2029-12-31T23:59:59Z");
        repository.publish();
        DigestResolutionException e = refusal();
        assertEquals(Reason.NOT_TRUSTED, e.reason());
        assertTrue(e.getCause() instanceof TufException cause && cause.reason() == TufException.Reason.EXPIRED);
    }

    @Test
    void whatHasExpiredVouchesAsWhatHasExpired() throws TufException, DigestResolutionException {
        repository.addTarget(IMAGE, MANIFEST);
        repository.signed(TopLevelRole.TIMESTAMP).put("expires", "2029-12-31T23:59:59Z");
        repository.publish();
        ResolvedDigest resolved =
                TufDigestResolver.of(client.refreshAllowingExpired(), "x").resolveTarget(IMAGE);
        assertEquals(List.of("whether the metadata is current"), resolved.notChecked());
        String voucher = resolved.voucher();
        assertTrue(voucher.contains("EXPIRED since 2029-12-31T23:59:59Z"), voucher);
        assertTrue(!voucher.contains("valid until"), voucher);
    }

    @Test
    void aRepositoryThatCannotBeAskedSaysNothingAboutTheImage() {
        repository.failOn = "timestamp.json";
        assertEquals(Reason.UNAVAILABLE, refusal().reason());
    }

    @Test
    void anInterruptSaysNothingAboutTheImage() throws IOException, InterruptedException {
        MetadataStore store = MetadataStore.inMemory();
        TufDigestResolver waiting = TufDigestResolver.refreshing(repository.client(store), "x");
        List<DigestResolutionException> failures = new ArrayList<>();
        try (MetadataStore.Claim claim = store.claim()) {
            Thread other = new Thread(() -> {
                Thread.currentThread().interrupt();
                failures.add(assertThrows(DigestResolutionException.class, () -> waiting.resolveTarget(IMAGE)));
            });
            other.start();
            other.join();
            assertEquals(Reason.UNAVAILABLE, failures.get(0).reason(), claim.toString());
        }
        assertTrue(failures.get(0).getCause() instanceof TufException cause
                && cause.reason() == TufException.Reason.INTERRUPTED);
    }

    @Test
    void aDelegatedRoleVouchesInItsOwnName() throws DigestResolutionException {
        repository.delegate("targets", "team/x", "registry.example.org/team/*");
        repository.addTarget("team/x", IMAGE, MANIFEST);
        repository.targetsOf("team/x").put("version", 7L);
        repository.targetsOf("team/x").put("expires", "2030-01-03T00:00:00Z");
        repository.publish();
        ResolvedDigest resolved = resolver.resolveTarget(IMAGE);
        assertEquals(Digest.sha256Of(MANIFEST), resolved.digest());
        assertTrue(resolved.voucher().contains("role \"team/x\""), resolved.voucher());
        assertEquals("team/x", resolved.role().orElseThrow());
        assertTrue(resolved.voucher().contains("version 7"), resolved.voucher());
        assertTrue(resolved.voucher().contains("2030-01-03T00:00:00Z"), resolved.voucher());
    }

    @Test
    void aDelegatedRoleThatCannotBeAskedLeavesTheImageOpen() {
        repository.delegate("targets", "team", "*/*/*");
        repository.publish();
        repository.failOn = "1.team.json";
        assertEquals(Reason.UNAVAILABLE, refusal().reason());
    }
}
