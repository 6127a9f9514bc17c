package dev.tallyclerk.examples.cli;

import java.net.HttpURLConnection;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Tells a proxy the user and password in the properties https.proxyUser and https.proxyPassword, or http.proxyUser and
 * http.proxyPassword, once and by Basic authentication. A server behind the proxy, which may ask in the same way
 * through its tunnel, is told nothing.
 */
final class ProxyLogin implements Authenticator {
    private static final String HEADER = "Proxy-Authorization";

    /** What OkHttp says for the proxy before that was asked, where it makes a tunnel. */
    private static final String BEFOREHAND = "OkHttp-Preemptive";

    private final Function<String, @Nullable String> properties;

    /**
     * Reads nothing yet.
     *
     * @param properties gives the value of a property of the runtime, or null
     */
    ProxyLogin(Function<String, @Nullable String> properties) {
        this.properties = properties;
    }

    @Override
    public @Nullable Request authenticate(@Nullable Route route, Response response) {
        Request request = response.request();
        boolean tunnel = request.method().equals("CONNECT");
        boolean byTheProxy = response.code() == HttpURLConnection.HTTP_PROXY_AUTH
                && (tunnel || !request.isHttps())
                && route != null
                && route.proxy().type() == Proxy.Type.HTTP;
        boolean basic = response.challenges().stream()
                .anyMatch(challenge -> challenge.scheme().equalsIgnoreCase("Basic")
                        || challenge.scheme().equalsIgnoreCase(BEFOREHAND));
        String protocol = request.isHttps() ? "https" : "http";
        String user = properties.apply(protocol + ".proxyUser");
        String password = properties.apply(protocol + ".proxyPassword");
        if (!byTheProxy || !basic || request.header(HEADER) != null || user == null || password == null) {
            return null;
        }
        return request.newBuilder()
                .header(HEADER, Credentials.basic(user, password, StandardCharsets.UTF_8))
                .build();
    }
}
