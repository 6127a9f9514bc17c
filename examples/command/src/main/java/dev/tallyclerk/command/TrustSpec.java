package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for an image: {@code tuf:ROOT.json,URL}.
 *
 * @param root the file with the trusted root
 * @param repository where the metadata lies
 * @param target the path of the image's target
 * @param store the folder where this repository's trusted metadata is kept between runs, and no other's
 */
record TrustSpec(Path root, URI repository, String target, Path store) {
    private static final String SCHEME = "tuf:";

    /** The one before a URL: file names and URLs may have others. */
    private static final Pattern COMMA = Pattern.compile(",(?=(?:https?|file):)", Pattern.CASE_INSENSITIVE);

    /**
     * Reads a spelling.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static TrustSpec parse(String text, String target, @Nullable Path store, Map<String, String> environment) {
        Matcher comma = COMMA.matcher(text);
        if (!text.startsWith(SCHEME) || !comma.find(SCHEME.length()) || comma.start() == SCHEME.length()) {
            throw new IllegalArgumentException(
                    "--trust is tuf:ROOT.json,URL with a URL of http, https or file, not " + Quoted.quote(text));
        }
        URI repository = URI.create(text.substring(comma.end()));
        Path root = Path.of(text.substring(SCHEME.length(), comma.start()));
        Path stores = store == null ? defaultStores(environment) : store;
        return new TrustSpec(root, repository, target, stores.resolve(folderName(repository)));
    }

    /**
     * {@return the name of one folder a repository, so that what was trusted once is a floor for what is trusted next}
     */
    private static String folderName(URI repository) {
        return Digest.sha256Of(normalized(repository).getBytes(StandardCharsets.UTF_8))
                .encoded()
                .substring(0, 32);
    }

    private static Path defaultStores(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", environment.getOrDefault("LOCALAPPDATA", ""));
        if (state.isEmpty() && home.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no home folder to keep trusted metadata in; give --trust-store DIR");
        }
        Path base = state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state);
        return base.resolve("tallyclerk").resolve("tuf");
    }

    /** {@return one spelling for all of one repository's, or what was trusted under another would be no floor} */
    private static String normalized(URI repository) {
        String scheme = repository.getScheme().toLowerCase(Locale.ROOT);
        String place;
        if (scheme.equals("file")) {
            place = Path.of(repository).toAbsolutePath().normalize().toUri().getRawPath();
        } else {
            int port = repository.getPort() == (scheme.equals("https") ? 443 : 80) ? -1 : repository.getPort();
            String host = repository.getHost().toLowerCase(Locale.ROOT);
            place = "//" + host + (port < 0 ? "" : ":" + port)
                    + repository.normalize().getRawPath();
        }
        return scheme + ":" + place.replaceFirst("/+$", "");
    }

    /**
     * Brings the metadata up to date and looks the target up.
     *
     * @param fetcher asks the repository
     * @param listener is told what of the store could not be used
     * @throws DigestResolutionException if nobody vouches for the image, or nobody could be asked
     * @throws IOException if the root cannot be read
     */
    ResolvedDigest resolve(Clock clock, MetadataFetcher fetcher, TufListener listener) throws IOException {
        TufClient client = TufClient.builder(fetcher)
                .trustedRoot(InputFile.read(root, TufActions.limits().rootBytes()))
                .store(MetadataStore.inDirectory(store))
                .clock(clock)
                .engine(TufActions.engine())
                .limits(TufActions.limits())
                .listener(listener)
                .build();
        return TufDigestResolver.refreshing(client, repository.toString()).resolveTarget(target);
    }
}
