package dev.tallyclerk.registry.auth;

import dev.tallyclerk.internal.text.Quoted;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A registry as {@code config.json} and helpers know it.
 *
 * @param host host and port, in lower case; one name for all of Docker Hub's
 */
record ServerAddress(String host) {
    private static final String DOCKER_HUB = "index.docker.io";
    private static final Set<String> DOCKER_HUB_HOSTS = Set.of(DOCKER_HUB, "docker.io", "registry-1.docker.io");

    /** What Docker Hub has been called in these files since before there was a second registry. */
    private static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

    /** {@return the registry that a key means: its host and port, whatever scheme and path stand around them} */
    static ServerAddress of(String key) {
        String text = key.toLowerCase(Locale.ROOT);
        int start = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : 0;
        int slash = text.indexOf('/', start);
        String host = text.substring(start, slash < 0 ? text.length() : slash);
        return new ServerAddress(DOCKER_HUB_HOSTS.contains(host) ? DOCKER_HUB : host);
    }

    /** {@return how helpers are asked for this registry, and how Docker writes its key} */
    String key() {
        return host.equals(DOCKER_HUB) ? DOCKER_HUB_URL : host;
    }

    /** {@return what stands under Docker's own key, or else under the first one that means this registry} */
    <T> Optional<T> find(Map<String, T> byKey) {
        T own = byKey.get(key());
        if (own != null) {
            return Optional.of(own);
        }
        return byKey.entrySet().stream()
                .filter(entry -> of(entry.getKey()).equals(this))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** {@return the registry for a message, without the user and password that somebody may have put before it} */
    @Override
    public String toString() {
        return Quoted.quote(host.substring(host.lastIndexOf('@') + 1));
    }
}
