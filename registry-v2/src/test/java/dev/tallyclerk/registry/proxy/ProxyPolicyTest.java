package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.evidence.Voucher;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyPolicyTest {
    private static final String APP = "/v2/team/app";
    private static final byte[] LAYER = TestProxy.layer(1, 200_000);
    private static final Digest LAYER_DIGEST = Digest.sha256Of(LAYER);
    private static final Policy LENIENT = Policy.defaults().withGate(Severity.CRITICAL);

    @TempDir
    Path folder;

    private TestProxy test;
    private Descriptor image;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile ProxyPolicy policy = ProxyPolicy.none();

    @BeforeEach
    void start() throws IOException {
        test = TestProxy.create(folder);
        image = TestProxy.image(test.repository(), "1.0", LAYER);
        test.proxy = test.proxy.withPolicy(repository -> {
            assertEquals(TestProxy.HOST + "/team/app", repository.toString());
            return policy;
        });
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private Admission voucher(Voucher voucher) {
        return Admission.of(LENIENT).withVoucher((name, candidate) -> {
            asked.incrementAndGet();
            return voucher.vouch(name, candidate);
        });
    }

    private Admission accepting() {
        return voucher((name, candidate) -> accepted(candidate.resolve().digest()));
    }

    private Admission refusing() {
        return voucher((name, candidate) -> new TrustResult(
                new Decision(Decision.Kind.REJECTED, List.of("nobody has signed it")),
                Optional.empty(),
                "rule",
                List.of(),
                List.of()));
    }

    private static TrustResult accepted(Digest digest) {
        return new TrustResult(
                new Decision(Decision.Kind.ACCEPTED, List.of("the test trusts it")),
                Optional.of(ResolvedDigest.of(digest, "the test")),
                "rule",
                List.of(Evidence.of(Evidence.Kind.PINNED_DIGEST, digest, new Signer.PolicyAuthor("test"), "the test")),
                List.of());
    }

    private static void assertDenied(Read read) {
        assertEquals(403, read.status(), read::text);
        assertTrue(read.text().contains("\"code\":\"DENIED\""), read.text());
    }

    @Test
    void anAdmittedImageIsGivenAndDecidedOnOnce() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", accepting());
        for (int i = 0; i < 3; i++) {
            assertEquals(200, test.get(APP + "/manifests/1.0").status());
            assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
            assertArrayEquals(LAYER, test.get(APP + "/blobs/" + LAYER_DIGEST).body());
        }
        assertEquals(1, asked.get());
        assertEquals(2, test.asked("GET", "/blobs/"), "what the decision has read is what is given");
    }

    @Test
    void aRefusedImageIsDeniedWithTheReasonInEveryWayToIt() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", refusing());
        Read byTag = test.get(APP + "/manifests/1.0");
        assertDenied(byTag);
        assertTrue(byTag.text().contains("nobody has signed it"), byTag.text());
        assertDenied(test.get(APP + "/manifests/" + image.digest()));
        assertDenied(test.get(APP + "/blobs/" + LAYER_DIGEST));
        assertEquals(403, test.head(APP + "/blobs/" + LAYER_DIGEST).status());
        assertEquals(0, test.asked("GET", "/blobs/"));
        assertTrue(test.count(Kind.DENIED) >= 3);
    }

    @Test
    void theHeadOfARefusedManifestLeadsToTheReason() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", refusing());
        Read head = test.head(APP + "/manifests/1.0");
        assertEquals(200, head.status());
        assertTrue(head.header("Warning").contains("nobody has signed it"), head.header("Warning"));
        assertDenied(test.get(APP + "/manifests/" + head.header("Docker-Content-Digest")));
    }

    @Test
    void theRulesThatRefuseAnImageAreInTheDetail() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", Admission.of(Policy.defaults().withGate(Severity.LOW)));
        Read read = test.get(APP + "/manifests/1.0");
        assertDenied(read);
        assertTrue(read.text().contains("\"detail\":{\"rules\":[\""), read.text());
    }

    @Test
    void aStricterPolicyCountsForWhatIsCachedFromTheNextRequestOn() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", accepting());
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(200, test.get(APP + "/blobs/" + LAYER_DIGEST).status());
        policy = ProxyPolicy.decidingFirst("2", refusing());
        assertDenied(test.get(APP + "/manifests/1.0"));
        assertDenied(test.get(APP + "/manifests/" + image.digest()));
        assertDenied(test.get(APP + "/blobs/" + LAYER_DIGEST));
        policy = ProxyPolicy.none();
        assertEquals(200, test.get(APP + "/blobs/" + LAYER_DIGEST).status());
    }

    @Test
    void aDecisionHoldsForItsTime() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", accepting());
        test.get(APP + "/manifests/1.0");
        test.clock.move(Duration.ofMinutes(59));
        test.get(APP + "/manifests/1.0");
        assertEquals(1, asked.get());
        test.clock.move(Duration.ofMinutes(2));
        test.get(APP + "/manifests/1.0");
        assertEquals(2, asked.get());
    }

    @Test
    void aTagIsWhatTheVoucherSaysAndNotWhatTheRegistrySays() throws IOException {
        Descriptor moved = TestProxy.image(test.repository(), "1.0", TestProxy.layer(2, 100));
        policy = ProxyPolicy.decidingFirst("1", voucher((name, candidate) -> accepted(image.digest())));
        assertEquals(
                image.digest(), Digest.sha256Of(test.get(APP + "/manifests/1.0").body()));
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        assertDenied(test.get(APP + "/manifests/" + moved.digest()));
    }

    @Test
    void thatTheVoucherCannotBeAskedIsNoDecision() throws IOException {
        policy = ProxyPolicy.decidingFirst("1", voucher((name, candidate) -> {
            throw new IOException("the signature server is down");
        }));
        Read read = test.get(APP + "/manifests/1.0");
        assertEquals(503, read.status());
        assertTrue(read.text().contains("the signature server is down"), read.text());
        assertEquals(503, test.head(APP + "/manifests/1.0").status());
        test.get(APP + "/manifests/1.0");
        assertEquals(3, asked.get());
    }

    @Test
    void whatASignedIndexNamesIsLookedAtOnItsOwn() throws IOException {
        Descriptor arm = TestProxy.image(test.repository(), "arm", TestProxy.layer(3, 100));
        ImageIndex index = ImageIndex.builder().manifest(image).manifest(arm).build();
        Descriptor multi =
                test.repository().tag("multi", test.repository().manifest(MediaType.OCI_INDEX, index.bytes()));
        policy = ProxyPolicy.decidingFirst("1", voucher((name, candidate) -> {
            Digest digest = candidate.resolve().digest();
            return digest.equals(multi.digest())
                    ? accepted(digest)
                    : new TrustResult(
                            new Decision(Decision.Kind.REJECTED, List.of("only the index is signed")),
                            Optional.empty(),
                            "rule",
                            List.of(),
                            List.of());
        }));
        assertEquals(200, test.get(APP + "/manifests/multi").status());
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        assertEquals(200, test.get(APP + "/manifests/" + arm.digest()).status());
        Descriptor alone = TestProxy.image(test.repository(), "alone", TestProxy.layer(4, 100));
        assertDenied(test.get(APP + "/manifests/" + alone.digest()));
    }

    @Test
    void anObservedImageIsGivenAndItsRefusalReported() throws Exception {
        CountDownLatch observed = new CountDownLatch(1);
        test.proxy = test.proxy.withListener(event -> {
            if (event.kind() == Kind.OBSERVED) {
                observed.countDown();
            }
        });
        policy = ProxyPolicy.observing("1", refusing());
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertArrayEquals(LAYER, test.get(APP + "/blobs/" + LAYER_DIGEST).body());
        observed.await();
    }
}
