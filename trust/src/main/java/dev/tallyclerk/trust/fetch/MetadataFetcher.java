package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.http.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Gets metadata files from a repository.
 *
 * <p>A fetcher need not be trusted: whatever it answers is verified. Implementations may be used by many threads.
 */
@FunctionalInterface
public interface MetadataFetcher {
    /**
     * Gets one file.
     *
     * @param fileName the plain name of the file in the repository's metadata folder, for example {@code 2.root.json};
     *     not yet encoded for a URI
     * @param maxBytes the longest file of interest, in bytes; a longer one must not be read to its end
     * @return the file, or nothing if the repository answered that it does not have it
     * @throws BodyTooLargeException if the file is longer than {@code maxBytes}
     * @throws IOException if there is no answer, or an answer that is neither the file nor its absence
     */
    Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException;

    /**
     * {@return a fetcher for the metadata folder at {@code base}}
     *
     * <p>The statuses 403 and 404 mean that the repository does not have the file, as other TUF clients take them;
     * every other status but 200 is a failure, and is retried as {@code http} says. Redirects never lead from https to
     * http, nor from a public host into a private network. A file takes at most
     * {@link dev.tallyclerk.http.HttpLimits#maxCallTime}.
     *
     * <p>A file's name is percent-encoded in the URI; in a folder of this machine the file may have its plain name,
     * too.
     *
     * @param base an HTTP, HTTPS or file URI without user, query and fragment, with or without a slash at its end
     * @param http how requests go out; unused for a file URI
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static MetadataFetcher ofUri(URI base, HttpSettings http) {
        return UriFetcher.metadata(base, Objects.requireNonNull(http, "http"));
    }

    /**
     * {@return a fetcher for a metadata folder of this machine, where a file has its plain or its percent-encoded name}
     */
    static MetadataFetcher ofFolder(Path folder) {
        return UriFetcher.metadata(Objects.requireNonNull(folder, "folder"));
    }

    /**
     * {@return a fetcher for files in memory, such as those that came in one bundle or that a test has made}
     *
     * @param files the metadata files by their plain names, for example {@code 2.root.json}; copied. What is not among
     *     them the repository does not have
     */
    static MetadataFetcher ofFiles(Map<String, byte[]> files) {
        return MemoryFiles.copyOf(files)::fetch;
    }

    /**
     * {@return a fetcher for a repository that has several mirrors, which are asked in turn until one has the file}
     *
     * <p>A mirror that cannot be reached, does not have the file, or has one that is too large, is passed over. So a
     * file that is absent, such as the root after the newest, is asked of all, and each mirror may take its own time.
     * What one gives is not held against what others would: where it is old or wrong, the client refuses it and does
     * not ask the next one. If no mirror has the file it is absent, unless none of them could answer: then the failure
     * of the first is thrown, with the others suppressed.
     *
     * @param mirrors the mirrors' fetchers, at least one, in the order in which they are asked
     * @throws IllegalArgumentException if there is none
     */
    static MetadataFetcher ofMirrors(List<? extends MetadataFetcher> mirrors) {
        Mirrors<MetadataFetcher> all = Mirrors.of(mirrors);
        return (fileName, maxBytes) -> all.ask(mirror -> mirror.fetch(fileName, maxBytes));
    }

    /** Thrown when a file is longer than the caller wants to read. */
    final class BodyTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        private final long maxBytes;

        /**
         * Makes an exception.
         *
         * @param fileName the file
         * @param maxBytes how many bytes were allowed
         */
        public BodyTooLargeException(String fileName, long maxBytes) {
            super(fileName + " is longer than " + maxBytes + " bytes");
            this.maxBytes = maxBytes;
        }

        /** {@return how many bytes were allowed} */
        public long maxBytes() {
            return maxBytes;
        }
    }
}
