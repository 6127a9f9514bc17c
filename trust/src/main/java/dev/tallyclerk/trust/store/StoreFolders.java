package dev.tallyclerk.trust.store;

import dev.tallyclerk.digest.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A folder with one folder of trusted metadata for each repository, so that a program which reads several keeps the
 * protection against rollback of each.
 *
 * <p>Two programs that are given the same folder protect each other. Every spelling of an address leads to one folder.
 * The folders are named by a digest, and none is created here. Immutable.
 *
 * @see MetadataStore#inDirectory
 */
public final class StoreFolders {
    private final Path parent;

    private StoreFolders(Path parent) {
        this.parent = parent;
    }

    /**
     * {@return the folders in a folder}
     *
     * @param parent the folder, which need not exist
     */
    public static StoreFolders in(Path parent) {
        return new StoreFolders(Objects.requireNonNull(parent, "parent"));
    }

    /**
     * {@return the folder of a TUF repository}
     *
     * @param repository the absolute URI of its metadata: http, https, file or docker
     */
    public Path ofTuf(URI repository) {
        return parent.resolve(name(normalized(repository)));
    }

    /**
     * {@return the folder of a Notary v1 collection}
     *
     * <p>All servers have the same collection. Clients that may not trust a root on first use have a folder of their
     * own, and so never find one that was.
     *
     * @param gun the collection's name
     * @param saved the location of a saved copy; empty for a server
     * @param allowsFirstUse whether a root may be trusted because it is the first
     */
    public Path ofNotary(String gun, Optional<URI> saved, boolean allowsFirstUse) {
        String place = saved.map(URI::toString).orElse("");
        return parent.resolve(name(String.join("\n", "notary", gun, place, allowsFirstUse ? "first use" : "pinned")));
    }

    private static String name(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8)).encoded().substring(0, 32);
    }

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
}
