package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Fetches the metadata files of a repository.
 *
 * <p>A fetcher need not be trusted: everything it returns is verified. Implementations are safe for use by many
 * threads.
 */
@FunctionalInterface
public interface MetadataFetcher {
    /**
     * Fetches a file.
     *
     * @param fileName the plain name of the file in the repository's metadata folder, for example {@code 2.root.json};
     *     not encoded for a URI
     * @param maxBytes the longest file to return, in bytes; a longer file must not be read to its end
     * @return the file; empty if the repository answers that it does not have it
     * @throws BodyTooLargeException if the file is longer than {@code maxBytes}
     * @throws IOException if there is no answer, or an answer that is neither the file nor its absence
     */
    Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException;

    /**
     * {@return a fetcher for the metadata folder at a URI}
     *
     * <p>The statuses 403 and 404 mean that the repository does not have the file, as in other TUF clients. Every other
     * status but 200 is a failure, and is retried as {@code http} says. Redirects never lead from https to http, nor
     * from a public host into a private network. A file takes at most
     * {@link dev.tallyclerk.http.HttpLimits#maxCallTime}.
     *
     * <p>File names are percent-encoded in the URI. In a folder of this machine, a file may have either its plain or
     * its percent-encoded name.
     *
     * @param base an HTTP, HTTPS or file URI without user, query and fragment, with or without a slash at its end
     * @param http how to send requests; not used for a file URI
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static MetadataFetcher ofUri(URI base, HttpSettings http) {
        Objects.requireNonNull(http, "http");
        return HttpFiles.isLocal(base) ? ofFolder(Path.of(base)) : new HttpFiles(base, http)::fetch;
    }

    /**
     * {@return a fetcher for the metadata at a URI of a server that may ask for a login, and whose files are in
     * folders}
     *
     * <p>As {@link #ofUri}, except that a {@code /} in a file's name leads into a folder. A name with a segment
     * {@code .} or {@code ..} is refused without a request.
     *
     * @param base an HTTP or HTTPS URI without user, query and fragment, with or without a slash at its end
     * @param http how to send requests
     * @param authenticator answers the server's challenges
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    static MetadataFetcher ofTree(URI base, HttpSettings http, HttpAuthenticator authenticator) {
        Objects.requireNonNull(authenticator, "authenticator");
        return new HttpFiles(base, Objects.requireNonNull(http, "http"), authenticator)::fetchPath;
    }

    /**
     * {@return a fetcher for metadata that a registry carries as an artifact}
     *
     * <p>Looks at the tag when the next root or the timestamp is fetched, that is at the beginning of a refresh.
     *
     * @param tag for example that of {@code RegistryClient.artifact} of tallyclerk-registry-v2
     */
    static MetadataFetcher ofArtifact(ArtifactTag tag) {
        return new ArtifactFetcher(Objects.requireNonNull(tag, "tag"));
    }

    /**
     * {@return a fetcher for a metadata folder of this machine} A file may have its plain or its percent-encoded name.
     */
    static MetadataFetcher ofFolder(Path folder) {
        return new FolderFiles(folder)::fetch;
    }

    /**
     * {@return a fetcher for files in memory, for example from a bundle or a test}
     *
     * @param files the metadata files by plain name, for example {@code 2.root.json}; copied. The repository does not
     *     have any others
     */
    static MetadataFetcher ofFiles(Map<String, byte[]> files) {
        return MemoryFiles.copyOf(files)::fetch;
    }

    /**
     * {@return a fetcher that asks several mirrors of a repository in turn until one has the file}
     *
     * <p>Skips a mirror that fails, does not have the file, or has one that is too large. An absent file, such as the
     * root after the newest, is therefore requested from all mirrors, and each may take its full time. An old or wrong
     * file is not skipped: the client refuses it and does not ask the next mirror. If no mirror has the file, it is
     * absent, unless all of them failed: then the first failure is thrown, with the others suppressed.
     *
     * @param mirrors the fetchers of the mirrors, at least one, in the order in which to ask them
     * @throws IllegalArgumentException if there is none
     */
    static MetadataFetcher ofMirrors(List<? extends MetadataFetcher> mirrors) {
        Mirrors<MetadataFetcher> all = Mirrors.of(mirrors);
        return (fileName, maxBytes) -> all.ask(mirror -> mirror.fetch(fileName, maxBytes));
    }
}
