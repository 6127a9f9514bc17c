package dev.tallyclerk.registry.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.client.RepositoryWriter;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.testing.TokenServer;
import dev.tallyclerk.testing.TransportKind;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real docker-registry in every mode in which people run one, filled by a real skopeo. */
class DockerRegistryModesTest {
    private static PrivateAuthority authority;

    @TempDir
    Path folder = Path.of("");

    private Path layout = Path.of("");
    private String skopeo = "";

    @BeforeAll
    static void create(@TempDir Path keys) throws IOException, InterruptedException {
        authority = PrivateAuthority.create(keys);
    }

    @BeforeEach
    void prepare() throws IOException {
        skopeo = Peers.require("skopeo").toString();
        layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
    }

    private void push(DockerRegistry registry, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(skopeo, "copy", "--dest-tls-verify=false"));
        command.addAll(List.of(options));
        command.addAll(List.of("oci:" + layout + ":1.0", "docker://" + name(registry)));
        Peers.run(folder, command.toArray(String[]::new));
    }

    private static String name(DockerRegistry registry) {
        return registry.host() + "/team/app:1";
    }

    private static RegistryClient plain() {
        return RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
    }

    private static RegistryClient tls(DockerRegistry registry) {
        Transport transport = TransportKind.OKHTTP.makeTrusting(authority);
        return RegistryClient.of(HttpSettings.of(transport).withHttps(registry.host()));
    }

    private Digest pull(RegistryClient client, DockerRegistry registry) throws IOException {
        try (ImageSource image = client.image(Reference.parse(name(registry)))) {
            return pull(image);
        }
    }

    private Digest pull(ImageSource image) throws IOException {
        Path pulled = Files.createTempDirectory(folder, "pulled");
        Digest digest = ImageCopier.create()
                .copy(image, OciLayoutWriter.create(pulled, Clock.systemUTC()).destination("1.0"))
                .root()
                .digest();
        String original = Files.readString(layout.resolve("index.json"), StandardCharsets.UTF_8);
        assertTrue(original.contains(digest.toString()), "the digest is the original's");
        return digest;
    }

    private Reason refusal(RegistryClient client, DockerRegistry registry) throws IOException {
        return Pull.into(folder.resolve("refused")).by(client).registryFailure(name(registry));
    }

    @Test
    void openToEverybody() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            pull(plain(), registry);
            writeAndDelete(plain(), registry);
        }
    }

    @Test
    void withPasswords() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            push(registry, "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
            RegistryClient user = plain().withCredentialsForEveryRegistry(
                            Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD));
            pull(user, registry);
            writeAndDelete(user, registry);
            assertEquals(Reason.UNAUTHORIZED, refusal(plain(), registry));
            assertEquals(
                    Reason.UNAUTHORIZED,
                    refusal(
                            plain().withCredentialsForEveryRegistry(Credentials.of(DockerRegistry.USER, "wrong")),
                            registry));
            assertEquals(
                    Reason.UNAUTHORIZED,
                    refusal(plain().withCredentialsForEveryRegistry(Credentials.identityToken("t")), registry));
        }
    }

    @Test
    void overTlsOfAPrivateAuthority() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startTlsWithHtpasswd(folder, authority)) {
            push(registry, "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
            RegistryClient user = tls(registry)
                    .withCredentialsForEveryRegistry(Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD));
            pull(user, registry);
            writeAndDelete(user, registry);
            RegistryClient withoutAuthority = plain().withHttp(http -> http.withHttps(registry.host()))
                    .withCredentialsForEveryRegistry(Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD));
            assertEquals(Reason.UNREACHABLE, refusal(withoutAuthority, registry));
        }
    }

    @Test
    void withPasswordsThatDockerKeeps() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            push(registry, "--dest-creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
            String auth = Base64.getEncoder()
                    .encodeToString(
                            (DockerRegistry.USER + ":" + DockerRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
            String file = "{\"auths\":{\"http://" + registry.host() + "/v1/\":{\"auth\":\"" + auth + "\"}}}";
            DockerConfig config = DockerConfig.parse(file.getBytes(StandardCharsets.UTF_8));
            pull(plain().withCredentials(config), registry);
            DockerConfig withHelper = DockerConfig.parse("{\"credsStore\":\"x\"}".getBytes(StandardCharsets.UTF_8));
            assertEquals(Reason.CREDENTIALS, refusal(plain().withCredentials(withHelper), registry));
        }
    }

    /** A registry with tokens, and its service. */
    private interface TokenTest {
        void run(DockerRegistry registry, TokenServer tokens, RegistryClient client)
                throws IOException, InterruptedException;
    }

    private void withTokens(boolean tls, TokenTest test) throws IOException, InterruptedException {
        try (TokenServer tokens = tls ? TokenServer.startTls(authority) : TokenServer.start(authority);
                DockerRegistry registry = tls
                        ? DockerRegistry.startTlsWithTokens(folder, authority, tokens)
                        : DockerRegistry.startWithTokens(folder, authority, tokens)) {
            RegistryClient client = (tls ? tls(registry) : plain())
                    .withHttp(http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(tokens.realm())));
            test.run(registry, tokens, client);
        }
    }

    /** Pushes, pulls, and deletes, all by us. */
    private void writeAndDelete(RegistryClient client, DockerRegistry registry) throws IOException {
        Reference reference = Reference.parse(registry.host() + "/team/ours:1");
        try (ImageSource image = OciLayout.open(layout).requireImage("1.0")) {
            ImageCopier.create().copy(image, client.destination(reference));
        }
        Digest digest;
        try (ImageSource image = client.image(reference)) {
            digest = pull(image);
        }
        Reference other = Reference.parse(registry.host() + "/team/copied:1");
        try (ImageSource image = client.image(reference)) {
            ImageCopier.create().copy(image, client.destination(other));
        }
        try (ImageSource image = client.image(other)) {
            assertEquals(digest, pull(image));
        }
        assertEquals(List.of("1"), client.repository(reference).tags());
        assertTrue(client.repositories(registry.host()).contains("team/ours"));
        referAndDelete(client.repository(reference), digest);
        client.repository(reference).writer().deleteManifest(digest);
        assertEquals(Optional.empty(), client.repository(reference).manifest("1"));
    }

    /** This registry lists no referrers by itself: they are in an index under a tag, which is written and read. */
    private static void referAndDelete(Repository repository, Digest digest) throws IOException {
        assertEquals(List.of(), repository.referrers(digest));
        byte[] empty = "{}".getBytes(StandardCharsets.US_ASCII);
        Descriptor config = Descriptor.ofContent(MediaType.OCI_EMPTY, empty);
        RepositoryWriter writer = repository.writer();
        writer.pushBlob(config, RequestBody.of(empty));
        Manifest subject = repository.manifest(digest).orElseThrow();
        ImageManifest referrer = ImageManifest.builder(config)
                .artifactType("application/vnd.example.signature")
                .layer(config)
                .subject(Descriptor.of(subject.mediaType(), subject.digest(), subject.size()))
                .build();
        writer.pushManifest(referrer);
        assertEquals(
                List.of(referrer.digest()),
                repository.referrers(digest).stream().map(Descriptor::digest).toList());
        assertEquals(List.of(), repository.referrers(digest, "application/vnd.example.other"));
        writer.deleteManifest(referrer.digest());
        assertEquals(List.of(), repository.referrers(digest));
        assertEquals(Optional.empty(), repository.manifest(referrer.digest()));
    }

    private void pushWithToken(DockerRegistry registry) throws IOException, InterruptedException {
        push(registry, "--dest-creds=" + TokenServer.USER + ":" + TokenServer.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withTokens(boolean tls) throws IOException, InterruptedException {
        withTokens(tls, (registry, tokens, client) -> {
            pushWithToken(registry);
            int before = tokens.requests().size();
            pull(
                    client.withCredentialsForEveryRegistry(
                            Credentials.of(TokenServer.READER, TokenServer.READER_PASSWORD)),
                    registry);
            var asked = tokens.requests().subList(before, tokens.requests().size());
            assertEquals(1, asked.size(), "one token for all of a pull: " + asked);
            assertEquals(TokenServer.READER, asked.get(0).user());
            assertEquals(List.of("repository:team/app:pull"), asked.get(0).scopes());
            assertEquals(TokenServer.SERVICE, asked.get(0).service());
            writeAndDelete(
                    client.withCredentialsForEveryRegistry(Credentials.of(TokenServer.USER, TokenServer.PASSWORD)),
                    registry);
            RegistryClient reader = client.withCredentialsForEveryRegistry(
                    Credentials.of(TokenServer.READER, TokenServer.READER_PASSWORD));
            var e = assertThrows(RegistryException.class, () -> writeAndDelete(reader, registry));
            assertTrue(Set.of(Reason.DENIED, Reason.UNAUTHORIZED).contains(e.reason()), e.toString());
        });
    }

    @Test
    void withTokensForNobodyInParticular() throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            pushWithToken(registry);
            assertEquals(Reason.UNAUTHORIZED, refusal(client, registry));
            tokens.setAnonymousActions("pull");
            pull(client, registry);
        });
    }

    @Test
    void withTokensAndAnIdentityToken() throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            pushWithToken(registry);
            int before = tokens.requests().size();
            String identity = tokens.refreshToken(TokenServer.READER);
            pull(client.withCredentialsForEveryRegistry(Credentials.identityToken(identity)), registry);
            var asked = tokens.requests().subList(before, tokens.requests().size());
            assertEquals(
                    List.of("POST refresh_token"),
                    asked.stream()
                            .map(request -> request.method() + " " + request.grant())
                            .toList());
            assertEquals(
                    Reason.UNAUTHORIZED,
                    refusal(client.withCredentialsForEveryRegistry(Credentials.identityToken("unknown")), registry));
        });
    }

    @Test
    void withTokensWhosePasswordIsWrong() throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            pushWithToken(registry);
            assertEquals(
                    Reason.UNAUTHORIZED,
                    refusal(
                            client.withCredentialsForEveryRegistry(Credentials.of(TokenServer.READER, "wrong")),
                            registry));
        });
    }

    @Test
    void withATokenServiceThatIsNotTrustedWithThePassword() throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            pushWithToken(registry);
            int before = tokens.requests().size();
            RegistryClient strict = client.withHttp(http -> http.withOrigins(TrustedOrigins.known()))
                    .withCredentialsForEveryRegistry(Credentials.of(TokenServer.READER, TokenServer.READER_PASSWORD));
            assertEquals(Reason.UNSAFE_LOCATION, refusal(strict, registry));
            List<TokenServer.TokenRequest> since =
                    tokens.requests().subList(before, tokens.requests().size());
            assertTrue(
                    since.stream().allMatch(request -> request.user().isEmpty()),
                    "the token service was shown the password");
        });
    }

    /** A token that expires in the middle of a pull, with clocks that notice and one that stands still. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withTokensThatExpireInTheMiddle(boolean clockStands) throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            pushWithToken(registry);
            // docker-registry takes them for 60 seconds more.
            tokens.setLifetime(Duration.ofSeconds(-58));
            int before = tokens.requests().size();
            RegistryClient reader = client.withCredentialsForEveryRegistry(
                            Credentials.of(TokenServer.READER, TokenServer.READER_PASSWORD))
                    .withHttp(http -> http.withClock(
                            clockStands ? Clock.fixed(Instant.now(), ZoneOffset.UTC) : Clock.systemUTC()));
            try (ImageSource image = reader.image(Reference.parse(name(registry)))) {
                image.resolve();
                awaitExpiry(registry, tokens);
                tokens.setLifetime(Duration.ofMinutes(5));
                pull(image);
            }
            long asked = tokens.requests().stream()
                    .skip(before)
                    .filter(request -> request.scopes().equals(List.of("repository:team/app:pull")))
                    .count();
            assertTrue(asked >= 2, asked + " tokens");
        });
    }

    /** A token that expires between two uploads, with clocks that notice and one that stands still. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withTokensThatExpireBetweenUploads(boolean clockStands) throws IOException, InterruptedException {
        withTokens(false, (registry, tokens, client) -> {
            RegistryClient owner = client.withCredentialsForEveryRegistry(
                            Credentials.of(TokenServer.USER, TokenServer.PASSWORD))
                    .withHttp(http -> http.withClock(
                            clockStands ? Clock.fixed(Instant.now(), ZoneOffset.UTC) : Clock.systemUTC()));
            byte[] content = new byte[100_000];
            RepositoryWriter writer = withAnExpiredToken(owner, registry, "/team/ours:1", tokens);
            assertEquals(
                    BlobOutcome.SENT, writer.pushBlob(Descriptor.ofContent("a/b", content), RequestBody.of(content)));
            withAnExpiredToken(owner, registry, "/team/theirs:1", tokens);
            Reference reference = Reference.parse(registry.host() + "/team/theirs:1");
            try (ImageSource image = OciLayout.open(layout).requireImage("1.0")) {
                ImageCopier.create().copy(image, owner.destination(reference));
            }
            try (ImageSource image = owner.image(reference)) {
                pull(image);
            }
        });
    }

    /** Uploads something with a token that the registry takes no more when this returns. The next ones hold. */
    private static RepositoryWriter withAnExpiredToken(
            RegistryClient owner, DockerRegistry registry, String name, TokenServer tokens) throws IOException {
        tokens.setLifetime(Duration.ofSeconds(-58));
        RepositoryWriter writer =
                owner.repository(Reference.parse(registry.host() + name)).writer();
        writer.pushBlob(Descriptor.ofContent("a/b", new byte[1]), RequestBody.of(new byte[1]));
        awaitExpiry(registry, tokens);
        tokens.setLifetime(Duration.ofMinutes(5));
        return writer;
    }

    /** Asks with a younger token until the registry takes it no more. */
    private static void awaitExpiry(DockerRegistry registry, TokenServer tokens) throws IOException {
        HttpURLConnection service = open(
                tokens.realm() + "?service=" + TokenServer.SERVICE + "&scope=repository:other:pull",
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((TokenServer.READER + ":" + TokenServer.READER_PASSWORD)
                                        .getBytes(StandardCharsets.UTF_8)));
        String document = new String(service.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String token = document.replaceFirst("(?s).*\"token\":\"([^\"]*)\".*", "$1");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (open("http://" + registry.host() + "/v2/", "Bearer " + token).getResponseCode() == 200) {
            assertTrue(System.nanoTime() < deadline, "the token does not expire");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static HttpURLConnection open(String address, String authorization) throws IOException {
        URL url = URI.create(address).toURL();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setRequestProperty("Authorization", authorization);
        return connection;
    }
}
