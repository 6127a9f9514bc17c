package dev.tallyclerk.command;

import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoreFolders;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trust option: {@code tuf:ROOT.json,URL}.
 *
 * @param root the file with the trusted root
 * @param repository the URL of the metadata
 * @param target the path of the image's target
 * @param store the folder for the trusted metadata of this repository only, kept between runs
 */
record TrustSpec(Path root, URI repository, String target, Path store) {
    /** The comma before a URL; file names and URLs may contain others. */
    private static final String COMMA = ",(?=(?i:https?|file|docker):)";

    /** {@code ROOT.json,URL}; the groups are its parts. */
    static final Pattern ROOT_AND_URL = Pattern.compile("(?!" + COMMA + ")(.+?)" + COMMA + "(.+)", Pattern.DOTALL);

    /** {@code tuf:ROOT.json,URL}; the groups are its parts. */
    static final Pattern FORM = Pattern.compile("tuf:" + ROOT_AND_URL, Pattern.DOTALL);

    /**
     * Parses the option.
     *
     * @throws IllegalArgumentException if the text is malformed, with a message for the user
     */
    static TrustSpec parse(String text, String target, @Nullable Path store, Map<String, String> environment) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a TUF repository is tuf:ROOT.json,URL with an http, https, file or docker URL, not "
                            + Quoted.quote(text));
        }
        URI repository = URI.create(parts.group(2));
        if (ArtifactName.isMeant(repository.toString())) {
            Objects.requireNonNull(ArtifactName.parse(repository.toString()));
        }
        boolean isFile = "file".equalsIgnoreCase(repository.getScheme()) && !repository.isOpaque();
        if (!isFile && repository.getHost() == null) {
            throw new IllegalArgumentException("the URL of a TUF repository has no host: " + Quoted.quote(text));
        }
        Path root = Path.of(parts.group(1));
        return new TrustSpec(root, repository, target, store(repository, store, environment));
    }

    /** {@return the user's folder for trusted metadata} */
    static Path stateFolder(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", environment.getOrDefault("LOCALAPPDATA", ""));
        if (state.isEmpty() && home.isEmpty()) {
            throw new IllegalArgumentException("no home folder for trusted metadata; give --trust-store DIR");
        }
        Path base = state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state);
        return base.resolve("tallyclerk");
    }

    /**
     * Refreshes the metadata and looks up the target.
     *
     * @param fetcher fetches the metadata
     * @param listener is told about unusable files in the store
     * @throws DigestResolutionException if the metadata does not list the image, or cannot be refreshed
     * @throws IOException if the root cannot be read
     */
    ResolvedDigest resolve(Clock clock, MetadataFetcher fetcher, TufListener listener) throws IOException {
        byte[] trustedRoot = InputFile.read(root, MetadataFolder.limits().rootBytes());
        return resolver(repository, trustedRoot, store, clock, fetcher, listener)
                .resolveTarget(target);
    }

    /** {@return a resolver that refreshes the metadata of a repository for each image} */
    static TufDigestResolver resolver(
            URI repository,
            byte[] trustedRoot,
            Path store,
            Clock clock,
            MetadataFetcher fetcher,
            TufListener listener) {
        return TufDigestResolver.refreshing(
                client(trustedRoot, store, clock, fetcher, listener), repository.toString());
    }

    /** {@return a client of a repository} */
    static TufClient client(
            byte[] trustedRoot, Path store, Clock clock, MetadataFetcher fetcher, TufListener listener) {
        return TufClient.of(fetcher, MetadataStore.inDirectory(store), trustedRoot)
                .withClock(clock)
                .withEngine(TufActions.engine())
                .withLimits(MetadataFolder.limits())
                .withListener(listener);
    }

    /**
     * {@return the folder for the trusted metadata of a repository}
     *
     * @param stores the folder of such folders; null for the one in the user's state folder
     */
    static Path store(URI repository, @Nullable Path stores, Map<String, String> environment) {
        return StoreFolders.in(stores == null ? stateFolder(environment).resolve("tuf") : stores)
                .ofTuf(repository);
    }
}
