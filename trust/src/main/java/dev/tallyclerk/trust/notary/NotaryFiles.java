package dev.tallyclerk.trust.notary;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Where the files of a Notary v1 collection come from: a server, a folder or an archive. */
public final class NotaryFiles {
    private static final int MAX_ENTRIES = 100_000;

    /** The name of a file by its hash; saved copies often have only the plain name, and the client checks the hash. */
    private static final Pattern BY_HASH = Pattern.compile("(.+)[.][0-9a-f]{64}[.]json");

    /** No name that a client asks for is outside of this, or leads out of a folder. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-][a-z0-9_.-]*(?:/[a-z0-9_-][a-z0-9_.-]*)*");

    private NotaryFiles() {}

    /**
     * {@return the files of a collection at a server that asks for no login}
     *
     * @param server the server's address, for example {@code https://notary.example.com}
     * @param gun the collection's name
     * @param http how to send requests
     */
    public static MetadataFetcher ofServer(URI server, String gun, HttpSettings http) {
        return ofServer(server, gun, http, HttpAuthenticator.none());
    }

    /**
     * {@return the files of a collection at a server, {@code /v2/GUN/_trust/tuf/} below its address}
     *
     * <p>The statuses 403 and 404 mean that the server does not have a file; see {@link MetadataFetcher#ofUri} for
     * retries and redirects.
     *
     * @param server the server's address, for example {@code https://notary.example.com}
     * @param gun the collection's name
     * @param http how to send requests
     * @param authenticator answers the server's challenges, which are those of a registry: the
     *     {@code RegistryAuthenticator} of {@code tallyclerk-registry-v2} does
     */
    public static MetadataFetcher ofServer(URI server, String gun, HttpSettings http, HttpAuthenticator authenticator) {
        String base = server.toString().replaceFirst("/+$", "");
        String path =
                Arrays.stream(gun.split("/", -1)).map(NotaryFiles::segment).collect(Collectors.joining("/"));
        return MetadataFetcher.ofTree(URI.create(base + "/v2/" + path + "/_trust/tuf/"), http, authenticator);
    }

    private static String segment(String text) {
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            throw new IllegalArgumentException("the name of a collection has no empty segment, nor . or ..");
        }
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":");
    }

    /**
     * {@return the files of a collection in a folder}
     *
     * <p>Their names are those at a server, such as {@code targets/releases.json}, with or without the hash. The
     * metadata folder of a collection in {@code ~/.docker/trust/tuf} is such a folder, though without the chain of
     * roots.
     */
    public static MetadataFetcher ofFolder(Path folder) {
        return byHashOrName((name, maxBytes) -> fromFolder(folder, name, maxBytes));
    }

    /**
     * {@return the files of a collection in an archive, a ZIP file with what {@link #ofFolder} would read}
     *
     * <p>{@link SavedCollection#write} makes one.
     *
     * <p>The archive is opened for each file. Sizes that it states are not trusted.
     */
    public static MetadataFetcher ofArchive(Path archive) {
        return byHashOrName((name, maxBytes) -> fromArchive(archive, name, maxBytes));
    }

    /** {@return the files of a collection in a folder, as {@link #ofFolder}, or else in an archive} */
    public static MetadataFetcher ofSaved(Path saved) {
        return Files.isDirectory(saved) ? ofFolder(saved) : ofArchive(saved);
    }

    private static MetadataFetcher byHashOrName(MetadataFetcher files) {
        return (name, maxBytes) -> {
            if (!NAME.matcher(name).matches()) {
                throw new MalformedURLException("not the name of a metadata file");
            }
            Optional<byte[]> found = files.fetch(name, maxBytes);
            Matcher byHash = BY_HASH.matcher(name);
            return found.isEmpty() && byHash.matches() ? files.fetch(byHash.group(1) + ".json", maxBytes) : found;
        };
    }

    private static Optional<byte[]> fromFolder(Path folder, String name, int maxBytes) throws IOException {
        try {
            Path file = folder.resolve(name);
            // Opening a pipe would block until something writes to it.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new FileSystemException(file.toString(), null, "not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(whole(in, name, maxBytes));
            }
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> fromArchive(Path archive, String name, int maxBytes) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            if (zip.size() > MAX_ENTRIES) {
                throw new IOException("the archive has more than " + MAX_ENTRIES + " files");
            }
            ZipEntry entry = zip.getEntry(name);
            if (entry == null || entry.isDirectory()) {
                return Optional.empty();
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return Optional.of(whole(in, name, maxBytes));
            }
        }
    }

    private static byte[] whole(InputStream in, String name, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE));
        if (bytes.length > maxBytes) {
            throw new BodyTooLargeException(name, maxBytes);
        }
        return bytes;
    }
}
