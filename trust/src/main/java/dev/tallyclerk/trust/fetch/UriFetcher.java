package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.http.HttpSettings;
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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Fetchers for folders, and for http, https and file URIs. */
final class UriFetcher {
    /** In bytes. No file system has longer names, but some do not report such a file as missing. */
    private static final int MAX_NAME = 255;

    private UriFetcher() {}

    static MetadataFetcher metadata(URI base, HttpSettings http) {
        if (isFile(base)) {
            return metadata(Path.of(base));
        }
        String folder = httpFolder(base);
        HttpFiles files = new HttpFiles(URI.create(folder), http);
        return (fileName, maxBytes) -> files.fetch(URI.create(folder + segment(fileName)), fileName, maxBytes);
    }

    static MetadataFetcher metadata(Path folder) {
        return (fileName, maxBytes) -> readFile(folder, fileName, maxBytes);
    }

    static TargetFetcher targets(URI base, HttpSettings http) {
        if (isFile(base)) {
            return targets(Path.of(base));
        }
        String folder = httpFolder(base);
        HttpFiles files = new HttpFiles(URI.create(folder), http);
        return path -> {
            requireNoDots(path);
            String encoded =
                    Arrays.stream(path.split("/", -1)).map(UriFetcher::encoded).collect(Collectors.joining("/"));
            return files.open(URI.create(folder + encoded), "the target file");
        };
    }

    static TargetFetcher targets(Path folder) {
        return path -> openFile(folder, path);
    }

    private static boolean isFile(URI base) {
        if (base.isOpaque() || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the base URI must have a path, and neither query nor fragment");
        }
        return scheme(base).equals("file");
    }

    private static String scheme(URI base) {
        return base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    }

    private static String httpFolder(URI base) {
        if (!(scheme(base).equals("http") || scheme(base).equals("https")) || base.getHost() == null) {
            throw new IllegalArgumentException("the base URI must be an http, https or file URI with a host");
        }
        if (base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the base URI must not carry credentials");
        }
        return base.toString().endsWith("/") ? base.toString() : base + "/";
    }

    /** Tries the percent-encoded name, as on a server, then the plain name, which most tools write. */
    static Optional<byte[]> readFile(Path folder, String fileName, int maxBytes) throws IOException {
        String segment = segment(fileName);
        Optional<byte[]> found =
                segment.length() > MAX_NAME ? Optional.empty() : readFile(folder, segment, fileName, maxBytes);
        boolean hasPlainName = !segment.equals(fileName) && isPlain(fileName);
        return found.isPresent() || !hasPlainName ? found : readFile(folder, fileName, fileName, maxBytes);
    }

    /** A name that is invalid on this system, such as {@code *} on Windows, counts as absent. */
    private static Optional<byte[]> readFile(Path folder, String name, String shown, int maxBytes) throws IOException {
        try {
            Path file = folder.resolve(name);
            // Opening a pipe would block until something writes to it.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new FileSystemException(file.toString(), null, "not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(HttpFiles.readWhole(in, shown, maxBytes));
            }
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return whether a name is a file in the folder itself on every system, and not the encoded name of another file}
     */
    private static boolean isPlain(String fileName) {
        return fileName.chars().noneMatch(c -> c < ' ' || "/\\:%".indexOf(c) >= 0)
                && !fileName.endsWith(".")
                && !fileName.endsWith(" ");
    }

    private static Optional<InputStream> openFile(Path folder, String path) throws IOException {
        requireNoDots(path);
        try {
            // A leading slash would make the path absolute. Over HTTP, such a path is below the base.
            Path file = folder.resolve(path.replaceFirst("^/+", "")).normalize();
            if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            return Optional.of(Files.newInputStream(file));
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Servers and clients resolve such segments, and the file would no longer be below the base. */
    private static void requireNoDots(String path) throws IOException {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new MalformedURLException("a target path must not have a segment . or ..");
            }
        }
    }

    /** {@return a name as one path segment: a delegated role's name may have slashes and dots (CVE-2021-41131)} */
    private static String segment(String fileName) {
        String encoded = encoded(fileName);
        if (encoded.isEmpty() || encoded.equals(".") || encoded.equals("..")) {
            throw new IllegalArgumentException("not a file name: empty, . or ..");
        }
        return encoded;
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
