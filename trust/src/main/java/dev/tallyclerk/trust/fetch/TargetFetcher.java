package dev.tallyclerk.trust.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Gets target files from a repository.
 *
 * <p>A fetcher need not be trusted: whatever it gives is verified. Implementations may be used by many threads.
 */
@FunctionalInterface
public interface TargetFetcher {
    /**
     * Opens one file.
     *
     * @param path the file's path in the repository's targets folder, with {@code /} between folders and not yet
     *     encoded for a URI; text from a document, of which a fetcher of files must not let a step like {@code ..} lead
     *     elsewhere
     * @return the file from its first byte, for the caller to close, or nothing if the repository answered that it does
     *     not have it; no more bytes are read than metadata lists, and one
     * @throws IOException if there is no answer, or an answer that is neither the file nor its absence
     */
    Optional<InputStream> open(String path) throws IOException;

    /**
     * {@return a fetcher for the targets folder at {@code base}, with the {@linkplain FetchOptions#defaultsForTargets
     * default options}, which allow one hour for each file}
     *
     * @param base an {@code http}, {@code https} or {@code file} URI without user, query and fragment, with or without
     *     a slash at its end
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static TargetFetcher ofUri(URI base) {
        return ofUri(base, FetchOptions.defaultsForTargets());
    }

    /**
     * {@return a fetcher for the targets folder at {@code base}}
     *
     * <p>As with {@link MetadataFetcher#ofUri(URI, FetchOptions)}, 403 and 404 mean that the repository does not have
     * the file. A path with a segment that is {@code .} or {@code ..} is not asked for.
     *
     * @param base an {@code http}, {@code https} or {@code file} URI without user, query and fragment, with or without
     *     a slash at its end
     * @param options timeouts and redirects, which do not apply to {@code file}; the total time goes on while the
     *     stream is read
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static TargetFetcher ofUri(URI base, FetchOptions options) {
        return ofUri(base, options, new UrlConnectionGet());
    }

    /**
     * {@return a fetcher for the targets folder at {@code base} over another HTTP client} It does what
     * {@link #ofUri(URI, FetchOptions)} does.
     *
     * @param base an {@code http}, {@code https} or {@code file} URI without user, query and fragment, with or without
     *     a slash at its end
     * @param options timeouts and redirects, which do not apply to {@code file}; the total time goes on while the
     *     stream is read
     * @param client sends the requests; not used for {@code file}
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static TargetFetcher ofUri(URI base, FetchOptions options, HttpGet client) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(client, "client");
        return UriFetcher.targets(base, options, client);
    }

    /**
     * {@return a fetcher for files in memory}
     *
     * @param files the target files by their paths in the repository's targets folder, with the hash in the name where
     *     the repository has consistent snapshots, for example {@code app/HASH.1.0}; copied. What is not among them the
     *     repository does not have
     */
    static TargetFetcher ofFiles(Map<String, byte[]> files) {
        return MemoryFiles.copyOf(files)::open;
    }

    /**
     * {@return a fetcher for a repository that has several mirrors, which are asked in turn until one has the file}
     *
     * <p>A mirror that cannot be reached, or does not have the file, is passed over. What one gives is not held against
     * what others would: where it is wrong, or breaks off, the next one is not asked. If no mirror has the file it is
     * absent, unless none of them could answer: then the failure of the first is thrown, with the others suppressed.
     *
     * @param mirrors the mirrors' fetchers, at least one, in the order in which they are asked
     * @throws IllegalArgumentException if there is none
     */
    static TargetFetcher ofMirrors(List<? extends TargetFetcher> mirrors) {
        Mirrors<TargetFetcher> all = Mirrors.of(mirrors);
        return path -> all.ask(mirror -> mirror.open(path));
    }
}
