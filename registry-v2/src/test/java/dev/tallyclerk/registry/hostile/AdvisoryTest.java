package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.Pull.tagged;
import static dev.tallyclerk.registry.hostile.ServedImage.path;
import static dev.tallyclerk.registry.hostile.ServedImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.Mirror;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.Sink;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other clients of registries have had advisories for. {@link HostilePullTest} has those about documents. */
class AdvisoryTest {
    private static final long MANY = 512L << 20;
    private static final byte[] CHUNK = new byte[64 * 1024];
    private static final String SECRET = "geheim";

    /** The addresses that the resolver gives; connections go to this machine all the same. */
    private static final Map<String, String> NAMES = Map.of(
            "registry.example.org", "93.184.215.14",
            "rebinding.example.com", "93.184.215.20",
            "ten.example.com", "10.1.2.3",
            "metadata.example.com", "169.254.169.254",
            "loopback.example.com", "127.0.0.1",
            "six.example.com", "fd00::1",
            "mapped.example.com", "::ffff:192.168.1.1");

    private static PrivateAuthority authority;

    private final ServedImage image = ServedImage.of(29_000);

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void create(@TempDir Path keys) throws IOException, InterruptedException {
        authority = PrivateAuthority.create(keys);
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        if (host.equals("both.example.com")) {
            return List.of(InetAddress.getAllByName("93.184.215.21")[0], InetAddress.getAllByName("10.1.2.3")[0]);
        }
        return host.endsWith(".example.com") || host.endsWith(".example.org")
                ? List.of(InetAddress.getAllByName(NAMES.getOrDefault(host, "unknown.invalid")))
                : NameResolver.runtime().resolve(host);
    }

    private static Pull asUser(Pull pull) {
        return pull.with(client -> client.withCredentialsForEveryRegistry(Credentials.of("user", SECRET)));
    }

    /** {@return a pull by the client that is tested} */
    Pull pull() {
        return Pull.into(folder);
    }

    /** {@return a pull by a client that trusts an authority, over https} */
    Pull pullOverTls(PrivateAuthority trusted) {
        return Pull.overTls(folder, trusted);
    }

    private Pull overTls() {
        return asUser(pullOverTls(authority));
    }

    /** {@return a pull by a client for which some names are public, whatever the runtime says of them} */
    Pull onThePublicNetwork() {
        return asUser(pull()).with(client -> client.withHttp(http -> http.withNameResolver(AdvisoryTest::resolve)));
    }

    private static String publicName(HostileServer server) {
        return "registry.example.org:" + server.port() + "/team/app:1";
    }

    /** {@return places that a public registry has no business with, all of them at the sink's port} */
    private static List<String> places(Sink sink) {
        int port = sink.uri("/").getPort();
        return List.of(
                        "ten.example.com",
                        "metadata.example.com",
                        "loopback.example.com",
                        "six.example.com",
                        "mapped.example.com",
                        "both.example.com",
                        "rebinding.example.com",
                        "127.0.0.1",
                        "10.0.0.1",
                        "169.254.169.254",
                        "0.0.0.0",
                        "[::1]",
                        "[::ffff:127.0.0.1]",
                        "[64:ff9b::7f00:1]",
                        "localhost",
                        "localhost.",
                        "metadata.internal",
                        "2130706433",
                        "0x7f.1",
                        "127.1")
                .stream()
                .map(host -> "http://" + host + ":" + port)
                .toList();
    }

