package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.ServedImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.RegistryLimits;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lists without end: CVE-2023-25153 of containerd, CVE-2023-46737 and CVE-2024-29903 of cosign, CVE-2023-25656 and
 * CVE-2023-33957 of notation, CVE-2017-11468 of distribution, and similar.
 */
class HostileListTest {
    private static final long MANY = 512L << 20;
    private static final Digest SUBJECT = Digest.sha256Of(new byte[0]);

    /** Small, so that a test reaches them. */
    private static final RegistryLimits LIMITS =
            RegistryLimits.defaults().withMaxPages(20).withMaxPageBytes(1 << 20).withMaxListEntries(1_000);

    @TempDir
    Path folder = Path.of("");

    /** What can be listed. */
    enum Kind {
        TAGS {
            @Override
            List<?> list(RegistryClient client, HostileServer server) throws IOException {
                return repository(client, server).tags();
            }

            @Override
            String page(List<String> names) {
                return "{\"name\":\"team/app\",\"tags\":[" + String.join(",", quoted(names)) + "]}";
            }
        },
        REPOSITORIES {
            @Override
            List<?> list(RegistryClient client, HostileServer server) throws IOException {
                return client.repositories(server.host());
            }

            @Override
            String page(List<String> names) {
                return "{\"repositories\":[" + String.join(",", quoted(names)) + "]}";
            }
        },
        REFERRERS {
            @Override
            List<?> list(RegistryClient client, HostileServer server) throws IOException {
                return repository(client, server).referrers(SUBJECT);
            }

            @Override
            String page(List<String> names) {
                List<String> entries = names.stream()
                        .map(name -> "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\""
                                + Digest.sha256Of(utf8(name)) + "\",\"size\":7,\"artifactType\":\"a/b\"}")
                        .toList();
                return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", entries) + "]}";
            }
        };

        abstract List<?> list(RegistryClient client, HostileServer server) throws IOException;

        abstract String page(List<String> names);

        private static Repository repository(RegistryClient client, HostileServer server) {
            return client.repository(Reference.parse(server.host() + "/team/app"));
        }

        private static List<String> quoted(List<String> names) {
            return names.stream().map(name -> "\"" + name + "\"").toList();
        }
    }

    /** {@return the client that is tested, with the usual limits} */
    Pull usual() {
        return Pull.into(folder);
    }

    private Pull pull() {
        return usual().with(client -> client.withLimits(LIMITS));
    }

    private static Reason refusal(Kind kind, Pull pull, HostileServer server) {
        return assertThrows(RegistryException.class, () -> kind.list(pull.client(), server))
                .reason();
    }

    private static void answer(Exchange exchange, Kind kind, List<String> names, String link) throws IOException {
        exchange.answerText(
                200,
                kind.page(names),
                "Content-Type: " + (kind == Kind.REFERRERS ? MediaType.OCI_INDEX : "application/json"),
                "Link: <" + link + ">; rel=\"next\"");
    }

    @ParameterizedTest
    @EnumSource
    void aPageWithoutEndIsReadToTheLimitOnly(Kind kind) throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.head(200, "Content-Type: " + MediaType.OCI_INDEX);
            exchange.send(utf8("{\"tags\":[\"a\""));
            exchange.sendRepeatedly(utf8(",\"a\"".repeat(1 << 14)), MANY);
        })) {
            Pull pull = pull();
            assertEquals(Reason.LIMIT_EXCEEDED, refusal(kind, pull, server));
            pull.assertReadAtMost(1 << 20, server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesWithoutEndAreNotAllAskedFor(Kind kind) throws IOException {
        AtomicInteger pages = new AtomicInteger();
        try (HostileServer server = HostileServer.start(exchange -> {
            int page = pages.incrementAndGet();
            answer(exchange, kind, List.of("a" + page), exchange.request().path() + "?page=" + page);
        })) {
            assertEquals(Reason.LIMIT_EXCEEDED, refusal(kind, pull(), server));
            assertEquals(20, server.log().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void entriesWithoutEndAreNotAllKept(Kind kind) throws IOException {
        List<String> names = IntStream.range(0, 400).mapToObj(i -> "a" + i).toList();
        AtomicInteger pages = new AtomicInteger();
        try (HostileServer server = HostileServer.start(exchange ->
                answer(exchange, kind, names, exchange.request().path() + "?page=" + pages.incrementAndGet()))) {
            assertEquals(Reason.LIMIT_EXCEEDED, refusal(kind, pull(), server));
            assertEquals(3, server.log().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesInACircleAreOneError(Kind kind) throws IOException {
        try (HostileServer server = HostileServer.start(exchange ->
                answer(exchange, kind, List.of("a"), exchange.request().path() + "?page=same"))) {
            assertEquals(Reason.PROTOCOL, refusal(kind, pull(), server));
            assertEquals(2, server.log().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNextPageIsAtNobodyElse(Kind kind) throws IOException {
        try (Sink sink = Sink.start("geheim");
                HostileServer server = HostileServer.start(exchange -> {
                    if (exchange.request().header("Authorization").isEmpty()) {
                        exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
                    } else {
                        answer(exchange, kind, List.of("a"), sink.uri("/next").toString());
                    }
                })) {
            Pull pull = pull().with(client -> client.withCredentialsForEveryRegistry(Credentials.of("user", "geheim")));
            assertEquals(Reason.UNSAFE_LOCATION, refusal(kind, pull, server));
            sink.assertSawNothing();
        }
    }

    /** CVE-2023-2253 of distribution: a registry that reserves memory for as many entries as a client asks for. */
    @ParameterizedTest
    @EnumSource
    void noClientAsksForMoreThanAPageHas(Kind kind) throws IOException {
        Pattern modest = Pattern.compile("[^?]*(\\?n=[0-9]{1,4}(&.*)?)?");
        try (HostileServer server =
                HostileServer.start(exchange -> exchange.answerText(200, kind.page(List.of("a")), "X: y"))) {
            assertEquals(1, kind.list(pull().client(), server).size());
            assertTrue(
                    server.log().stream().allMatch(line -> modest.matcher(line).matches()),
                    server.log().toString());
        }
    }
}
