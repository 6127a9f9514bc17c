package dev.tallyclerk.trust.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotaryDigestResolverTest {
    private static final String DIGEST = "sha256:ccbcc0a1ec5969256f4adb0952d8b6650d83a13014b4770e5f3d3cf389f7fc51";

    private static NotaryClient client(String gun, String now) {
        try {
            Path folder = Path.of(Objects.requireNonNull(
                            NotaryDigestResolverTest.class.getResource("/testdata/notary/dct/05-witness"))
                    .toURI());
            return NotaryClient.of(gun, NotaryFiles.ofFolder(folder), NotaryRootTrust.firstUse())
                    .withClock(Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static final NotaryDigestResolver RESOLVER =
            NotaryDigestResolver.updating(gun -> client(gun, "2026-11-25T00:00:00Z"));

    @Test
    void aTagIsATargetOfTheCollectionOfTheRepository() throws DigestResolutionException {
        ResolvedDigest resolved = RESOLVER.resolve(Reference.parse("docker.io/acme/app:1.0"));
        assertEquals(DIGEST, resolved.digest().toString());
        assertEquals(2, resolved.digests().size());
        assertEquals(8, resolved.size().orElseThrow());
        assertTrue(resolved.voucher().startsWith("Notary role targets/releases of docker.io/acme/app, version "));
        assertEquals("targets/releases", resolved.role().orElseThrow());
        assertTrue(resolved.voucher()
                .contains("valid until " + resolved.validUntil().orElseThrow()));
    }

    @Test
    void aDigestBesideTheTagMustBeTheListedOne() throws DigestResolutionException {
        Reference right = Reference.parse("docker.io/acme/app:1.0@" + DIGEST);
        assertEquals(DIGEST, RESOLVER.resolve(right).digest().toString());
        Reference wrong = Reference.parse("docker.io/acme/app:1.0@sha256:" + "00".repeat(32));
        assertEquals(
                Reason.NOT_TRUSTED,
                assertThrows(DigestResolutionException.class, () -> RESOLVER.resolve(wrong))
                        .reason());
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/acme/app:absent, NOT_FOUND",
        "docker.io/acme/app@" + DIGEST + ", NOT_FOUND",
        "docker.io/acme/other:1.0, NOT_TRUSTED"
    })
    void refusesWithAReason(String reference, Reason reason) {
        assertEquals(
                reason,
                assertThrows(DigestResolutionException.class, () -> RESOLVER.resolve(Reference.parse(reference)))
                        .reason());
    }

    @Test
    void expiredMetadataVouchesForNothing() {
        NotaryDigestResolver late = NotaryDigestResolver.updating(gun -> client(gun, "2027-01-01T00:00:00Z"));
        assertEquals(
                Reason.NOT_TRUSTED,
                assertThrows(
                                DigestResolutionException.class,
                                () -> late.resolve(Reference.parse("docker.io/acme/app:1.0")))
                        .reason());
    }

    @Test
    void oneCollectionAnswersForItsRepositoryOnly() throws Exception {
        NotaryDigestResolver one = NotaryDigestResolver.of(
                client("docker.io/acme/app", "2026-11-25T00:00:00Z").update());
        assertEquals(
                DIGEST,
                one.resolve(Reference.parse("docker.io/acme/app:1.0")).digest().toString());
        assertEquals(
                Reason.NOT_FOUND,
                assertThrows(
                                DigestResolutionException.class,
                                () -> one.resolve(Reference.parse("docker.io/acme/other:1.0")))
                        .reason());
    }
}