    /** CVE-2026-48978 of oras-go, CVE-2026-33540 of distribution, go-containerregistry #2193 and #2440. */
    @Test
    void aPublicRegistryLeadsToNoTokenServiceInThePrivateNetwork() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            for (String place : places(sink)) {
                try (HostileServer server = HostileServer.start(exchange ->
                        exchange.answer(401, "WWW-Authenticate: Bearer realm=\"" + place + "/token\",service=\"s\""))) {
                    // Even where the caller trusts the place with the credentials, and where there are none.
                    Pull trusting = onThePublicNetwork()
                            .with(client -> client.withHttp(http -> http.withOrigins((registry, other) -> true)));
                    assertEquals(Reason.UNSAFE_LOCATION, trusting.registryFailure(publicName(server)), place);
                    Pull anonymous =
                            onThePublicNetwork().with(c -> c.withCredentialsForEveryRegistry(Credentials.anonymous()));
                    assertEquals(Reason.UNSAFE_LOCATION, anonymous.registryFailure(publicName(server)), place);
                }
            }
            assertEquals(List.of(), sink.log());
        }
    }

    /** The same for redirects. */
    @Test
    void aPublicRegistryRedirectsToNothingInThePrivateNetwork() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            for (String place : places(sink)) {
                try (HostileServer server =
                        HostileServer.start(exchange -> exchange.answer(307, "Location: " + place + "/x"))) {
                    assertEquals(
                            Reason.UNSAFE_LOCATION, onThePublicNetwork().registryFailure(publicName(server)), place);
                }
            }
            assertEquals(List.of(), sink.log());
        }
    }

    /** Mindthegap #1046, trivy #10543: a registry in a private network has its token service there too. */
    @Test
    void aPrivateRegistryMayHaveItsTokenServiceOnItsOwnOrigin() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().equals("/token")) {
                exchange.answerText(200, "{\"token\":\"t\"}");
            } else if (exchange.request().header("Authorization").equals(Optional.of("Bearer t"))) {
                image.handle(exchange);
            } else {
                exchange.answer(
                        401,
                        "WWW-Authenticate: Bearer realm=\"http://"
                                + exchange.request().header("Host").orElse("") + "/token\",service=\"s\"");
            }
        })) {
            for (String name : List.of(tagged(server), publicName(server))) {
                Pull pull = onThePublicNetwork();
                pull.run(name);
                pull.assertPublished(image);
            }
        }
    }

    /** GHSA-vh4v-2xq2-g5cg of oras-go, CVE-2026-49349 of regclient, and others: a redirected request for a token. */
    @Test
    void aRedirectedTokenRequestTakesNoCredentialsWithIt() throws IOException {
        // A GET takes nothing with it that is secret. A POST has the secret in its content, and is not sent on.
        Map<Credentials, Reason> cases = Map.of(
                Credentials.of("user", SECRET),
                Reason.UNAUTHORIZED,
                Credentials.identityToken(SECRET),
                Reason.UNSAFE_LOCATION);
        for (Credentials credentials : cases.keySet()) {
            try (Sink sink = Sink.start(SECRET);
                    HostileServer server = HostileServer.start(exchange -> {
                        if (exchange.request().path().equals("/token")) {
                            exchange.answer(307, "Location: " + sink.uri("/elsewhere"));
                        } else {
                            exchange.answer(
                                    401,
                                    "WWW-Authenticate: Bearer realm=\"http://"
                                            + exchange.request().header("Host").orElse("")
                                            + "/token\",service=\"s\"");
                        }
                    })) {
                Pull pull = pull().with(client -> client.withCredentialsForEveryRegistry(credentials));
                Reason reason = pull.registryFailure(tagged(server));
                assertEquals(cases.get(credentials), reason);
                if (reason == Reason.UNSAFE_LOCATION) {
                    sink.assertSawNothing();
                } else {
                    assertEquals(List.of("GET /elsewhere"), sink.log(), "it was asked for no token of its own");
                    sink.assertSawNoCredentials();
                }
            }
        }
    }

    /** CVE-2026-48978 and others: TLS ends where a registry of https leads to http. */
    @Test
    void httpsNeverLeadsToHttp() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            for (String answer : List.of(
                    "Location: " + sink.uri("/x"),
                    "WWW-Authenticate: Bearer realm=\"" + sink.uri("/token") + "\",service=\"s\"")) {
                int status = answer.startsWith("Location") ? 307 : 401;
                try (HostileServer server = HostileServer.startTls(
                        authority.serverContext(), exchange -> exchange.answer(status, answer))) {
                    Pull pull = overTls()
                            .with(client -> client.withHttp(http -> http.withOrigins((registry, other) -> true)));
                    assertEquals(Reason.UNSAFE_LOCATION, pull.registryFailure(tagged(server)), answer);
                }
            }
            sink.assertSawNothing();
        }
    }

    /** CVE-2021-41092 of the docker command, CVE-2026-49349 of regclient: another scheme, host or port. */
    @Test
    void credentialsForOneOriginGoToNoOther() throws IOException {
        for (String host : List.of("127.0.0.1", "localhost", "other.localhost")) {
            try (Sink sink = Sink.startTls(authority.serverContext(), SECRET);
                    HostileServer server = HostileServer.startTls(authority.serverContext(), exchange -> {
                        if (exchange.request().header("Authorization").isEmpty()) {
                            exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
                        } else {
                            int port = sink.uri("/").getPort();
                            exchange.answer(307, "Location: https://" + host + ":" + port + "/x");
                        }
                    })) {
                Reason reason = overTls().registryFailure(tagged(server));
                // The certificate is for two of the three names.
                boolean certified = !host.startsWith("other");
                assertEquals(certified ? Reason.UNAUTHORIZED : Reason.UNREACHABLE, reason, host);
                assertEquals(certified ? List.of("GET /x") : List.of(), sink.log(), host);
                sink.assertSawNoCredentials();
            }
        }
    }

    /** Another scheme alone is another origin, also where it is the safer one. */
    @Test
    void credentialsDoNotGoFromHttpToHttpsOfOneHost() throws IOException {
        try (Sink sink = Sink.startTls(authority.serverContext(), SECRET);
                HostileServer server = HostileServer.start(exchange -> {
                    if (exchange.request().header("Authorization").isEmpty()) {
                        exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
                    } else {
                        exchange.answer(307, "Location: " + sink.uri("/x"));
                    }
                })) {
            assertEquals(host(server.host()), host(sink.host()));
            Pull pull = overTls().overTls(false);
            assertEquals(Reason.UNAUTHORIZED, pull.registryFailure(tagged(server)));
            assertEquals(List.of("GET /x"), sink.log(), "it was asked for no token");
            sink.assertSawNoCredentials();
        }
    }

    private static String host(String withPort) {
        return withPort.substring(0, withPort.lastIndexOf(':'));
    }

    /** CVE-2019-10214 of containers/image: the token service is asked without a look at its certificate. */
    @Test
    void aTokenServiceWithACertificateOfSomebodyElseGetsNothing(@TempDir Path keys)
            throws IOException, InterruptedException {
        PrivateAuthority stranger = PrivateAuthority.create(keys);
        try (Sink sink = Sink.startTls(stranger.serverContext(), SECRET);
                HostileServer server = HostileServer.startTls(
                        authority.serverContext(),
                        exchange -> exchange.answer(
                                401, "WWW-Authenticate: Bearer realm=\"" + sink.uri("/token") + "\",service=\"s\""))) {
            Pull pull = overTls()
                    .with(client -> client.withHttp(
                            http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(sink.uri("/")))));
            assertEquals(Reason.UNREACHABLE, pull.registryFailure(tagged(server)));
            assertEquals(List.of(), sink.log());
        }
    }

    /** The same for the registry, and for a certificate of the right authority with the wrong name. */
    @Test
    void aRegistryWithTheWrongCertificateGetsNothing(@TempDir Path keys) throws IOException, InterruptedException {
        PrivateAuthority stranger = PrivateAuthority.create(keys);
        try (Sink sink = Sink.startTls(stranger.serverContext(), SECRET)) {
            assertEquals(Reason.UNREACHABLE, overTls().registryFailure(sink.host() + "/team/app:1"));
            assertEquals(List.of(), sink.log());
        }
        try (Sink sink = Sink.startTls(authority.serverContext(), SECRET)) {
            int port = sink.uri("/").getPort();
            assertEquals(Reason.UNREACHABLE, overTls().registryFailure("other.example.net:" + port + "/team/app:1"));
            assertEquals(List.of(), sink.log());
        }
    }

    /** CVE-2020-15157 of containerd, CVE-2026-10517 of claircore: places that a manifest names for a layer. */
    @Test
    void theUrlsOfALayerAreNotAsked() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            String manifest = image.manifestText()
                    .replaceFirst("(\"size\":29000)", "$1,\"urls\":[\"" + sink.uri("/layer") + "\"]");
            Digest digest = Digest.sha256Of(utf8(manifest));
            try (HostileServer server = HostileServer.start(exchange -> {
                if (exchange.request().path().contains("/manifests/")) {
                    exchange.answerText(
                            200,
                            manifest,
                            "Content-Type: " + MediaType.OCI_MANIFEST,
                            "Docker-Content-Digest: " + digest);
                } else if (exchange.request().path().equals(path(image.layer(0)))) {
                    exchange.answer(404);
                } else {
                    image.handle(exchange);
                }
            })) {
                var e = asUser(pull()).failure(ImageException.class, tagged(server));
                assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
            }
            sink.assertSawNothing();
        }
    }

    /** The same where the caller lets them be asked: they get no credentials, and nobody is asked for a token. */
    @Test
    void theUrlsOfALayerGetNoCredentials() throws IOException {
        for (boolean asks : List.of(true, false)) {
            HostileServer.Handler good = exchange -> exchange.answer(200, image.content(image.layer(0)));
            try (Sink sink = asks ? Sink.start(SECRET) : Sink.start(good, SECRET)) {
                String manifest = image.manifestText()
                        .replaceFirst("(\"size\":29000)", "$1,\"urls\":[\"" + sink.uri("/layer") + "\"]");
                try (HostileServer server = HostileServer.start(exchange -> {
                    if (exchange.request().header("Authorization").isEmpty()) {
                        exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
                    } else if (exchange.request().path().contains("/manifests/")) {
                        exchange.answerText(200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST);
                    } else if (exchange.request().path().equals(path(image.layer(0)))) {
                        exchange.answer(404);
                    } else {
                        image.handle(exchange);
                    }
                })) {
                    Pull pull = asUser(pull())
                            .with(client -> client.withHttp(http -> http.withOrigins((registry, other) -> true))
                                    .withForeignUrls(true));
                    if (asks) {
                        assertThrows(IOException.class, () -> pull.run(tagged(server)));
                        pull.assertNothingPublished();
                    } else {
                        pull.run(tagged(server));
                    }
                }
                assertEquals(Set.of("GET /layer"), Set.copyOf(sink.log()));
                sink.assertSawNoCredentials();
            }
        }
    }

    private static void assertIsKnownFailure(Throwable e) {
        assertTrue(
                e instanceof RegistryException || e instanceof ImageException || e instanceof VerificationException,
                e.toString());
    }

    /** A panic of oras 1.2.0: several layers that fail at once, each in its own way. */
    @Test
    void severalFailuresAtOnceAreOneException() throws IOException {
        ServedImage many = ServedImage.of(1_000, 1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007);
        CountDownLatch all = new CountDownLatch(4);
        AtomicInteger turns = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().contains("/manifests/")) {
                many.handle(exchange);
                return;
            }
            int turn = turns.getAndIncrement();
            all.countDown();
            try {
                assertTrue(all.await(20, TimeUnit.SECONDS), "four requests at a time");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            switch (turn) {
                case 0 -> exchange.answer(403);
                case 1 -> exchange.answer(200, new byte[10]);
                case 2 -> exchange.answer(404);
                default -> exchange.reset();
            }
        })) {
            Pull pull = pull().with(client -> client.withHttp(http -> http.withRetries(RetryPolicy.never())));
            try (ImageSource source = pull.client().image(Reference.parse(tagged(server)))) {
                ImageCopier copier = ImageCopier.create().withExecutor(threads, 4);
                OciLayoutWriter layout = OciLayoutWriter.create(folder, Clock.systemUTC());
                IOException e =
                        assertThrows(IOException.class, () -> copier.copy(source, layout.destination("pulled")));
                assertIsKnownFailure(e);
                for (Throwable other : e.getSuppressed()) {
                    assertIsKnownFailure(other);
                }
            }
            assertEquals(0, all.getCount(), "four requests at a time");
            pull.assertNothingPublished();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * The distribution specification: the credentials for a registry are not for its mirrors, which are not trusted.
     */
    @Test
    void aMirrorGetsNoCredentialsOfTheRegistryAndIsNotBelieved() throws IOException {
        ServedImage other = ServedImage.other(29_000);
        HostileServer.Handler lying = exchange -> {
            boolean manifest = exchange.request().path().contains("/manifests/");
            exchange.answer(
                    200,
                    manifest ? other.manifest() : other.content(other.layer(0)),
                    "Content-Type: " + (manifest ? MediaType.OCI_MANIFEST : "application/octet-stream"),
                    "Docker-Content-Digest: " + image.digest());
        };
        for (boolean asks : List.of(true, false)) {
            try (Sink mirror = asks ? Sink.start(SECRET) : Sink.start(lying, SECRET);
                    HostileServer server = HostileServer.start(exchange -> {
                        if (exchange.request().header("Authorization").isEmpty()) {
                            exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
                        } else {
                            image.handle(exchange);
                        }
                    })) {
                Credentials user = Credentials.of("user", SECRET);
                Pull pull = pull().with(client -> client.withMirrors(server.host(), List.of(Mirror.of(mirror.uri("/"))))
                        .withCredentials(registry -> registry.equals(server.host()) ? user : Credentials.anonymous()));
                pull.run(Pull.pinned(server, image.digest()));
                pull.assertPublished(image);
                assertFalse(mirror.requests().isEmpty(), "the mirror is asked first");
                mirror.assertSawNoCredentials();
            }
        }
    }

    /** CVE-2023-25153 of containerd, CVE-2020-1702 of containers/image, CVE-2024-29902 of cosign, and similar. */
    @ParameterizedTest
    @ValueSource(ints = {200, 400})
    void anEndlessAnswerOfATokenServiceIsReadToTheLimitOnly(int status) throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().equals("/token")) {
                exchange.head(status, "Content-Type: application/json");
                exchange.send(utf8("{\"a\":\""));
                exchange.sendRepeatedly(utf8("a".repeat(1 << 16)), MANY);
            } else {
                exchange.answer(
                        401,
                        "WWW-Authenticate: Bearer realm=\"http://"
                                + exchange.request().header("Host").orElse("") + "/token\",service=\"s\"");
            }
        })) {
            Pull pull = asUser(pull());
            Reason reason = pull.registryFailure(tagged(server));
            assertEquals(status == 200 ? Reason.LIMIT_EXCEEDED : Reason.PROTOCOL, reason);
            pull.assertReadAtMost(1 << 20, server);
        }
    }

    /** The same for what an error says. */
    @ParameterizedTest
    @CsvSource({"400, PROTOCOL", "401, UNAUTHORIZED", "403, DENIED", "404,", "500, SERVER_ERROR"})
    void anEndlessErrorIsReadToTheLimitOnly(int status, @Nullable Reason expected) throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.head(status, "Content-Type: application/json");
            exchange.send(utf8("{\"errors\":[{\"code\":\"X\",\"message\":\""));
            exchange.sendRepeatedly(CHUNK, MANY);
        })) {
            Pull pull = pull();
            if (expected == null) {
                assertEquals(
                        ImageException.Reason.NOT_FOUND,
                        pull.failure(ImageException.class, tagged(server)).reason());
            } else {
                assertEquals(expected, pull.registryFailure(tagged(server)));
            }
            // Failures of the registry are tried five times, and a missing tag is answered without reading.
            pull.assertReadAtMost(5 * (64 * 1024 + Pull.SLACK), server);
        }
    }

    /** The same for the head of an answer. */
    @Test
    void endlessHeadersAreOneError() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.send(utf8("HTTP/1.1 200 OK\r\n"));
            exchange.sendRepeatedly(utf8("X-A: " + "a".repeat(1000) + "\r\n"), MANY);
        })) {
            Pull pull = pull();
            assertEquals(Reason.UNREACHABLE, pull.registryFailure(tagged(server)));
            pull.assertReadAtMost(5 * (256 * 1024 + Pull.SLACK), server);
        }
    }

    /** A redirect that leads back, and one that leads on and on. */
    @Test
    void redirectsWithoutEndAreOneError() throws IOException {
        for (boolean circle : List.of(true, false)) {
            try (HostileServer server = HostileServer.start(exchange -> exchange.answer(
                    307,
                    "Location: "
                            + (circle
                                    ? exchange.request().target()
                                    : exchange.request().target() + "x")))) {
                assertEquals(Reason.PROTOCOL, pull().registryFailure(tagged(server)));
                assertTrue(server.log().size() <= 6, server.log().toString());
            }
        }
    }

    /** What jib's users met (#4032), turned against them: a challenge that a sloppy reader misreads. */
    @Test
    void noTrickInAChallengeMovesThePassword() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            String own = "realm=\"http://registry.invalid/token\"";
            String evil = "realm=\"" + sink.uri("/token") + "\"";
            Map<String, Reason> challenges = Map.of(
                    "Bearer " + evil + "," + own,
                    Reason.PROTOCOL,
                    "Bearer " + own + "," + evil,
                    Reason.PROTOCOL,
                    "Bearer x=\"\\\"," + own + "\"," + evil,
                    Reason.PROTOCOL,
                    "Basic realm=\"r\", Bearer " + evil,
                    Reason.UNSAFE_LOCATION,
                    "Bearer realm=\"http://127.0.0.1@" + sink.host() + "/token\"",
                    Reason.UNSAFE_LOCATION,
                    "Bearer realm=\"" + sink.uri("/token").toString().replace("http://", "http:\\\\\\\\") + "\"",
                    Reason.PROTOCOL,
                    "Bearer realm=\"//" + sink.host() + "/token\"",
                    Reason.UNSAFE_LOCATION,
                    "Bearer realm=\" " + sink.uri("/token") + "\"",
                    Reason.PROTOCOL);
            for (Map.Entry<String, Reason> challenge : challenges.entrySet()) {
                try (HostileServer server = HostileServer.start(
                        exchange -> exchange.answer(401, "WWW-Authenticate: " + challenge.getKey()))) {
                    assertEquals(
                            challenge.getValue(), asUser(pull()).registryFailure(tagged(server)), challenge.getKey());
                }
            }
            // A pull is tried without the password.
            sink.assertSawNoCredentials();
        }
    }

    /** Secrets that a registry sends back do not come into what a program logs. */
    @Test
    void noMessageHasASecret() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            String shown = exchange.request().header("Authorization").orElse("");
            if (shown.isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
            } else {
                exchange.answerText(
                        403,
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"user:" + SECRET + " is " + shown + "\"}]}");
            }
        })) {
            RegistryException e = asUser(pull()).failure(RegistryException.class, tagged(server));
            assertEquals(Reason.DENIED, e.reason());
            for (Throwable at = e; at != null; at = at.getCause()) {
                assertFalse(at.toString().contains(SECRET), at.toString());
                assertFalse(at.toString().contains("dXNlcjpnZWhlaW0"), at.toString());
            }
        }
    }

    private static String ownRealm(Exchange exchange, String scheme) {
        return "WWW-Authenticate: Bearer realm=\"" + scheme + "://"
                + exchange.request().header("Host").orElse("") + "/token\",service=\"s\"";
    }

    /** CVE-2026-48978 of oras-go, CVE-2026-33540 of distribution: the token service is the registry, and leads on. */
    @Test
    void aTokenRequestOfAPublicRegistryIsRedirectedToNothingInThePrivateNetwork() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            for (String place : places(sink)) {
                try (HostileServer server = HostileServer.start(exchange -> {
                    if (exchange.request().path().equals("/token")) {
                        exchange.answer(307, "Location: " + place + "/token");
                    } else {
                        exchange.answer(401, ownRealm(exchange, "http"));
                    }
                })) {
                    for (Credentials who : List.of(Credentials.of("user", SECRET), Credentials.anonymous())) {
                        Pull pull = onThePublicNetwork()
                                .with(client -> client.withCredentialsForEveryRegistry(who)
                                        .withHttp(http -> http.withOrigins((registry, other) -> true)));
                        assertEquals(Reason.UNSAFE_LOCATION, pull.registryFailure(publicName(server)), place);
                    }
                    List<String> asked = server.log().stream()
                            .filter(line -> line.startsWith("GET /token"))
                            .toList();
                    assertEquals(2, asked.size(), server.log().toString());
                }
            }
            assertEquals(List.of(), sink.log());
        }
    }

    /** The same from https to http. */
    @Test
    void aTokenRequestOverTlsIsRedirectedToNothingOverHttp() throws IOException {
        try (Sink sink = Sink.start(SECRET);
                HostileServer server = HostileServer.startTls(authority.serverContext(), exchange -> {
                    if (exchange.request().path().equals("/token")) {
                        exchange.answer(307, "Location: " + sink.uri("/token"));
                    } else {
                        exchange.answer(401, ownRealm(exchange, "https"));
                    }
                })) {
            Pull pull = overTls().with(client -> client.withHttp(http -> http.withOrigins((registry, other) -> true)));
            assertEquals(Reason.UNSAFE_LOCATION, pull.registryFailure(tagged(server)));
            assertTrue(
                    server.log().stream().anyMatch(line -> line.startsWith("GET /token")),
                    server.log().toString());
            sink.assertSawNothing();
        }
    }

    /** CVE-2024-29902 of cosign, CVE-2020-1702 of containers/image: what is read whole into memory. */
    @Test
    void aConfigurationThatIsTooLargeIsNotAskedFor() throws IOException {
        ServedImage small = ServedImage.of(100);
        Descriptor config = small.blobs().get(1);
        String size = "\"" + config.digest() + "\",\"size\":";
        String manifest = small.manifestText().replace(size + config.size(), size + MANY);
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().contains("/manifests/")) {
                exchange.answerText(200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST);
            } else if (exchange.request().path().equals(path(config))) {
                exchange.head(200, "Content-Length: " + MANY);
                exchange.sendRepeatedly(CHUNK, MANY);
            } else {
                small.handle(exchange);
            }
        })) {
            Pull pull = pull();
            try (ImageSource source = pull.client().image(Reference.parse(tagged(server)))) {
                ContentResult result =
                        ImageVerifier.create().verify(source).problems().get(0).result();
                assertTrue(
                        result instanceof ContentResult.Failed failed
                                && failed.reason() == ContentResult.Reason.LIMIT_EXCEEDED,
                        result.toString());
                ImageCopier copier = ImageCopier.create().withPlatform(Platform.of("linux", "amd64"));
                OciLayoutWriter layout = OciLayoutWriter.create(folder, Clock.systemUTC());
                var e = assertThrows(
                        MalformedDocumentException.class, () -> copier.copy(source, layout.destination("pulled")));
                assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
            }
            pull.assertNothingPublished();
            assertFalse(
                    server.log().contains("GET " + path(config)), server.log().toString());
            pull.assertReadAtMost(4096, server);
        }
    }
}
