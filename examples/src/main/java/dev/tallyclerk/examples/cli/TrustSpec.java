package dev.tallyclerk.examples.cli;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for an image: {@code tuf:ROOT.json,URL}.
 *
 * @param root the file with the trusted root
 * @param repository where the metadata lies
 * @param target the path of the image's target
 * @param store the folder where trusted metadata is kept between runs
 */
record TrustSpec(Path root, URI repository, String target, Path store) {
    private static final String SCHEME = "tuf:";

    /**
     * Reads a spelling.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static TrustSpec parse(String text, String target, @Nullable Path store, Map<String, String> environment) {
        int comma = text.lastIndexOf(',');
        if (!text.startsWith(SCHEME) || comma < 0) {
            throw new IllegalArgumentException("--trust is tuf:ROOT.json,URL, not \"" + text + "\"");
        }
        URI repository = URI.create(text.substring(comma + 1));
        MetadataFetcher.ofUri(repository);
        Path root = Path.of(text.substring(SCHEME.length(), comma));
        return new TrustSpec(root, repository, target, store == null ? defaultStore(repository, environment) : store);
    }

    /** One folder a repository, so that what was trusted once is a floor for what is trusted next. */
    private static Path defaultStore(URI repository, Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", environment.getOrDefault("LOCALAPPDATA", ""));
        if (state.isEmpty() && home.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no home folder to keep trusted metadata in; give --trust-store DIR");
        }
        Path base = state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state);
        String name = Digest.sha256Of(repository.toString().getBytes(StandardCharsets.UTF_8))
                .encoded();
        return base.resolve("tallyclerk").resolve("tuf").resolve(name.substring(0, 32));
    }

    /**
     * Brings the metadata up to date and looks the target up.
     *
     * @throws DigestResolutionException if nobody vouches for the image, or nobody could be asked
     * @throws IOException if the root cannot be read
     */
    ResolvedDigest resolve(Clock clock) throws IOException {
        TufClient client = TufClient.builder(MetadataFetcher.ofUri(repository))
                .trustedRoot(Files.readAllBytes(root))
                .store(MetadataStore.inDirectory(store))
                .clock(clock)
                .build();
        return TufDigestResolver.refreshing(client, repository.toString()).resolveTarget(target);
    }
}
