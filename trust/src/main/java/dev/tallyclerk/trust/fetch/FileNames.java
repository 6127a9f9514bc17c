package dev.tallyclerk.trust.fetch;

import java.net.MalformedURLException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The names of a repository's files in URIs and folders. */
final class FileNames {
    private FileNames() {}

    /** {@return a name as one path segment: a delegated role's name may have slashes and dots (CVE-2021-41131)} */
    static String segment(String fileName) {
        String encoded = encoded(fileName);
        if (encoded.isEmpty() || encoded.equals(".") || encoded.equals("..")) {
            throw new IllegalArgumentException("not a file name: empty, . or ..");
        }
        return encoded;
    }

    /** {@return a target path, percent-encoded} */
    static String encodedPath(String path) throws MalformedURLException {
        requireNoDots(path);
        return Arrays.stream(path.split("/", -1)).map(FileNames::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Servers and clients resolve such segments, and the file would no longer be below the base. */
    static void requireNoDots(String path) throws MalformedURLException {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new MalformedURLException("a target path must not have a segment . or ..");
            }
        }
    }
}
