package dev.tallyclerk.trust.publish;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where the files of a repository are published: a folder, a web server, or a registry. Immutable, and safe for use by
 * several threads.
 */
public final class RepositoryPlace {
    private final String name;
    private final Supplier<RepositoryFiles> files;

    private RepositoryPlace(String name, Supplier<RepositoryFiles> files) {
        this.name = name;
        this.files = files;
    }

    private static RepositoryPlace of(Supplier<RepositoryFiles> files) {
        return new RepositoryPlace(files.get().name(), files);
    }

    static RepositoryPlace ofFiles(RepositoryFiles files) {
        return of(() -> files);
    }

    /**
     * {@return a folder that any web server can serve, with the metadata in its folder {@code metadata}}
     *
     * <p>Files appear by atomic renames. Publishers on one machine wait for each other.
     */
    public static RepositoryPlace ofFolder(Path folder) {
        return ofFiles(new FolderFiles(folder));
    }

    /**
     * {@return the metadata folder of a web server that takes files by PUT, such as one with WebDAV, or a bucket}
     *
     * <p>Files with a version in their name are written if there is none ({@code If-None-Match: *}), and the timestamp
     * if it is still the one that was read ({@code If-Match}), so of several publishers at a time one wins and the
     * others are told. A server that ignores these conditions gives no such guarantee: then each file is compared right
     * before it is written. A publication that was interrupted leaves files; publishing the same change again completes
     * it. Those of a change that is given up have to be deleted on the server.
     *
     * <p>At most 10,000 roots and 1,000 snapshots of interrupted publications are looked through; a server with more is
     * an error.
     *
     * @param base an HTTP or HTTPS URI without user, query and fragment, with or without a slash at its end
     * @param http how to send requests
     * @param authenticator answers the server's challenges; {@link HttpAuthenticator#none} if there are none
     * @throws IllegalArgumentException if {@code base} is another kind of URI
     */
    public static RepositoryPlace ofUri(URI base, HttpSettings http, HttpAuthenticator authenticator) {
        return of(() -> new ServerFiles(base, http, authenticator));
    }

    /**
     * {@return an artifact in a registry, whose layers are the files}
     *
     * <p>One change of the tag publishes everything. The artifact has all roots, the files of the newest state, and
     * those of the state before it, for clients that are just reading.
     * {@link dev.tallyclerk.trust.fetch.MetadataFetcher#ofArtifact} reads it.
     *
     * @param tag for example that of {@code RegistryClient.artifact} of tallyclerk-registry-v2
     */
    public static RepositoryPlace ofArtifact(ArtifactTag tag) {
        return of(() -> new ArtifactFiles(tag));
    }

    /** {@return the files, for one reading or publication} */
    RepositoryFiles files() {
        return files.get();
    }

    /** {@return where it is} */
    @Override
    public String toString() {
        return name;
    }
}
