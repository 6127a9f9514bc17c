package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.http.ProxySettings;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Tells a proxy its login, once and by Basic authentication. A server behind the proxy, which may ask in the same way
 * through its tunnel, is told nothing.
 */
final class ProxyLogin implements Authenticator {
    private static final String HEADER = "Proxy-Authorization";

    /** What OkHttp says for the proxy before that was asked, where it makes a tunnel. */
    private static final String BEFOREHAND = "OkHttp-Preemptive";

    private final ProxySettings proxies;

    ProxyLogin(ProxySettings proxies) {
        this.proxies = proxies;
    }

    @Override
    public @Nullable Request authenticate(@Nullable Route route, Response response) {
        Request request = response.request();
        boolean tunnel = request.method().equals("CONNECT");
        Proxy through = route == null ? Proxy.NO_PROXY : route.proxy();
        boolean byTheProxy = response.code() == HttpURLConnection.HTTP_PROXY_AUTH
                && (tunnel || !request.isHttps())
                && through.type() == Proxy.Type.HTTP;
        boolean basic = response.challenges().stream()
                .anyMatch(challenge -> challenge.scheme().equalsIgnoreCase("Basic")
                        || challenge.scheme().equalsIgnoreCase(BEFOREHAND));
        if (!byTheProxy || !basic || request.header(HEADER) != null) {
            return null;
        }
        PasswordAuthentication login = through.address() instanceof InetSocketAddress proxy
                ? proxies.loginFor(proxy).orElse(null)
                : null;
        return login == null
                ? null
                : request.newBuilder()
                        .header(
                                HEADER,
                                Credentials.basic(
                                        login.getUserName(), new String(login.getPassword()), StandardCharsets.UTF_8))
                        .build();
    }
}
