package dev.tallyclerk.trust.tuf;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Fetchers for the URIs that the Java runtime can read. */
final class UriFetcher {
    private UriFetcher() {}

    static MetadataFetcher of(URI base, FetchOptions options) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        if (base.isOpaque() || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the base URI must have a path, and neither query nor fragment");
        }
        if (scheme.equals("file")) {
            Path folder = Path.of(base);
            return (fileName, maxBytes) -> readFile(folder, fileName, maxBytes);
        }
        if (!(scheme.equals("http") || scheme.equals("https")) || base.getHost() == null) {
            throw new IllegalArgumentException("the base URI must be of http, https or file and have a host");
        }
        if (base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the base URI must not carry credentials");
        }
        String folder = base.toString().endsWith("/") ? base.toString() : base + "/";
        HttpExchange http = new HttpExchange(options);
        return (fileName, maxBytes) -> http.fetch(URI.create(folder + segment(fileName)), fileName, maxBytes);
    }

    private static Optional<byte[]> readFile(Path folder, String fileName, int maxBytes) throws IOException {
        Path file = folder.resolve(segment(fileName));
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(BoundedBody.read(in, fileName, maxBytes, Duration.ofNanos(Long.MAX_VALUE)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** One path segment, whatever the name: a delegated role's name may have slashes and dots (CVE-2021-41131). */
    private static String segment(String fileName) {
        String encoded = URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
        if (encoded.isEmpty() || encoded.equals(".") || encoded.equals("..")) {
            throw new IllegalArgumentException("not a file name");
        }
        return encoded;
    }
}
