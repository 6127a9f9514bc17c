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
 * Fetches the target files of a repository.
 *
 * <p>A fetcher need not be trusted: everything it returns is verified. Implementations are safe for use by many
 * threads.
 */
@FunctionalInterface
public interface TargetFetcher {
    /**
     * Opens a file.
     *
     * @param path the file's path in the repository's targets folder, with {@code /} between folders and not encoded
     *     for a URI; untrusted text, so a fetcher for local files must not let {@code ..} escape
     * @return the file from its first byte, for the caller to close, who reads at most one byte more than metadata
     *     lists; empty if the repository answers that it does not have the file
     * @throws IOException if there is no answer, or an answer that is neither the file nor its absence
     */
    Optional<InputStream> open(String path) throws IOException;

    /**
     * {@return a fetcher for the targets folder at a URI}
     *
     * <p>As with {@link MetadataFetcher#ofUri}, 403 and 404 mean that the repository does not have the file. A path
     * with a segment {@code .} or {@code ..} is refused without a request. A file takes at most
     * {@link dev.tallyclerk.http.HttpLimits#maxContentTime}, including the time to read the stream. A broken download
     * is not resumed.
     *
     * @param base an HTTP, HTTPS or file URI without user, query and fragment, with or without a slash at its end
     * @param http how to send requests; not used for a file URI
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static TargetFetcher ofUri(URI base, HttpSettings http) {
        Objects.requireNonNull(http, "http");
        return HttpFiles.isLocal(base) ? ofFolder(Path.of(base)) : new HttpFiles(base, http)::open;
    }

    /** {@return a fetcher for a targets folder of this machine} */
    static TargetFetcher ofFolder(Path folder) {
        return new FolderFiles(folder)::open;
    }

    /**
     * {@return a fetcher for files in memory}
     *
     * @param files the target files by their path in the repository's targets folder, including the hash in the name if
     *     the repository has consistent snapshots, for example {@code app/HASH.1.0}; copied. The repository does not
     *     have any others
     */
    static TargetFetcher ofFiles(Map<String, byte[]> files) {
        return MemoryFiles.copyOf(files)::open;
    }

    /**
     * {@return a fetcher that asks several mirrors of a repository in turn until one has the file}
     *
     * <p>Skips a mirror that fails or does not have the file. A wrong file, or one that breaks off, is not skipped: the
     * next mirror is not asked. If no mirror has the file, it is absent, unless all of them failed: then the first
     * failure is thrown, with the others suppressed.
     *
     * @param mirrors the fetchers of the mirrors, at least one, in the order in which to ask them
     * @throws IllegalArgumentException if there is none
     */
    static TargetFetcher ofMirrors(List<? extends TargetFetcher> mirrors) {
        Mirrors<TargetFetcher> all = Mirrors.of(mirrors);
        return path -> all.ask(mirror -> mirror.open(path));
    }
}
