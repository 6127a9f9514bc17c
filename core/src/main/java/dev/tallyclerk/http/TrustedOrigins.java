package dev.tallyclerk.http;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Pairs of a registry and another origin, such as its token service, that may have the registry's credentials.
 *
 * <p>An origin that is trusted for one registry is trusted for no other. The built-in pairs are the token services of
 * Docker Hub and gitlab.com: {@code auth.docker.io} for {@code registry-1.docker.io} and
 * {@code registry.hub.docker.com}, and {@code gitlab.com} for {@code registry.gitlab.com}. Others are read from a file,
 * one pair a line:
 *
 * <pre>{@code
 * # registry                   other origin
 * https://registry.example.org https://auth.example.org
 * }</pre>
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class TrustedOrigins implements OriginPolicy {
    private static final int MAX_FILE_BYTES = 1 << 20;

    private static final TrustedOrigins KNOWN = new TrustedOrigins(Set.of(
            "https://registry-1.docker.io:443 https://auth.docker.io:443",
            "https://registry.hub.docker.com:443 https://auth.docker.io:443",
            "https://registry.gitlab.com:443 https://gitlab.com:443"));

    /** Stands for the registry in the pairs of {@link #withEveryRegistry}. */
    private static final String EVERY_REGISTRY = "*";

    /** Two origins with a blank between. No records: their first comparison costs a short run some milliseconds. */
    private final Set<String> pairs;

    private TrustedOrigins(Set<String> pairs) {
        this.pairs = Set.copyOf(pairs);
    }

    /** {@return the built-in pairs, which {@link HttpSettings} have by default} */
    public static TrustedOrigins known() {
        return KNOWN;
    }

    /**
     * {@return the built-in pairs and those of a file}
     *
     * @param file UTF-8, at most 1 MiB; blank lines and lines that begin with {@code #} are ignored
     * @throws IOException if it cannot be read, is too large, or a line is not a pair of origins
     */
    public static TrustedOrigins read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
        }
        try {
            return parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ", " + e.getMessage(), e);
        }
    }

    /**
     * {@return the built-in pairs and those of the text of a file}
     *
     * @throws IllegalArgumentException if a line is not a pair of origins
     */
    public static TrustedOrigins parse(String text) {
        TrustedOrigins out = KNOWN;
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] origins = line.split("\\s+", -1);
            try {
                if (origins.length != 2) {
                    throw new IllegalArgumentException("not two origins");
                }
                out = out.with(URI.create(origins[0]), URI.create(origins[1]));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": expected a registry and another origin, such as"
                                + " \"https://registry.example.org https://auth.example.org\", not "
                                + Quoted.quote(line),
                        e);
            }
        }
        return out;
    }

    /**
     * {@return these pairs and one more}
     *
     * @param registry the registry's origin; the rest of an address is ignored, here and in {@code other}
     * @throws IllegalArgumentException if one of them is not http or https with a host
     */
    public TrustedOrigins with(URI registry, URI other) {
        return with(pair(originOf(registry), other));
    }

    /**
     * {@return these pairs, and one of every registry with an origin}
     *
     * @param other the origin, such as that of a token service for many registries; the rest of an address is ignored
     * @throws IllegalArgumentException if it is not http or https with a host
     */
    public TrustedOrigins withEveryRegistry(URI other) {
        return with(pair(EVERY_REGISTRY, other));
    }

    private TrustedOrigins with(String pair) {
        Set<String> more = new LinkedHashSet<>(pairs);
        more.add(pair);
        return new TrustedOrigins(more);
    }

    @Override
    public boolean mayReceiveCredentials(URI registry, URI other) {
        return registry.getHost() != null
                && other.getHost() != null
                && (pairs.contains(pair(originOf(registry), other)) || pairs.contains(pair(EVERY_REGISTRY, other)));
    }

    private static String pair(String registry, URI other) {
        return registry + " " + originOf(other);
    }

    /** {@return scheme, host and port in one spelling} */
    private static String originOf(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException("an origin has a scheme and a host: " + uri);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("an origin is http or https: " + uri);
        }
        int standard = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
