package dev.tallyclerk.trust.notary;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker Content Trust as Docker's environment variables set it: whether it is on, and which server has the collection
 * of an image.
 *
 * <p>Immutable. {@code TrustPolicy.ofContentTrust} is the policy that it amounts to. For a client of the server, see
 * {@link NotaryFiles#ofServer}; Docker trusts the first root that it sees, {@link NotaryRootTrust#firstUse}.
 *
 * @see <a href="https://docs.docker.com/engine/security/trust/">Content trust in Docker</a>
 */
public final class ContentTrust {
    /** The host of Docker Hub in names of images. */
    private static final String DOCKER_HUB = "docker.io";

    private static final URI DOCKER_HUB_SERVER = URI.create("https://notary.docker.io");

    private static final String SWITCHED_OFF =
            "Docker Hub's Notary server is switched off on 8 December 2026: no trust data of docker.io can be fetched or"
                    + " renewed after that; save what you need, and verify signatures instead";

    private final boolean enabled;
    private final Optional<URI> server;

    private ContentTrust(boolean enabled, Optional<URI> server) {
        this.enabled = enabled;
        this.server = server;
    }

    /**
     * {@return the setting in the variables {@code DOCKER_CONTENT_TRUST} and {@code DOCKER_CONTENT_TRUST_SERVER}}
     *
     * <p>As in Docker, content trust is off if the first variable is absent, empty or one of {@code 0}, {@code f},
     * {@code F}, {@code false}, {@code False} and {@code FALSE}. Any other value turns it on, also one that means
     * nothing.
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @throws IllegalArgumentException if the server is not an https URI with a host
     */
    public static ContentTrust of(Map<String, String> environment) {
        String on = environment.getOrDefault("DOCKER_CONTENT_TRUST", "");
        boolean enabled = !on.isEmpty()
                && !List.of("0", "f", "F", "false", "False", "FALSE").contains(on);
        String server = environment.getOrDefault("DOCKER_CONTENT_TRUST_SERVER", "");
        return new ContentTrust(enabled, server.isEmpty() ? Optional.empty() : Optional.of(checked(server)));
    }

    /** {@return content trust that is on, with Docker's servers} */
    public static ContentTrust enabled() {
        return new ContentTrust(true, Optional.empty());
    }

    /** {@return this with one server for every registry, which may be one of http: the caller decides} */
    public ContentTrust withServer(URI server) {
        return new ContentTrust(enabled, Optional.of(server));
    }

    private static URI checked(String server) {
        URI uri;
        try {
            uri = URI.create(server);
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message has the address, which may have a password.
            throw new IllegalArgumentException("DOCKER_CONTENT_TRUST_SERVER is not a URI");
        }
        if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "DOCKER_CONTENT_TRUST_SERVER must be an https URI with a host and without a user");
        }
        return uri;
    }

    /** {@return whether images have to be signed} */
    public boolean isEnabled() {
        return enabled;
    }

    /** {@return the one server for every registry; empty for that of each registry} */
    public Optional<URI> server() {
        return server;
    }

    /**
     * {@return the server with the collection of an image}
     *
     * <p>The server of the environment, for every registry; otherwise {@code https://notary.docker.io} for Docker Hub,
     * and the registry itself for others.
     *
     * @param gun the name of the collection, which begins with the registry: {@code docker.io/library/debian}
     */
    public URI serverFor(String gun) {
        String registry = gun.substring(0, gun.indexOf('/') < 0 ? gun.length() : gun.indexOf('/'));
        return server.orElseGet(
                () -> registry.equals(DOCKER_HUB) ? DOCKER_HUB_SERVER : URI.create("https://" + registry));
    }

    /**
     * {@return what the user should know about the server of a collection}
     *
     * @param gun the name of the collection
     */
    public List<String> warnings(String gun) {
        return warnings(serverFor(gun));
    }

    /**
     * {@return what the user should know about a server}
     *
     * @param server its address
     */
    public static List<String> warnings(URI server) {
        return DOCKER_HUB_SERVER.getHost().equalsIgnoreCase(server.getHost()) ? List.of(SWITCHED_OFF) : List.of();
    }
}
