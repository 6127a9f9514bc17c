package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.RegistryLimits;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import dev.tallyclerk.verify.store.CacheLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullThroughTest {
    private static final byte[] LAYER = TestProxy.layer(1, 300_000);
    private static final String APP = "/v2/team/app";
    private static final Duration LONG = Duration.ofDays(1);

    @TempDir
    Path folder;

    private TestProxy test;
    private Descriptor image;
    private Digest layer;

    @BeforeEach
    void start() throws IOException {
        test = TestProxy.create(folder);
        image = TestProxy.image(test.repository(), "1.0", LAYER);
        layer = Digest.sha256Of(LAYER);
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private String blob(Digest digest) {
        return APP + "/blobs/" + digest;
    }

    @Test
    void givesAnImageByTagAndDigestAndAsksTheUpstreamOnce() throws IOException {
        byte[] manifest = test.repository().manifestBytes(image.digest()).orElseThrow();
        for (int i = 0; i < 2; i++) {
            for (String name : List.of("1.0", image.digest().toString())) {
                Read read = test.get(APP + "/manifests/" + name);
                assertEquals(200, read.status());
                assertArrayEquals(manifest, read.body());
                assertEquals(MediaType.OCI_MANIFEST, read.header("Content-Type"));
                assertEquals(image.digest().toString(), read.header("Docker-Content-Digest"));
                assertEquals(Integer.toString(manifest.length), read.header("Content-Length"));
            }
            Read read = test.get(blob(layer));
            assertEquals(200, read.status());
            assertArrayEquals(LAYER, read.body());
            assertEquals(Integer.toString(LAYER.length), read.header("Content-Length"));
        }
        assertEquals(1, test.asked("GET", "/manifests/"));
        assertEquals(1, test.asked("GET", "/blobs/"));
        assertEquals(0, test.asked("HEAD", "/"));
        assertEquals(4, test.count(Kind.HIT));
        assertEquals(2, test.count(Kind.MISS));
        assertEquals(2, test.count(Kind.FILL));
        assertEquals(6, test.count(Kind.REQUEST));
    }

    @Test
    void theHeadOfEverythingHasItsLengthAndNoBody() throws IOException {
        for (String target : List.of(
                "/v2/",
                APP + "/manifests/1.0",
                blob(layer),
                APP + "/tags/list",
                APP + "/referrers/" + layer,
                APP + "/manifests/none")) {
            Read head = test.head(target);
            Read get = test.get(target);
            assertEquals(get.status(), head.status(), target);
            assertEquals(get.header("Content-Length"), head.header("Content-Length"), target);
            assertEquals(Integer.toString(get.body().length), head.header("Content-Length"), target);
            assertEquals(0, head.body().length, target);
            assertEquals(get.header("Content-Type"), head.header("Content-Type"), target);
        }
        assertEquals(1, test.asked("GET", "/blobs/"));
    }

    @Test
    void aCachedBlobIsARegionOfItsFile() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        try (ProxyAnswer answer =
                test.proxy.answer(ProxyRequest.of("GET", blob(layer)).withHeader("range", "bytes=10-19"))) {
            var region = assertInstanceOf(ProxyBody.FileRegion.class, answer.body());
            assertEquals(206, answer.status());
            assertEquals(10, region.offset());
            assertEquals(10, region.length());
            assertEquals(LAYER.length, region.file().size());
            assertEquals("file", answer.body().<String>fold(bytes -> "bytes", file -> "file", stream -> "stream"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=5-, 5, -1",
        "bytes=-7, -7, -1",
        "bytes=10-99999999, 10, -1",
        "bytes=-99999999, 0, -1",
        "Bytes=0-0, 0, 1",
        "bytes=1-99999999999999999999, 1, -1",
        "bytes=-99999999999999999999, 0, -1",
        "bytes=00000000000000000000-0, 0, 1"
    })
    void givesOnePartWhetherItIsCachedOrNot(String range, int from, int to) throws IOException {
        test.get(APP + "/manifests/1.0");
        int first = from < 0 ? LAYER.length + from : from;
        byte[] expected = Arrays.copyOfRange(LAYER, first, to < 0 ? LAYER.length : to);
        for (int i = 0; i < 2; i++) {
            Read read = test.read(ProxyRequest.of("GET", blob(layer)).withHeader("Range", range));
            assertEquals(206, read.status());
            assertArrayEquals(expected, read.body());
            assertEquals(
                    "bytes " + first + "-" + (first + expected.length - 1) + "/" + LAYER.length,
                    read.header("Content-Range"));
        }
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(1, test.asked("GET", "/blobs/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,5-6",
                "bytes=5-4",
                "bytes=99999999-",
                "bytes=-0",
                "bytes=--1",
                "bytes=a-b",
                "bytes=",
                "bytes",
                "bytes=99999999999999999999-"
            })
    void aRangeThatCannotBeGivenIsRefused(String range) throws IOException {
        test.get(APP + "/manifests/1.0");
        Read read = test.read(ProxyRequest.of("GET", blob(layer)).withHeader("Range", range));
        assertEquals(416, read.status());
        assertEquals("bytes */" + LAYER.length, read.header("Content-Range"));
    }

    @Test
    void aRangeOfAnotherContentGetsAll() throws IOException {
        test.get(APP + "/manifests/1.0");
        ProxyRequest request = ProxyRequest.of("GET", blob(layer)).withHeader("Range", "bytes=1-2");
        assertEquals(200, test.read(request.withHeader("If-Range", "\"other\"")).status());
        assertEquals(
                206,
                test.read(request.withHeader("If-Range", "\"" + layer + "\"")).status());
        assertEquals(
                200,
                test.read(ProxyRequest.of("GET", blob(layer)).withHeader("Range", "lines=1-2"))
                        .status());
    }

    @Test
    void whatTheClientHasIsNotSentAgain() throws IOException {
        test.get(APP + "/manifests/1.0");
        for (String header : List.of("\"" + layer + "\"", "\"x\", W/\"" + layer + "\"", "*")) {
            Read read = test.read(ProxyRequest.of("GET", blob(layer)).withHeader("If-None-Match", header));
            assertEquals(304, read.status());
            assertEquals("\"" + layer + "\"", read.header("ETag"));
            assertEquals(0, read.body().length);
        }
        Read manifest = test.read(ProxyRequest.of("GET", APP + "/manifests/1.0")
                .withHeader("If-None-Match", "\"" + image.digest() + "\""));
        assertEquals(304, manifest.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1-2", "bytes=99999999-", "bytes=0-1,5-6"})
    void aRangeCountsInAGetOfWhatTheClientHasNot(String range) throws IOException {
        test.get(APP + "/manifests/1.0");
        Read head = test.read(ProxyRequest.of("HEAD", blob(layer)).withHeader("Range", range));
        assertEquals(200, head.status());
        assertEquals(Integer.toString(LAYER.length), head.header("Content-Length"));
        Read known = test.read(ProxyRequest.of("GET", blob(layer))
                .withHeader("Range", range)
                .withHeader("If-None-Match", "\"" + layer + "\""));
        assertEquals(304, known.status());
    }

    @Test
    void aHundredClientsShareOneFetchOfABlobAndOneOfATag() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch tag = new CountDownLatch(1);
        CountDownLatch body = new CountDownLatch(1);
        test.registry.intercept(request -> {
            try {
                if (request.uri().getPath().contains("/blobs/")) {
                    body.await();
                } else {
                    asked.countDown();
                    tag.await();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return null;
        });
        List<Future<Read>> pulls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pulls.add(test.threads.submit(() -> {
                test.get(APP + "/manifests/1.0");
                return test.get(blob(layer));
            }));
        }
        asked.await();
        while (test.count(Kind.WAIT) < 99) {
            Thread.onSpinWait(); // until all the others wait for the first
        }
        tag.countDown();
        body.countDown();
        for (Future<Read> pull : pulls) {
            assertArrayEquals(LAYER, pull.get().body());
        }
        assertEquals(1, test.asked("GET", "/manifests/"));
        assertEquals(1, test.asked("GET", "/blobs/"));
        assertEquals(0, test.asked("HEAD", "/"));
    }

    @Test
    void aTagIsAskedForAgainAfterItsTimeAndFetchedOnlyIfItMoved() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.clock.move(Duration.ofSeconds(59));
        test.get(APP + "/manifests/1.0");
        assertEquals(0, test.asked("HEAD", "/manifests/1.0"));
        test.clock.move(Duration.ofSeconds(1));
        test.get(APP + "/manifests/1.0");
        assertEquals(1, test.asked("HEAD", "/manifests/1.0"));
        assertEquals(1, test.asked("GET", "/manifests/"));
        Descriptor moved = TestProxy.image(test.repository(), "1.0", TestProxy.layer(2, 10));
        assertEquals(image.digest().toString(), test.get(APP + "/manifests/1.0").header("Docker-Content-Digest"));
        test.clock.move(Duration.ofMinutes(2));
        assertEquals(moved.digest().toString(), test.get(APP + "/manifests/1.0").header("Docker-Content-Digest"));
        assertEquals(2, test.asked("GET", "/manifests/"));
    }

    @Test
    void anUpstreamMayHaveAnotherTimeForItsTags() throws IOException {
        test.proxy = test.empty().withDefaultUpstream(test.upstream().withTagTime(Duration.ofHours(2)));
        test.get(APP + "/manifests/1.0");
        test.clock.move(Duration.ofMinutes(119));
        test.get(APP + "/manifests/1.0");
        assertEquals(0, test.asked("HEAD", "/manifests/1.0"));
        test.clock.move(Duration.ofMinutes(1));
        test.get(APP + "/manifests/1.0");
        assertEquals(1, test.asked("HEAD", "/manifests/1.0"));
        test.proxy = test.empty().withDefaultUpstream(test.upstream().withTagTime(Duration.ZERO));
        test.get(APP + "/manifests/1.0");
        test.get(APP + "/manifests/1.0");
        assertEquals(3, test.asked("HEAD", "/manifests/1.0"));
    }

    @Test
    void whatDoesNotExistIsAskedForAgainAfterItsTime() throws IOException {
        assertEquals(404, test.get(APP + "/manifests/2.0").status());
        Read read = test.get(APP + "/manifests/2.0");
        assertEquals(404, read.status());
        assertTrue(read.text().contains("\"MANIFEST_UNKNOWN\""), read.text());
        assertEquals(1, test.asked("GET", "/manifests/2.0"));
        TestProxy.image(test.repository(), "2.0", LAYER);
        test.clock.move(Duration.ofSeconds(10));
        assertEquals(200, test.get(APP + "/manifests/2.0").status());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 429, 500, 503})
    void whatIsCachedIsGivenWhileTheUpstreamFailsAndForSoLongOnly(int status) throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        test.registry.intercept(request -> {
            if (status == 0) {
                throw new IOException("connection refused");
            }
            return MemoryRegistry.error(status, "UNKNOWN");
        });
        test.clock.move(LONG);
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(1, test.count(Kind.STALE));
        long asked = test.registry.requests().size();
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(asked, test.registry.requests().size(), "an upstream that has just failed is left alone");
        test.clock.move(Duration.ofDays(7));
        assertTrue(test.get(APP + "/manifests/1.0").status() >= 429);
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
    }

    @Test
    void anUpstreamThatNoLongerLetsInGivesNothingStale() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.registry.intercept(request -> MemoryRegistry.error(403, "DENIED"));
        test.clock.move(LONG);
        assertEquals(403, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void aTagThatIsGoneIsNotGivenStale() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.registry.intercept(request -> MemoryRegistry.error(404, "MANIFEST_UNKNOWN"));
        test.clock.move(LONG);
        assertEquals(404, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void aRestartedProxyGivesWhatItHasWhileTheUpstreamIsDown() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        test.registry.intercept(request -> {
            throw new IOException("connection refused");
        });
        test.proxy = test.empty().withDefaultUpstream(test.upstream());
        test.clock.move(LONG);
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        Read absent = test.get(APP + "/manifests/2.0");
        assertEquals(502, absent.status());
        assertTrue(absent.text().contains("\"UNAVAILABLE\""), absent.text());
    }

    @Test
    void anIndexFileThatACrashHasCutOffIsAsked() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        // The names of the files: the repository's, and that of what the upstream has given.
        for (String key : List.of(TestProxy.HOST + "/team/app", TestProxy.HOST)) {
            assertCutOffAnywhere(folder.resolve("index")
                    .resolve(Digest.sha256Of(key.getBytes(StandardCharsets.UTF_8))
                            .encoded()));
        }
    }

    private void assertCutOffAnywhere(Path index) throws IOException {
        byte[] whole = Files.readAllBytes(index);
        for (int length = 0; length <= whole.length; length += 7) {
            Files.write(index, Arrays.copyOf(whole, length));
            test.proxy = test.empty().withDefaultUpstream(test.upstream());
            assertEquals(200, test.get(APP + "/manifests/1.0").status());
            assertArrayEquals(LAYER, test.get(blob(layer)).body(), "after " + length + " bytes");
        }
    }

    @Test
    void anIndexFileDoesNotGrowWithTheRequests() throws IOException {
        test.get(APP + "/manifests/1.0");
        for (int i = 0; i < 2500; i++) {
            test.clock.move(Duration.ofMinutes(2));
            test.get(APP + "/manifests/1.0");
        }
        try (Stream<Path> files = Files.list(folder.resolve("index"))) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            assertTrue(Files.size(all.get(0)) < 200_000, "the size of the file");
        }
        test.proxy = test.empty().withDefaultUpstream(test.upstream());
        test.registry.intercept(request -> {
            throw new IOException("connection refused");
        });
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void noClientGetsAllOfAWrongBlobAndNothingOfItIsKept() throws IOException {
        test.get(APP + "/manifests/1.0");
        byte[] wrong = LAYER.clone();
        wrong[100] ^= 1;
        test.registry.interceptOnce(request -> request.uri().getPath().contains("/blobs/")
                ? MemoryRegistry.answer(200, Map.of("Content-Length", "" + wrong.length), wrong)
                : null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status;
        try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", blob(layer)))) {
            status = answer.status();
            if (status == 200) {
                assertThrows(IOException.class, () -> answer.writeTo(out));
            }
        }
        assertTrue(status == 200 || status == 502, "status " + status);
        assertTrue(out.size() < LAYER.length);
        assertEquals(1, test.count(Kind.REFUSED));
        assertTrue(test.store.size(layer).isEmpty());
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
    }

    @Test
    void aWrongManifestIsRefusedByDigestAndByTag() throws IOException {
        byte[] other = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
        test.registry.intercept(request -> request.uri().getPath().contains("/manifests/")
                ? MemoryRegistry.answer(
                        200,
                        Map.of(
                                "Content-Type",
                                MediaType.OCI_MANIFEST,
                                "Docker-Content-Digest",
                                image.digest().toString()),
                        other)
                : null);
        assertEquals(502, test.get(APP + "/manifests/" + image.digest()).status());
        assertEquals(502, test.get(APP + "/manifests/1.0").status());
        assertEquals(2, test.count(Kind.REFUSED));
        assertEquals(List.of(), test.store.list());
    }

    @Test
    void aSmallBlobThatIsWrongIsAnErrorAndNotACutBody() throws IOException {
        byte[] small = "small".getBytes(StandardCharsets.UTF_8);
        TestProxy.image(test.repository(), "small", small);
        test.get(APP + "/manifests/small");
        test.registry.interceptOnce(request -> request.uri().getPath().contains("/blobs/")
                ? MemoryRegistry.answer(200, Map.of(), "other".getBytes(StandardCharsets.UTF_8))
                : null);
        assertEquals(502, test.get(blob(Digest.sha256Of(small))).status());
        assertArrayEquals(small, test.get(blob(Digest.sha256Of(small))).body());
    }

    @Test
    void aBlobIsGivenOnlyWhereAManifestHasLedToIt() throws IOException {
        Read before = test.get(blob(layer));
        assertEquals(404, before.status());
        assertTrue(before.text().contains("\"BLOB_UNKNOWN\""), before.text());
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        TestProxy.image(test.registry.repository("team/other"), "1.0", TestProxy.layer(2, 10));
        test.get("/v2/team/other/manifests/1.0");
        assertEquals(404, test.get("/v2/team/other/blobs/" + layer).status());
    }

    @Test
    void namingAnotherRepositorysBlobIsNotEnoughToReadIt() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        // The manifest names the layer, and its repository does not have it.
        var thief = test.registry.repository("evil/thief");
        thief.tag(
                "1.0",
                thief.manifest(
                        MediaType.OCI_MANIFEST,
                        test.repository().manifestBytes(image.digest()).orElseThrow()));
        assertEquals(200, test.get("/v2/evil/thief/manifests/1.0").status());
        assertEquals(404, test.get("/v2/evil/thief/blobs/" + layer).status());
        // One that has it shares the copy, for the price of a question.
        TestProxy.image(test.registry.repository("team/fork"), "1.0", LAYER);
        test.get("/v2/team/fork/manifests/1.0");
        assertArrayEquals(LAYER, test.get("/v2/team/fork/blobs/" + layer).body());
        assertEquals(1, test.asked("GET", "/blobs/"));
    }

    @Test
    void listsTagsInOrderAndPageByPage() throws IOException {
        for (String tag : List.of("2.0", "10", "latest")) {
            TestProxy.image(test.repository(), tag, LAYER);
        }
        assertEquals(
                "{\"name\":\"team/app\",\"tags\":[\"1.0\",\"10\",\"2.0\",\"latest\"]}\n",
                test.get(APP + "/tags/list").text());
        Read first = test.get(APP + "/tags/list?n=2");
        assertEquals("{\"name\":\"team/app\",\"tags\":[\"1.0\",\"10\"]}\n", first.text());
        assertEquals("</v2/team/app/tags/list?n=2&last=10>; rel=\"next\"", first.header("Link"));
        Read second = test.get(APP + "/tags/list?n=2&last=10");
        assertEquals("{\"name\":\"team/app\",\"tags\":[\"2.0\",\"latest\"]}\n", second.text());
        assertEquals("", second.header("Link"));
        assertEquals(
                "{\"name\":\"team/app\",\"tags\":[]}\n",
                test.get(APP + "/tags/list?n=0").text());
        assertEquals(400, test.get(APP + "/tags/list?n=-1").status());
        assertEquals(400, test.get(APP + "/tags/list?n=1&n=2").status());
        assertEquals(404, test.get("/v2/no/such/tags/list").status());
    }

    @Test
    void aPageHasNoMoreThanTenThousandTagsWhateverIsAskedFor() throws IOException {
        String tags = IntStream.range(100_000, 115_000)
                .mapToObj(tag -> "\"" + tag + "\"")
                .collect(Collectors.joining(","));
        byte[] list = ("{\"name\":\"team/app\",\"tags\":[" + tags + "]}").getBytes(StandardCharsets.UTF_8);
        test.registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), list));
        for (String query : List.of("", "?n=999999999")) {
            Read first = test.get(APP + "/tags/list" + query);
            assertTrue(first.text().endsWith(",\"109999\"]}\n"), query);
            String next = "/v2/team/app/tags/list?n=10000&last=109999";
            assertEquals("<" + next + ">; rel=\"next\"", first.header("Link"));
            Read second = test.get(next);
            assertTrue(second.text().startsWith("{\"name\":\"team/app\",\"tags\":[\"110000\","), query);
            assertEquals("", second.header("Link"));
        }
    }

    @Test
    void aListWithMoreTagsThanTheClientsLimitIsRefused() throws IOException {
        test.proxy = test.empty()
                .withDefaultUpstream(Upstream.of(
                        TestProxy.HOST,
                        test.registry
                                .client()
                                .withLimits(RegistryLimits.defaults().withMaxListEntries(1))));
        assertEquals(200, test.get(APP + "/tags/list").status());
        TestProxy.image(test.repository(), "2.0", LAYER);
        assertEquals(502, test.get(APP + "/tags/list?n=1").status());
    }

    @Test
    void listsReferrers() throws IOException {
        Read none = test.get(APP + "/referrers/" + image.digest());
        assertEquals(200, none.status());
        assertEquals(MediaType.OCI_INDEX, none.header("Content-Type"));
        assertTrue(none.text().contains("\"manifests\":[]"), none.text());
        Read filtered = test.get(APP + "/referrers/" + image.digest() + "?artifactType=application%2Fexample");
        assertEquals("artifactType", filtered.header("OCI-Filters-Applied"));
        assertEquals(
                400,
                test.get(APP + "/referrers/" + image.digest() + "?artifactType=,")
                        .status());
    }

    @Test
    void aListOfReferrersHasNoContent() throws IOException {
        byte[] content = "{\"secret\":1}".getBytes(StandardCharsets.UTF_8);
        Descriptor artifact = Descriptor.ofContent(MediaType.OCI_MANIFEST, content)
                .withArtifactType("application/example")
                .withAnnotations(Map.of("key", "value"));
        ImageIndex list = ImageIndex.builder()
                .manifest(artifact.withData(content).withUrls(List.of("https://elsewhere.example.org/")))
                .build();
        test.registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? new Response(
                        200,
                        Map.of("Content-Type", List.of(MediaType.OCI_INDEX)),
                        new ByteArrayInputStream(list.bytes()))
                : null);
        assertArrayEquals(
                ImageIndex.builder().manifest(artifact).build().bytes(),
                test.get(APP + "/referrers/" + image.digest()).body());
    }

    @Test
    void givesIndexesAndWhatTheyName() throws IOException {
        ImageIndex index = ImageIndex.builder().manifest(image).build();
        test.repository().tag("multi", test.repository().manifest(MediaType.OCI_INDEX, index.bytes()));
        assertArrayEquals(index.bytes(), test.get(APP + "/manifests/multi").body());
        assertEquals(200, test.get(APP + "/manifests/" + image.digest()).status());
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
    }

    @Test
    void aRequestChoosesItsUpstreamByNamespaceByPrefixOrByDefault() throws IOException {
        MemoryRegistry hub = new MemoryRegistry();
        TestProxy.image(hub.repository("library/debian"), "12", LAYER);
        TestProxy.image(hub.repository("team/app"), "hub", LAYER);
        test.proxy = test.proxy.withUpstream(Upstream.of("docker.io", hub.client()));
        assertEquals(200, test.get("/v2/docker.io/library/debian/manifests/12").status());
        assertEquals(200, test.get("/v2/docker.io/debian/manifests/12").status());
        assertEquals(
                200, test.get("/v2/library/debian/manifests/12?ns=docker.io").status());
        assertEquals(
                200,
                test.get("/v2/library/debian/manifests/12?ns=index.docker.io").status());
        assertEquals(200, test.get("/v2/team/app/manifests/hub?ns=docker.io").status());
        assertEquals(404, test.get("/v2/team/app/manifests/hub").status());
        assertEquals(
                404,
                test.get("/v2/docker.io/library/debian/manifests/12?ns=" + TestProxy.HOST)
                        .status());
        PullThrough without = test.empty().withUpstream(test.upstream());
        assertEquals(
                403,
                TestProxy.read(without, ProxyRequest.of("GET", APP + "/manifests/1.0"))
                        .status());
        assertThrows(IllegalArgumentException.class, () -> without.withUpstream(test.upstream()));
    }

    @Test
    void theLongestPrefixChooses() throws IOException {
        MemoryRegistry other = new MemoryRegistry();
        TestProxy.image(other.repository("team/app"), "other", LAYER);
        for (int i = 0; i < 2; i++) {
            Upstream wide = test.upstream().withPrefix("a");
            Upstream narrow = Upstream.of("other.example.org", other.client()).withPrefix("a/b");
            test.proxy = i == 0
                    ? test.empty().withUpstream(wide).withUpstream(narrow)
                    : test.empty().withUpstream(narrow).withUpstream(wide);
            assertEquals(200, test.get("/v2/a/b/team/app/manifests/other").status());
            assertEquals(200, test.get("/v2/a/team/app/manifests/1.0").status());
        }
    }

    @Test
    void aNameThatIsTooLongWithWhatDockerLeavesOutIsRefused() throws IOException {
        test.proxy = test.empty().withDefaultUpstream(Upstream.of("docker.io", test.registry.client()));
        assertEquals(
                400, test.get("/v2/" + "a".repeat(248) + "/manifests/latest").status());
        assertEquals(
                404, test.get("/v2/" + "a".repeat(247) + "/manifests/latest").status());
    }

    @Test
    void anImageHasNoDigestThatAReferenceCannotHave() throws IOException {
        assertEquals(
                400,
                test.get(APP + "/manifests/" + Digest.of(DigestAlgorithm.SHA384, LAYER))
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "localhost:5000", "[::1]", "evil.example", "", "a%00b"})
    void neverRelaysToARegistryThatItDoesNotServe(String host) throws IOException {
        for (String target : List.of("/v2/", APP + "/manifests/1.0", blob(layer), APP + "/tags/list")) {
            assertEquals(403, test.get(target + "?ns=" + host).status(), target);
        }
        assertEquals(List.of(), test.registry.requests());
    }

    @Test
    void onlyAllowedRepositoriesAreGiven() throws IOException {
        test.proxy = test.empty()
                .withDefaultUpstream(
                        test.upstream().withPrefix("main").withRepositories(name -> name.startsWith("team/")));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(200, test.get("/v2/main/team/app/manifests/1.0").status());
        Read refused = test.get("/v2/secret/app/manifests/1.0");
        assertEquals(403, refused.status());
        assertTrue(refused.text().contains("\"DENIED\""), refused.text());
    }

    @Test
    void aStoreThatCannotBeWrittenStillGivesEverythingVerified() throws IOException {
        Files.delete(folder.resolve("content/quarantine"));
        for (int i = 0; i < 2; i++) {
            assertEquals(200, test.get(APP + "/manifests/1.0").status());
            assertArrayEquals(LAYER, test.get(blob(layer)).body());
        }
        assertTrue(test.count(Kind.STORE_FAILED) > 0);
    }

    @Test
    void aCacheFileThatWasChangedByHandIsFetchedAgain() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        for (Digest digest : List.of(layer, image.digest())) {
            Path file = folder.resolve("content/blobs/sha256").resolve(digest.encoded());
            byte[] changed = Files.readAllBytes(file);
            changed[5] ^= 1;
            Files.write(file, changed);
        }
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(
                image.digest(), Digest.sha256Of(test.get(APP + "/manifests/1.0").body()));
        assertEquals(2, test.count(Kind.DAMAGED));
    }

    @Test
    void theCacheKeepsItsLimitsAndNotWhatIsBeingGiven() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(blob(layer));
        test.proxy = test.proxy.withLimits(
                ProxyLimits.defaults().withCache(CacheLimits.defaults().withMaxBytes(1000)));
        try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", blob(layer)))) {
            test.proxy.evict();
            assertTrue(test.store.contains(layer));
            answer.writeTo(new ByteArrayOutputStream());
        }
        assertEquals(
                1,
                test.proxy.evict().stream()
                        .filter(each -> each.digest().equals(layer))
                        .count());
        assertTrue(test.count(Kind.EVICTED) > 0);
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(2, test.asked("GET", "/blobs/"));
    }

    @Test
    void aRestartedProxyGoesOnWhereAFetchBroke() throws IOException {
        test.get(APP + "/manifests/1.0");
        AtomicBoolean cut = new AtomicBoolean(true);
        test.registry.intercept(request -> {
            if (!cut.get() || !request.uri().getPath().contains("/blobs/")) {
                return null;
            }
            if (request.headers().containsKey("Range")) {
                throw new IOException("connection refused");
            }
            return MemoryRegistry.answer(200, Map.of(), new ByteArrayInputStream(LAYER, 0, 200_000));
        });
        try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", blob(layer)))) {
            if (answer.status() == 200) {
                assertThrows(IOException.class, () -> answer.writeTo(new ByteArrayOutputStream()));
            }
        }
        assertTrue(test.store.size(layer).isEmpty(), "nothing partial is given");
        cut.set(false);
        test.proxy = test.empty().withDefaultUpstream(test.upstream());
        int before = test.registry.requests().size();
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        assertEquals(
                List.of("bytes=200000-" + (LAYER.length - 1)),
                test.registry.requests().get(before).headers().get("Range"));
    }

    @Test
    void nothingIsLeftOpenByAnswersThatAreNotRead() throws IOException {
        test.get(APP + "/manifests/1.0");
        List<ProxyRequest> requests = List.of(
                ProxyRequest.of("GET", blob(layer)),
                ProxyRequest.of("HEAD", blob(layer)),
                ProxyRequest.of("GET", blob(layer)).withHeader("Range", "bytes=1-2"),
                ProxyRequest.of("GET", blob(layer)).withHeader("Range", "bytes=2-1"),
                ProxyRequest.of("GET", blob(layer)).withHeader("If-None-Match", "*"),
                ProxyRequest.of("GET", APP + "/manifests/1.0"),
                ProxyRequest.of("GET", APP + "/manifests/none"));
        for (ProxyRequest request : requests) {
            test.proxy.answer(request).close();
        }
        assertArrayEquals(LAYER, test.get(blob(layer)).body());
        long files = openFiles();
        for (int i = 0; i < 100; i++) {
            for (ProxyRequest request : requests) {
                test.proxy.answer(request).close();
            }
        }
        assertTrue(openFiles() < files + 100, "open files");
        test.store.evict(new CacheLimits(0, Duration.ZERO));
        assertEquals(List.of(), test.store.list(), "what is left is in use");
    }

    private static long openFiles() throws IOException {
        Path all = Path.of("/proc/self/fd");
        if (!Files.isDirectory(all)) {
            return 0; // what is in use is counted all the same
        }
        try (Stream<Path> files = Files.list(all)) {
            return files.count();
        }
    }

    @Test
    void aRateLimitIsPassedOn() throws IOException {
        test.proxy = test.empty()
                .withDefaultUpstream(Upstream.of(
                        TestProxy.HOST,
                        test.registry.client().withHttp(http -> http.withRetries(RetryPolicy.never()))));
        test.registry.intercept(request -> MemoryRegistry.answer(429, Map.of("Retry-After", "30")));
        Read read = test.get(APP + "/manifests/1.0");
        assertEquals(429, read.status());
        assertEquals("30", read.header("Retry-After"));
        assertTrue(read.text().contains("\"TOOMANYREQUESTS\""), read.text());
    }

    @Test
    void aProxyWithoutRoomForMoreWorkSaysSo() throws IOException {
        test.threads.shutdown();
        assertEquals(503, test.get(APP + "/manifests/1.0").status());
    }

    @Test
    void aTagIsGivenStaleWhileTheProxyHasNoRoomToAsk() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.threads.shutdown();
        test.clock.move(Duration.ofMinutes(2));
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        assertEquals(1, test.count(Kind.STALE));
    }

    @Test
    void callersShareAListOfTags() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        test.registry.intercept(request -> {
            try {
                asked.countDown();
                answer.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return null;
        });
        List<Thread> callers = new ArrayList<>();
        List<String> pages = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            Thread caller = new Thread(() -> {
                try {
                    pages.add(test.get(APP + "/tags/list?n=1").text());
                } catch (IOException e) {
                    pages.add(e.toString());
                }
            });
            caller.start();
            callers.add(caller);
            asked.await();
        }
        while (callers.stream().anyMatch(each -> each.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait(); // until all wait for the first
        }
        answer.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(Collections.nCopies(10, "{\"name\":\"team/app\",\"tags\":[\"1.0\"]}\n"), pages);
        assertEquals(1, test.asked("GET", "/tags/list"));
    }
}
