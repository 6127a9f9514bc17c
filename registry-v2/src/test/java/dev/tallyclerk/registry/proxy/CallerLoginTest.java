package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream of which each caller sees what its own login may see. */
class CallerLoginTest {
    private static final String APP = "/v2/team/app";
    private static final byte[] LAYER = TestProxy.layer(1, 200_000);

    @TempDir
    Path folder;

    private TestProxy test;

    @BeforeEach
    void start() throws IOException {
        test = TestProxy.create(folder);
        TestProxy.image(test.repository(), "1.0", LAYER);
        test.registry.intercept(CallerLoginTest::letOnlyAnnIn);
        test.proxy = test.empty().withDefaultUpstream(test.upstream().withCallerLogins());
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private static @Nullable Response letOnlyAnnIn(Request request) {
        String login =
                request.headers().getOrDefault("Authorization", List.of("")).get(0);
        if (login.isEmpty()) {
            return MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Basic realm=\"x\""));
        }
        return login.equals(basic("ann", "right")) ? null : MemoryRegistry.error(403, "DENIED");
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Read get(String target, String login) throws IOException {
        ProxyRequest request = ProxyRequest.of("GET", target);
        return test.read(login.isEmpty() ? request : request.withHeader("Authorization", login));
    }

    @Test
    void whoHasNoLoginIsAskedForOne() throws IOException {
        for (String target : List.of("/v2/", APP + "/manifests/1.0")) {
            Read read = get(target, "");
            assertEquals(401, read.status(), target);
            assertEquals("Basic realm=\"" + TestProxy.HOST + "\"", read.header("WWW-Authenticate"));
        }
        assertEquals(200, get("/v2/", basic("ann", "right")).status());
    }

    @Test
    void noContentCrossesFromOneCallerToAnother() throws IOException {
        String blob = APP + "/blobs/" + Digest.sha256Of(LAYER);
        String ann = basic("ann", "right");
        assertEquals(200, get(APP + "/manifests/1.0", ann).status());
        assertArrayEquals(LAYER, get(blob, ann).body());
        for (String other : List.of(basic("bob", "right"), basic("ann", "wrong"), "Bearer abc")) {
            int status = get(APP + "/manifests/1.0", other).status();
            assertTrue(status == 401 || status == 403, "status " + status);
            assertEquals(404, get(blob, other).status());
        }
        assertEquals(401, get(APP + "/manifests/1.0", "").status());
        // The same login under another name begins anew.
        Read named = test.read(
                ProxyRequest.of("GET", blob).withHeader("Authorization", ann).withCaller("someone"));
        assertEquals(404, named.status());
        assertEquals(1, test.asked("GET", "/blobs/"));
    }

    @Test
    void whatIsKnownOfACallerHoldsForItsTimeAndIsOnNoDisk() throws IOException {
        String blob = APP + "/blobs/" + Digest.sha256Of(LAYER);
        String ann = basic("ann", "right");
        get(APP + "/manifests/1.0", ann);
        assertEquals(200, get(blob, ann).status());
        try (var files = Files.list(folder.resolve("index"))) {
            assertEquals(0, files.count());
        }
        test.clock.move(Duration.ofHours(1));
        assertEquals(404, get(blob, ann).status());
    }

    @Test
    void loginsThatTheUpstreamDoesNotKnowPushOutNobody() throws IOException {
        String blob = APP + "/blobs/" + Digest.sha256Of(LAYER);
        String ann = basic("ann", "right");
        assertEquals(200, get(APP + "/manifests/1.0", ann).status());
        for (int i = 0; i < 10_001; i++) {
            assertEquals(404, get(blob, "Bearer " + i).status());
        }
        assertArrayEquals(LAYER, get(blob, ann).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !!", "Basic YQ==", "Digest abc", "Basic Og==", "Bearer a b", "x"})
    void aLoginThatCannotBePassedOnIsRefusedWithoutBeingRepeated(String login) throws IOException {
        Read read = get(APP + "/manifests/1.0", login);
        assertTrue(read.status() == 401 || read.status() == 403, "status " + read.status());
        assertFalse(read.text().contains("YQ=="));
    }
}
