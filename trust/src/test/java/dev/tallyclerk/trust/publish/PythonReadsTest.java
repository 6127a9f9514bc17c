package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.tuf.PythonTuf;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client of python-tuf, which keeps what it has seen, reads each state of a repository in turn. */
class PythonReadsTest {
    private static final List<String> PATHS = List.of("app/1", "app/ü", "web/shop", "images/a");

    @TempDir
    Path folder;

    private final Publisher publisher = new Publisher();

    private void read(PythonTuf python, List<String> found) throws Exception {
        read(python, PATHS, found);
    }

    private void read(PythonTuf python, List<String> paths, List<String> found) throws Exception {
        JsonCursor answer = python.run(Map.of(
                "client",
                folder.resolve("client").toString(),
                "repository",
                folder.resolve("repository/metadata").toString(),
                "now",
                "2030-01-01T00:00:00+00:00",
                "targets",
                paths));
        assertEquals("ok", answer.required("refresh").string());
        for (String path : paths) {
            String said = answer.required("targets").required(path).string();
            if (found.contains(path)) {
                assertNotEquals("nobody", said, path);
                assertNotEquals("error", said, path);
            } else {
                assertEquals("nobody", said, path);
            }
        }
    }

    @Test
    void pythonTufReadsEveryState() throws Exception {
        Path served = folder.resolve("repository");
        TufRepository repository = TufRepository.create(RepositoryPlace.ofFolder(served), CLOCK);
        publisher.publishFirst(repository);
        Files.createDirectories(folder.resolve("client"));
        Files.copy(served.resolve("metadata/1.root.json"), folder.resolve("client/root.json"));
        try (PythonTuf python = PythonTuf.require()) {
            read(python, List.of());
            publisher.publish(
                    repository,
                    repository
                            .change()
                            .withTarget(target("targets", "app/1", "1"))
                            .withTarget(target("targets", "app/ü", "2")),
                    publisher.targets);
            read(python, List.of("app/1", "app/ü"));

            OwnedKey team = new OwnedKey(SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256));
            OwnedKey images = newKey();
            OwnedKey bins = new OwnedKey(SigningKey.of(SignatureScheme.ECDSA_SHA2_NISTP256));
            publisher.publish(
                    repository,
                    repository
                            .change()
                            .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                            .withDelegation(
                                    "targets", new TeamDelegation("images", keys(1, images), List.of("images/*"), true))
                            .withHashBins("images", HashBins.of("bin", 32, keys(1, bins)))
                            .withTarget(target("web", "web/shop", "3"))
                            .withTarget(target("images", "images/a", "4")),
                    publisher.targets,
                    team,
                    images,
                    bins);
            read(python, PATHS);

            List<OwnedKey> root = publisher.root;
            List<OwnedKey> next = List.of();
            for (TopLevelRole role : TopLevelRole.values()) {
                next = List.of(newKey(), new OwnedKey(SigningKey.of(SignatureScheme.ECDSA_SHA2_NISTP256)));
                publisher.online.addAll(next);
                PendingMetadata pending = repository
                        .change()
                        .withKeys(role, keys(2, next.toArray(OwnedKey[]::new)))
                        .pending();
                List<OwnedKey> signers = new ArrayList<>(root);
                if (role == TopLevelRole.ROOT) {
                    root = next;
                }
                if (role == TopLevelRole.ROOT || role == TopLevelRole.TARGETS) {
                    signers.addAll(next);
                }
                repository.publish(Publisher.signed(pending, signers.toArray(OwnedKey[]::new)), publisher.online);
                read(python, PATHS);
            }
            repository.bumpSnapshot(publisher.online);
            read(python, PATHS);
            publisher.publish(
                    repository,
                    repository.change().withDelegatedKeys("web", keys(1, images)),
                    images,
                    next.get(0),
                    next.get(1));
            read(python, PATHS);

            OwnedKey[] three = {newKey(), newKey(), newKey()};
            publisher.publish(
                    repository,
                    repository.change().withKeys(TopLevelRole.TARGETS, keys(3, three)),
                    join(root, next, List.of(three)));
            read(python, PATHS);
            publisher.publish(
                    repository,
                    repository
                            .change()
                            .withRenewed("root")
                            .withRenewed("targets")
                            .withRenewed("bin-1f"),
                    join(root, List.of(three), List.of(bins)));
            read(python, PATHS);
            publisher.publish(repository, repository.change().withoutDelegation("web"), three);
            read(python, List.of("app/1", "app/ü", "images/a"));
        }
    }

    /** The random sequences that {@link PublishingProperties} has for the client of this library. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void pythonTufReadsEveryStateOfARandomRepository(long seed) throws Exception {
        RandomRepository random = new RandomRepository(new Random(seed));
        Path served = Files.createDirectories(folder.resolve("repository/metadata"));
        Files.createDirectories(folder.resolve("client"));
        Files.write(folder.resolve("client/root.json"), random.files.firstRoot());
        try (PythonTuf python = PythonTuf.require()) {
            for (int step = 0; step < 15; step++) {
                for (Map.Entry<String, byte[]> file : random.files.files.entrySet()) {
                    Files.write(served.resolve(file.getKey()), file.getValue());
                }
                read(python, RandomRepository.PATHS, List.copyOf(random.expected.keySet()));
                random.step();
            }
        }
    }

    private static OwnedKey[] join(List<OwnedKey> some, List<OwnedKey> more, List<OwnedKey> others) {
        return Stream.of(some, more, others).flatMap(List::stream).toArray(OwnedKey[]::new);
    }

    @ParameterizedTest
    @EnumSource(HashBins.Form.class)
    void pythonTufReadsTheBinsOfTargets(HashBins.Form form) throws Exception {
        Path served = folder.resolve("repository");
        TufRepository repository = TufRepository.create(RepositoryPlace.ofFolder(served), CLOCK);
        publisher.publishFirst(repository);
        Files.createDirectories(folder.resolve("client"));
        Files.copy(served.resolve("metadata/1.root.json"), folder.resolve("client/root.json"));
        try (PythonTuf python = PythonTuf.require()) {
            OwnedKey bins = newKey();
            OwnedKey team = newKey();
            boolean hasTeam = form == HashBins.Form.PATH_HASH_PREFIXES;
            RepositoryChange change = repository.change().withTarget(target("targets", "app/1", "1"));
            if (hasTeam) {
                TeamDelegation web = new TeamDelegation("web", keys(1, team), List.of("web/*"), true);
                change = change.withDelegation("targets", web);
            }
            change = change.withHashBins(
                    "targets", HashBins.of("bin", 64, keys(1, bins)).withForm(form));
            repository.publish(
                    Publisher.signed(
                            change.pending(),
                            hasTeam
                                    ? new OwnedKey[] {publisher.targets, bins, team}
                                    : new OwnedKey[] {publisher.targets, bins}),
                    publisher.online);
            read(python, List.of("app/1"));
            RepositoryChange next = repository
                    .change()
                    .withTarget(target("targets", "app/ü", "2"))
                    .withTarget(target("targets", "images/a", "3"));
            publisher.publish(
                    repository,
                    hasTeam ? next.withTarget(target("web", "web/shop", "4")) : next,
                    hasTeam ? new OwnedKey[] {bins, team} : new OwnedKey[] {bins});
            read(python, hasTeam ? PATHS : List.of("app/1", "app/ü", "images/a"));
            OwnedKey other = newKey();
            publisher.publish(
                    repository,
                    repository.change().withDelegatedKeys("bin-00", keys(1, other)),
                    publisher.targets,
                    other);
            read(python, hasTeam ? PATHS : List.of("app/1", "app/ü", "images/a"));
            for (int count : new int[] {256, 8}) {
                publisher.publish(
                        repository, repository.change().withBinCount("targets", count), publisher.targets, other);
                read(python, hasTeam ? PATHS : List.of("app/1", "app/ü", "images/a"));
            }
        }
    }
}
