package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A publisher in a process of its own that is killed at each step: before it, or while it is at it. The publisher says
 * on its standard output that a step comes, and takes it when it is told to.
 */
class KilledPublisherTest {
    /** Two files, their names, and the timestamp. */
    private static final int STEPS_BEFORE_THE_SWITCH = 4;

    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    Path folder = Path.of("");

    private SigningKey key;

    @BeforeEach
    void publishAStateAndSignTheNext() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ED25519);
        byte[] pem = SigningKeys.encryptedPem(pair.getPrivate(), PASSWORD);
        Files.write(folder.resolve("key.pem"), pem);
        key = SigningKeys.create().read(pem, PASSWORD);
        KeySet keys = KeySet.of(VerificationKey.of(key.publicKey()));
        TufRepository repository = repository();
        RepositoryChange first = repository.change().withTarget(target("targets", "old", "old"));
        for (TopLevelRole role : TopLevelRole.values()) {
            first = first.withKeys(role, keys);
        }
        repository.publish(first.pending().signedBy(key), List.of(key));
        RepositoryChange change = repository
                .change()
                .withRenewed("root")
                .withoutTarget("targets", "old")
                .withTarget(target("targets", "new", "new"));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        change.pending().signedBy(key).write(request);
        Files.write(folder.resolve("request.json"), request.toByteArray());
    }

    private TufRepository repository() {
        return TufRepository.at(RepositoryPlace.ofFolder(folder), CLOCK);
    }

    private boolean isNew(MetadataStore seen) throws Exception {
        Path metadata = folder.resolve("metadata");
        FreshMetadata fresh = TufClient.of(
                        MetadataFetcher.ofFolder(metadata), seen, Files.readAllBytes(metadata.resolve("1.root.json")))
                .withClock(CLOCK)
                .refresh();
        boolean isNew = fresh.target("new").isPresent();
        assertEquals(!isNew, fresh.target("old").isPresent(), "all of one state");
        return isNew;
    }

    /** Kills a publisher before a step, or right after it was told to take it. */
    private Kill killAt(int step, boolean whileItIsAtIt) throws Exception {
        Process process = JavaProcess.start(Publishing.class, folder.toString());
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 1; i < step; i++) {
                if (!"step".equals(said.readLine())) {
                    return Kill.THERE_WAS_NO_SUCH_STEP;
                }
                go(process);
            }
            boolean isThere = "step".equals(said.readLine());
            if (isThere && whileItIsAtIt) {
                go(process);
            }
            return isThere ? Kill.DONE : Kill.THERE_WAS_NO_SUCH_STEP;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private enum Kill {
        DONE,
        THERE_WAS_NO_SUCH_STEP
    }

    private static void go(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPublisherThatIsKilledLeavesARepositoryThatClientsAndPublishersCanUse(boolean whileItIsAtIt) throws Exception {
        Path metadata = folder.resolve("metadata");
        Path before = folder.resolve("before");
        copy(metadata, before);
        MetadataStore seen = MetadataStore.inMemory();
        assertFalse(isNew(seen));
        int step = 1;
        while (killAt(step, whileItIsAtIt) == Kill.DONE) {
            boolean isNew = isNew(MetadataStore.inMemory());
            PendingMetadata request = PendingMetadata.read(Files.readAllBytes(folder.resolve("request.json")));
            repository().publish(request, List.of(key));
            assertTrue(isNew(MetadataStore.inMemory()), "step " + step);
            assertTrue(whileItIsAtIt || isNew == step > STEPS_BEFORE_THE_SWITCH, "step " + step);
            try (Stream<Path> files = Files.list(metadata)) {
                assertEquals(
                        0,
                        files.filter(file -> file.toString().contains("unfinished"))
                                .count());
            }
            copy(before, metadata);
            step++;
        }

        assertEquals(8, step, "two files and their names, the timestamp and its name, the root and its name");
        assertTrue(isNew(seen), "the last one was not killed");
    }

    /** Leaves the target with the files of the source, and no others. */
    private static void copy(Path source, Path target) throws IOException {
        if (Files.exists(target)) {
            try (Stream<Path> files = Files.list(target)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    /** Publishes the signed request, and asks before each step. */
    static final class Publishing {
        private Publishing() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            SigningKey key = SigningKeys.create().read(Files.readAllBytes(folder.resolve("key.pem")), PASSWORD);
            PendingMetadata request = PendingMetadata.read(Files.readAllBytes(folder.resolve("request.json")));
            TufRepository.at(RepositoryPlace.ofFiles(new AskingFiles(new FolderFiles(folder))), CLOCK)
                    .publish(request, List.of(key));
        }
    }

    private record AskingFiles(FolderFiles files) implements SeparateFiles {
        private static void ask() throws IOException {
            System.out.println("step");
            System.out.flush();
            if (System.in.read() < 0) {
                throw new IOException("nobody answers");
            }
        }

        @Override
        public void write(String name, byte[] content) throws IOException {
            ask();
            files.write(name, content);
        }

        @Override
        public void sync() throws IOException {
            ask();
            files.sync();
        }

        @Override
        public String name() {
            return files.name();
        }

        @Override
        public Optional<byte[]> read(String name) throws IOException {
            return files.read(name);
        }

        @Override
        public long newestRoot() throws IOException {
            return files.newestRoot();
        }

        @Override
        public long unusedSnapshot(long version) {
            return files.unusedSnapshot(version);
        }

        @Override
        public Closeable claim() throws IOException {
            return files.claim();
        }
    }
}
