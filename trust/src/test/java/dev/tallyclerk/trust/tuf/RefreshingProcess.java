package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

/** A Java process of its own that refreshes a store again and again. */
final class RefreshingProcess {
    private RefreshingProcess() {}

    static Process start(Path store, Path repository, Path root, int count) throws IOException {
        return start(store, repository, root, count, Duration.ofMinutes(5));
    }

    static Process start(Path store, Path repository, Path root, int count, Duration claimTimeout) throws IOException {
        return JavaProcess.start(
                RefreshingProcess.class,
                store.toString(),
                repository.toString(),
                root.toString(),
                Integer.toString(count),
                claimTimeout.toString());
    }

    /**
     * Refreshes and prints a byte before each and after each, so that who started it can kill it in between.
     *
     * @param arguments the folder of the store, that of the repository, the trusted root, how often to refresh, and how
     *     long to wait for the folder; where that is over, {@code x} is the byte after
     */
    public static void main(String[] arguments) throws Exception {
        TufClient client = TufClient.of(
                        MetadataFetcher.ofFolder(Path.of(arguments[1])),
                        MetadataStore.inDirectory(Path.of(arguments[0]), Duration.parse(arguments[4])),
                        Files.readAllBytes(Path.of(arguments[2])))
                .withClock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC));
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            say('.');
            long version;
            try {
                version = client.refresh().trusted().timestamp().orElseThrow().version();
            } catch (TufException e) {
                if (e.reason() != TufException.Reason.STORE_FAILED) {
                    throw e;
                }
                say('x');
                continue;
            }
            // Whatever the other process does meanwhile: what is stored is of one time, and of no earlier one.
            StaleMetadata stored = client.offline();
            say(stored.trusted().timestamp().orElseThrow().version() < version ? '-' : '+');
        }
    }

    private static void say(char what) {
        System.out.write(what);
        System.out.flush();
    }
}
