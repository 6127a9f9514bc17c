package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is a decision and what is none, for how long, and by which name. */
class ProxyDecisionTest {
    private static final String APP = "/v2/team/app";
    private static final byte[] LAYER = TestProxy.layer(1, 200_000);
    private static final Digest LAYER_DIGEST = Digest.sha256Of(LAYER);
    private static final Policy LENIENT = Policy.defaults().withGate(Severity.CRITICAL);

    @TempDir
    Path folder;

    private TestProxy test;
    private Descriptor image;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean down;

    @BeforeEach
    void start() throws IOException {
        test = TestProxy.create(folder);
        image = TestProxy.image(test.repository(), "1.0", LAYER);
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private PullThrough deciding(Admission admission) throws IOException {
        return test.empty()
                .withDefaultUpstream(test.upstream())
                .withPolicy(any -> ProxyPolicy.decidingFirst("1", admission));
    }

    /** Vouches for tags and for nothing else, as TUF and Notary do. */
    private Admission byTag(Descriptor signed) {
        DigestResolver resolver = name -> {
            asked.incrementAndGet();
            if (down) {
                throw new DigestResolutionException(
                        DigestResolutionException.Reason.UNAVAILABLE, "the signature server is down");
            }
            if (!name.tag().equals(Optional.of("1.0"))) {
                throw new DigestResolutionException(DigestResolutionException.Reason.NOT_FOUND, "not listed");
            }
            return ResolvedDigest.of(signed.digest(), "the test");
        };
        return Admission.of(LENIENT).withVoucher(resolver);
    }

    @Test
    void aLayerThatTheUpstreamCutsOrChangesIsNoDecision() throws IOException {
        test.proxy = deciding(byTag(image));
        byte[] wrong = new byte[LAYER.length];
        test.registry.interceptOnce(request -> request.uri().getPath().endsWith("/blobs/" + LAYER_DIGEST)
                ? MemoryRegistry.answer(200, Map.of(), wrong)
                : null);
        Read cut = test.get(APP + "/manifests/1.0");
        assertEquals(502, cut.status(), cut.text());
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void evidenceThatCannotBeReadIsNoDecision() throws IOException {
        test.proxy = deciding(Admission.of(LENIENT).withVoucher((name, candidate) -> {
            asked.incrementAndGet();
            return new TrustResult(
                    new Decision(Decision.Kind.INCOMPLETE, List.of("a signature could not be read")),
                    Optional.empty(),
                    "rule",
                    List.of(),
                    List.of());
        }));
        for (int i = 1; i < 3; i++) {
            Read read = test.get(APP + "/manifests/1.0");
            assertEquals(503, read.status());
            assertTrue(read.text().contains("a signature could not be read"), read.text());
            assertEquals(i, asked.get());
        }
    }

    @Test
    void whoVouchesForTagsIsAskedByTheTagsOfADigestAfterARestart() throws IOException {
        Descriptor arm = TestProxy.image(test.repository(), "arm", TestProxy.layer(3, 100));
        ImageIndex index = ImageIndex.builder().manifest(image).manifest(arm).build();
        Descriptor multi = test.repository().tag("1.0", test.repository().manifest(MediaType.OCI_INDEX, index.bytes()));
        test.proxy = deciding(byTag(multi));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        for (Descriptor each : List.of(multi, arm)) {
            test.proxy = deciding(byTag(multi));
            assertEquals(200, test.get(APP + "/manifests/" + each.digest()).status());
        }
        test.proxy = deciding(byTag(multi));
        assertArrayEquals(LAYER, test.get(APP + "/blobs/" + LAYER_DIGEST).body());
        Descriptor alone = TestProxy.image(test.repository(), "alone", TestProxy.layer(4, 100));
        assertEquals(403, test.get(APP + "/manifests/alone").status());
        assertEquals(403, test.get(APP + "/manifests/" + alone.digest()).status());
    }

    @Test
    void aTagThatStandsForAnotherDigestVouchesForNone() throws IOException {
        Descriptor other = TestProxy.image(test.repository(), "2.0", TestProxy.layer(5, 100));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        test.proxy = deciding(byTag(other));
        assertEquals(403, test.get(APP + "/manifests/" + image.digest()).status());
        assertEquals(403, test.get(APP + "/blobs/" + LAYER_DIGEST).status());
        assertTrue(asked.get() >= 2, "the tag was asked for too");
    }

    @Test
    void anAcceptedImageStaysSoWhileNobodyCanBeAskedAndForSoLongOnly() throws IOException {
        test.proxy = deciding(byTag(image));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        down = true;
        test.clock.move(Duration.ofDays(1));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        assertArrayEquals(LAYER, test.get(APP + "/blobs/" + LAYER_DIGEST).body());
        assertTrue(test.count(Kind.STALE) >= 3);
        TestProxy.image(test.repository(), "2.0", TestProxy.layer(5, 100));
        assertEquals(503, test.get(APP + "/manifests/2.0").status());
        test.clock.move(Duration.ofDays(7));
        assertEquals(503, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void anObservedImageIsDecidedOnOnceHoweverOftenItIsAskedForMeanwhile() throws Exception {
        CountDownLatch deciding = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        CountDownLatch observed = new CountDownLatch(1);
        AtomicInteger reports = new AtomicInteger();
        Admission refusing = Admission.of(LENIENT).withVoucher((name, candidate) -> {
            asked.incrementAndGet();
            deciding.countDown();
            try {
                decide.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return new TrustResult(
                    new Decision(Decision.Kind.REJECTED, List.of("nobody has signed it")),
                    Optional.empty(),
                    "rule",
                    List.of(),
                    List.of());
        });
        // One thread more than the decision has.
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            PullThrough proxy = PullThrough.of(test.store, folder.resolve("index"), two, test.clock)
                    .withDefaultUpstream(test.upstream())
                    .withPolicy(any -> ProxyPolicy.observing("1", refusing))
                    .withListener(event -> {
                        if (event.kind() == Kind.OBSERVED) {
                            reports.incrementAndGet();
                            observed.countDown();
                        }
                    });
            ProxyRequest request = ProxyRequest.of("GET", APP + "/manifests/1.0");
            assertEquals(200, TestProxy.read(proxy, request).status());
            deciding.await();
            List<String> tags = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                tags.add("more" + i);
                TestProxy.image(test.repository(), "more" + i, TestProxy.layer(10 + i, 100));
            }
            for (String tag : tags) {
                assertEquals(200, TestProxy.read(proxy, request).status());
                assertEquals(
                        200,
                        TestProxy.read(proxy, ProxyRequest.of("GET", APP + "/manifests/" + tag))
                                .status());
            }
            assertArrayEquals(
                    LAYER,
                    TestProxy.read(proxy, ProxyRequest.of("GET", APP + "/blobs/" + LAYER_DIGEST))
                            .body(),
                    "the fetch has a thread");
            assertEquals(1, asked.get());
            decide.countDown();
            observed.await();
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void whatASignedIndexNamesIsNotReportedWhenItIsObserved() throws Exception {
        ImageIndex index = ImageIndex.builder().manifest(image).build();
        Descriptor multi = test.repository().tag("1.0", test.repository().manifest(MediaType.OCI_INDEX, index.bytes()));
        Descriptor unsigned = TestProxy.image(test.repository(), "unsigned", TestProxy.layer(7, 100));
        List<String> reports = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        test.proxy = test.empty()
                .withDefaultUpstream(test.upstream())
                .withPolicy(any -> ProxyPolicy.observing("1", byTag(multi)))
                .withListener(event -> {
                    if (event.kind() == Kind.OBSERVED) {
                        reports.add(event.subject());
                        last.countDown();
                    }
                });
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(200, test.get(APP + "/manifests/" + multi.digest()).status());
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        // Decided on after the others, one at a time.
        assertEquals(200, test.get(APP + "/manifests/" + unsigned.digest()).status());
        last.await();
        assertEquals(1, reports.size(), reports::toString);
        assertTrue(reports.get(0).contains(unsigned.digest().toString()), reports::toString);
    }
}
