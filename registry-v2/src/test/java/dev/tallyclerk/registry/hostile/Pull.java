package dev.tallyclerk.registry.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.SeenRequest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/** Pulls an image into a new layout, and sees what came of it. */
final class Pull {
    /** What a client may read beyond what it has to: the buffers above the socket. */
    static final long SLACK = 64 * 1024;

    /** What the kernel may take of a connection that nobody reads, where buffers grow by themselves. */
    private static final long KERNEL = 8L << 20;

    private final Path folder;
    private final Optional<CountingSockets> sockets;
    private RegistryClient client;
    private BiFunction<HttpSettings, String, HttpSettings> scheme = HttpSettings::withPlainHttp;

    private Pull(Path folder, Transport transport, Optional<CountingSockets> sockets) {
        this.folder = folder;
        this.sockets = sockets;
        this.client = RegistryClient.of(transport)
                .withHttp(http -> http.withRetries(
                        RetryPolicy.defaults().withFirstWait(Duration.ZERO).withLongestWait(Duration.ZERO)));
    }

    /** {@return a pull into a folder, by a client for which every name is this machine} */
    static Pull into(Path folder) {
        return into(folder, new OkHttpClient.Builder());
    }

    static Pull into(Path folder, OkHttpClient.Builder http) {
        return into(folder, http, host -> List.of(loopback()));
    }

    static Pull into(Path folder, OkHttpClient.Builder http, Dns dns) {
        CountingSockets sockets = new CountingSockets();
        return new Pull(
                folder, OkHttpTransport.of(http.socketFactory(sockets).dns(dns).build()), Optional.of(sockets));
    }

    /** {@return a pull by the client of the Java runtime, of whose sockets nothing is known} */
    static Pull byJdk(Path folder) {
        return byJdk(folder, HttpClient.newBuilder());
    }

    static Pull byJdk(Path folder, HttpClient.Builder http) {
        return new Pull(folder, JdkTransport.of(http.build()), Optional.empty());
    }

    /** {@return a pull by a client that trusts an authority, over https} */
    static Pull overTls(Path folder, PrivateAuthority authority) {
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .sslSocketFactory(authority.clientContext().getSocketFactory(), authority.trustManager());
        return into(folder, http).overTls(true);
    }

    /** {@return the same by the client of the Java runtime} */
    static Pull overTlsByJdk(Path folder, PrivateAuthority authority) {
        return byJdk(folder, HttpClient.newBuilder().sslContext(authority.clientContext()))
                .overTls(true);
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    /** {@return this pull by a client that is told something else} */
    Pull with(UnaryOperator<RegistryClient> change) {
        client = change.apply(client);
        return this;
    }

    /** {@return this pull, which calls every registry over https, or over http} */
    Pull overTls(boolean secure) {
        scheme = secure ? HttpSettings::withHttps : HttpSettings::withPlainHttp;
        return this;
    }

    /** {@return this pull by another client, as it is} */
    Pull by(RegistryClient other) {
        client = other;
        scheme = (http, registry) -> http;
        return this;
    }

    /** {@return the client, for registries on loopback without TLS} */
    RegistryClient client() {
        return client;
    }

    Repository repository(String reference) {
        Reference parsed = Reference.parse(reference);
        return client(parsed.domain()).repository(parsed);
    }

    private RegistryClient client(String registry) {
        return client.withHttp(http -> scheme.apply(http, registry));
    }

    /** {@return the image of a server by tag} */
    static String tagged(HostileServer server) {
        return server.host() + "/team/app:1";
    }

    /** {@return the image of a server by digest} */
    static String pinned(HostileServer server, Digest digest) {
        return server.host() + "/team/app@" + digest;
    }

    CopyResult run(String reference) throws IOException {
        Reference parsed = Reference.parse(reference);
        try (ImageSource image = client(parsed.domain()).image(parsed)) {
            return ImageCopier.create()
                    .copy(
                            image,
                            OciLayoutWriter.create(folder, Clock.systemUTC()).destination("pulled"));
        }
    }

    VerificationException.Reason verificationFailure(String reference) throws IOException {
        return failure(VerificationException.class, reference).reason();
    }

    MalformedDocumentException.Reason documentFailure(String reference) throws IOException {
        return failure(MalformedDocumentException.class, reference).reason();
    }

    HttpException.Reason registryFailure(String reference) throws IOException {
        return failure(RegistryException.class, reference).reason();
    }

    /** Pulls, and asserts that it fails so, and that nothing has come into the layout that is not right. */
    <E extends Exception> E failure(Class<E> type, String reference) throws IOException {
        E failure = assertThrows(type, () -> run(reference));
        assertNothingPublished();
        return failure;
    }

    /** Asserts that the layout has no image, and no blob that is not what its name says. */
    void assertNothingPublished() throws IOException {
        Path index = folder.resolve("index.json");
        if (Files.exists(index)) {
            String text = Files.readString(index, StandardCharsets.UTF_8);
            assertTrue(text.contains("\"manifests\":[]"), text);
        }
        assertBlobsAreRight();
    }

    private void assertBlobsAreRight() throws IOException {
        Path blobs = folder.resolve("blobs/sha256");
        if (Files.exists(blobs)) {
            try (Stream<Path> files = Files.list(blobs)) {
                for (Path file : files.toList()) {
                    assertEquals(
                            String.valueOf(file.getFileName()),
                            Digest.sha256Of(Files.readAllBytes(file)).encoded());
                }
            }
        }
    }

    /** Asserts that all of an image is there: manifest, configuration and every layer, byte for byte. */
    void assertPublished(ServedImage image) throws IOException {
        String index = Files.readString(folder.resolve("index.json"), StandardCharsets.UTF_8);
        assertTrue(index.contains(image.digest().toString()), index);
        assertHolds(image.digest(), image.manifest());
        for (Descriptor blob : image.blobs()) {
            assertHolds(blob.digest(), image.content(blob));
        }
        assertBlobsAreRight();
    }

    private void assertHolds(Digest digest, byte[] content) throws IOException {
        Path file = folder.resolve("blobs/sha256").resolve(digest.encoded());
        assertTrue(Files.exists(file), digest + " is missing");
        assertArrayEquals(content, Files.readAllBytes(file), digest.toString());
    }

    /**
     * Asserts that no more than so many bytes, and what buffers hold, were read: by what the server could send,
     * whatever the client, and more exactly where the client's sockets are ours.
     */
    void assertReadAtMost(long bytes, HostileServer server) {
        long most = bytes + server.connections() * KERNEL;
        assertTrue(server.bytesSent() <= most, server.bytesSent() + " bytes were sent, must be at most " + most);
        sockets.ifPresent(
                counted -> assertTrue(counted.bytesRead() <= bytes + SLACK, counted.bytesRead() + " bytes were read"));
    }

    /**
     * Asserts that a server was asked for that and for nothing else, in that order, each once, and that no more bytes
     * than so many were read.
     *
     * @param bytes what all answers have to be read for, without their heads
     */
    void assertAsked(HostileServer server, long bytes, List<String> log) {
        assertEquals(log, server.log());
        assertReadAtMost(bytes, server);
    }

    /** Asserts the same of a server that never asks who is there, and therefore is not told. */
    void assertAskedAnonymously(HostileServer server, long bytes, List<String> log) {
        assertAsked(server, bytes, log);
        for (SeenRequest request : server.requests()) {
            assertEquals(Optional.empty(), request.header("Authorization"), request.toString());
        }
    }
}
