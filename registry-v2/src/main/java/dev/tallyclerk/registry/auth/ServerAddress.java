package dev.tallyclerk.registry.auth;

import dev.tallyclerk.text.Quoted;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A registry, or a part of its repositories, as {@code config.json} and helpers know it.
 *
 * @param host host and port, in lower case; one name for all of Docker Hub's
 * @param path what stands behind them, without slashes around it; empty for the registry itself
 */
record ServerAddress(String host, String path) {
    private static final String DOCKER_HUB = "index.docker.io";
    private static final Set<String> DOCKER_HUB_HOSTS =
            Set.of(DOCKER_HUB, "docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    /** What Docker Hub has been called in these files since before there was a second registry. */
    private static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

    /** {@return what a key means, whatever scheme stands before it} */
    static ServerAddress of(String key) {
        String text = key.toLowerCase(Locale.ROOT);
        int start = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : 0;
        int slash = text.indexOf('/', start);
        String host = text.substring(start, slash < 0 ? text.length() : slash);
        String path = slash < 0 ? "" : text.substring(slash).replaceAll("^/+|/+$", "");
        return new ServerAddress(DOCKER_HUB_HOSTS.contains(host) ? DOCKER_HUB : host, path);
    }

    /** {@return the registry, whatever part of it this is} */
    ServerAddress registry() {
        return new ServerAddress(host, "");
    }

    /** {@return whether this is a part of a registry, and a repository in it} */
    boolean isPartWith(String repository) {
        return !path.isEmpty() && (repository.equals(path) || repository.startsWith(path + "/"));
    }

    /** {@return how helpers are asked for this registry, and how Docker writes its key} */
    String key() {
        return host.equals(DOCKER_HUB) ? DOCKER_HUB_URL : host;
    }

    /**
     * {@return what stands under the key with the most of this path, else under Docker's own key, else under the first
     * one that means this registry} That may have a path that nobody asked for, as {@code /v2/}: Docker does not look
     * at paths.
     */
    <T> Optional<T> find(Map<String, T> byKey) {
        for (String part = path; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('/')))) {
            ServerAddress wanted = new ServerAddress(host, part);
            Optional<T> found = first(byKey, wanted::equals);
            if (found.isPresent()) {
                return found;
            }
        }
        T own = byKey.get(key());
        if (own != null) {
            return Optional.of(own);
        }
        Optional<T> whole = first(byKey, registry()::equals);
        return whole.isPresent()
                ? whole
                : first(byKey, address -> address.registry().equals(registry()));
    }

    private static <T> Optional<T> first(Map<String, T> byKey, Predicate<ServerAddress> wanted) {
        return byKey.entrySet().stream()
                .filter(entry -> wanted.test(of(entry.getKey())))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** {@return the registry for a message, without the user and password that somebody may have put before it} */
    @Override
    public String toString() {
        return Quoted.quote(host.substring(host.lastIndexOf('@') + 1));
    }
}
