package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.http.HttpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
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
     * {@return a fetcher for the targets folder at {@code base}}
     *
     * <p>As with {@link MetadataFetcher#ofUri}, 403 and 404 mean that the repository does not have the file. A path
     * with a segment that is {@code .} or {@code ..} is not requested. A file takes at most
     * {@link dev.tallyclerk.http.HttpLimits#maxContentTime}, with the time in which the stream is read; a download that
     * breaks is not resumed.
     *
     * @param base an HTTP, HTTPS or file URI without user, query and fragment, with or without a slash at its end
     * @param http how requests go out; unused for a file URI
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static TargetFetcher ofUri(URI base, HttpSettings http) {
        return UriFetcher.targets(base, Objects.requireNonNull(http, "http"));
    }

    /** {@return a fetcher for a targets folder of this machine} */
    static TargetFetcher ofFolder(Path folder) {
        return UriFetcher.targets(Objects.requireNonNull(folder, "folder"));
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
