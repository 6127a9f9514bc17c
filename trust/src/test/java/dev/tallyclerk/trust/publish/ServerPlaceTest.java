package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository on a web server that takes files by PUT. */
class ServerPlaceTest {
    private final Publisher publisher = new Publisher();
    private final UploadServer server;
    private final HttpSettings http;
    private TufRepository repository;

    ServerPlaceTest() throws IOException {
        server = new UploadServer();
        http = HttpSettings.of(OkHttpTransport.of(new OkHttpClient()))
                .withPlainHttp(server.uri().getAuthority())
                .withRetries(RetryPolicy.defaults().withFirstWait(Duration.ZERO));
    }

    @BeforeEach
    void publishTheFirstVersion() throws Exception {
        publisher.publishFirst(TufRepository.create(place(), CLOCK));
        repository = TufRepository.open(place(), CLOCK);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RepositoryPlace place() {
        return RepositoryPlace.ofUri(server.uri(), http, HttpAuthenticator.none());
    }

    private Optional<?> lookUp(String path) throws Exception {
        return TufClient.of(
                        MetadataFetcher.ofUri(server.uri(), http),
                        MetadataStore.inMemory(),
                        Objects.requireNonNull(server.files.get("1.root.json")))
                .withClock(CLOCK)
                .refresh()
                .target(path);
    }

    private PendingMetadata added(String path) throws Exception {
        return Publisher.signed(
                repository.change().withTarget(target("targets", path, path)).pending(), publisher.targets);
    }

    private Reason refusal(PendingMetadata change) {
        return assertThrows(PublishException.class, () -> repository.publish(change, publisher.online))
                .reason();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "true, true", "false, false"})
    void clientsReadWhatWasPut(boolean hasConditions, boolean isWeak) throws Exception {
        server.hasConditions = hasConditions;
        server.isWeak = isWeak;
        for (String path : new String[] {"app/1", "app/2"}) {
            repository.publish(added(path), publisher.online);
            assertTrue(lookUp(path).isPresent());
        }
        repository.bumpTimestamp(publisher.online);
        assertTrue(lookUp("app/1").isPresent());
    }

    @Test
    void aRetryAfterALostResponseIsNoConflict() throws Exception {
        for (int lost = 1; lost <= 3; lost++) {
            PendingMetadata change = added("app/" + lost);
            server.loseResponse = server.puts() + lost;
            repository.publish(change, publisher.online);
            assertTrue(lookUp("app/" + lost).isPresent(), "lost response " + lost);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aPublicationThatBreaksOffIsCompletedByTheSameChange(int files) throws Exception {
        PendingMetadata change = added("app");
        server.failAfter = server.puts() + files;
        assertThrows(HttpException.class, () -> repository.publish(change, publisher.online));
        assertTrue(lookUp("app").isEmpty());

        server.failAfter = Integer.MAX_VALUE;
        if (files > 0) {
            assertEquals(Reason.CONFLICT, refusal(added("other")), "its file is there with other content");
        }
        repository.publish(change, publisher.online);
        assertTrue(lookUp("app").isPresent());
    }

    @Test
    void aSnapshotThatNobodyRefersToKeepsNobodyFromPublishing() throws Exception {
        server.failAfter = server.puts() + 1;
        assertThrows(HttpException.class, () -> repository.bumpSnapshot(publisher.online));
        server.failAfter = Integer.MAX_VALUE;

        repository.publish(added("app"), publisher.online);
        assertTrue(lookUp("app").isPresent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoPublishersOfOneRoleOneWinsAndTheOtherIsTold(boolean hasConditions) throws Exception {
        server.hasConditions = hasConditions;
        PendingMetadata first = added("first");
        PendingMetadata second = added("second");
        repository.publish(first, publisher.online);

        assertEquals(Reason.CONFLICT, refusal(second));
        assertTrue(lookUp("first").isPresent());
    }

    /** The other publisher is done between the first look of this one and its first file, or its timestamp. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aPublisherThatIsOvertakenIsTold(int put) throws Exception {
        PendingMetadata change = added("slow");
        TufRepository other = TufRepository.at(place(), CLOCK);
        int[] left = {put};
        server.beforePut = () -> {
            if (--left[0] == 0) {
                try {
                    other.bumpSnapshot(publisher.online);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        assertEquals(Reason.CONFLICT, refusal(change));
        assertTrue(lookUp("slow").isEmpty());
        repository.publish(change, publisher.online);
        assertTrue(lookUp("slow").isPresent());
    }

    @Test
    void answersTheChallengesOfTheServer() throws Exception {
        server.login = "Basic dTpw";
        assertThrows(HttpException.class, () -> repository.bumpTimestamp(publisher.online));

        RepositoryPlace place =
                RepositoryPlace.ofUri(server.uri(), http, (uri, challenges) -> Optional.of("Basic dTpw"));
        TufRepository.open(place, CLOCK).bumpTimestamp(publisher.online);
    }

    @Test
    void aDryRunWritesNothing() throws Exception {
        int puts = server.puts();
        PublicationReport report = repository.withDryRun().publish(added("app"), publisher.online);

        assertEquals(puts, server.puts());
        assertEquals(3, report.files().size());
        assertTrue(report.changes().stream().anyMatch(line -> line.contains("adds the target app")));
        assertTrue(report.changes().contains("snapshot: lists version 2 of targets.json (before: 1)"));
        assertTrue(lookUp("app").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///repository", "https://u@h.test/", "https://h.test/?a", "https://h.test/#a", "ftp://h"})
    void refusesOtherAddresses(String base) {
        HttpAuthenticator none = HttpAuthenticator.none();
        URI uri = URI.create(base);

        assertThrows(IllegalArgumentException.class, () -> RepositoryPlace.ofUri(uri, http, none));
        assertFalse(base.isEmpty());
    }
}
