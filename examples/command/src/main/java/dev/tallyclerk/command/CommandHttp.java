package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.UrlConnectionTransport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The HTTP settings of one run: certificates, proxies and time limits. */
final class CommandHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    /** The clients count milliseconds in an int. */
    private static final Duration LONGEST = Duration.ofDays(24);

    private final List<X509Certificate> authorities;
    private final @Nullable Duration maxTime;
    private final Map<String, String> environment;
    private final Function<String, @Nullable String> properties;

    /**
     * @param authorities the certificate authorities that are trusted besides those of the Java runtime
     * @param maxTime the time limit for one call, or null for the library's own
     * @param environment the environment's variables
     * @param properties gives the value of a system property, or null
     */
    CommandHttp(
            List<X509Certificate> authorities,
            @Nullable Duration maxTime,
            Map<String, String> environment,
            Function<String, @Nullable String> properties) {
        this.authorities = List.copyOf(authorities);
        this.maxTime = maxTime;
        this.environment = environment;
        this.properties = properties;
    }

    /** {@return settings over OkHttp, for reading and writing} */
    HttpSettings okHttp() throws IOException {
        ProxySettings proxies = proxies();
        return settings(OkHttpTransport.of(okHttpClient()).withProxies(proxies), proxies);
    }

    /** {@return the client of {@link #okHttp}, without proxies} */
    OkHttpClient okHttpClient() throws IOException {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(readTimeout())
                .connectionSpecs(
                        List.of(ConnectionSpec.RESTRICTED_TLS, ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT));
        Optional<Tls> tls = tls();
        if (tls.isPresent()) {
            client.sslSocketFactory(
                    tls.get().context().getSocketFactory(), tls.get().trusted());
        }
        return client.build();
    }

    /** {@return settings for reading only, over the client with the lowest startup cost} */
    HttpSettings urlConnection() throws IOException {
        ProxySettings proxies = proxies();
        UrlConnectionTransport transport = UrlConnectionTransport.of(Executors.newCachedThreadPool(CommandHttp::daemon))
                .withConnectTimeout(CONNECT_TIMEOUT)
                .withReadTimeout(readTimeout())
                .withProxies(proxies);
        Optional<Tls> tls = tls();
        return settings(
                tls.isPresent()
                        ? transport.withSslSocketFactory(tls.get().context().getSocketFactory())
                        : transport,
                proxies);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "tallyclerk-http");
        thread.setDaemon(true);
        return thread;
    }

    private HttpSettings settings(Transport transport, ProxySettings proxies) {
        HttpSettings http = HttpSettings.of(transport).withNameResolver(proxies.resolver(NameResolver.runtime()));
        Duration time = maxTime;
        return time == null
                ? http
                : http.withLimits(HttpLimits.defaults().withMaxCallTime(time).withMaxContentTime(time));
    }

    /** {@return how long a server may send nothing; --max-time if that is longer} */
    private Duration readTimeout() {
        Duration time = maxTime == null || maxTime.compareTo(READ_TIMEOUT) < 0 ? READ_TIMEOUT : maxTime;
        return time.compareTo(LONGEST) < 0 ? time : LONGEST;
    }

    /** {@return the proxies in the environment; if there are none, those in Java's properties} */
    ProxySettings proxies() throws IOException {
        try {
            Optional<ProxySettings> named = ProxySettings.ofEnvironment(environment);
            if (named.isPresent()) {
                return named.get();
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null ? ProxySettings.none() : ProxySettings.of(selector, this::loginOfProperties);
    }

    private Optional<PasswordAuthentication> loginOfProperties(InetSocketAddress proxy) {
        boolean ofHttps = proxy.getHostString().equalsIgnoreCase(properties.apply("https.proxyHost"));
        Optional<PasswordAuthentication> https = login("https");
        return ofHttps && https.isPresent() ? https : login("http");
    }

    private Optional<PasswordAuthentication> login(String protocol) {
        String user = properties.apply(protocol + ".proxyUser");
        String password = properties.apply(protocol + ".proxyPassword");
        return user == null || password == null
                ? Optional.empty()
                : Optional.of(new PasswordAuthentication(user, password.toCharArray()));
    }

    /** The TLS settings, if they differ from the runtime's. */
    private record Tls(SSLContext context, X509TrustManager trusted) {}

    private Optional<Tls> tls() throws IOException {
        List<KeyManager> keys;
        try {
            keys = ClientKeys.of(properties);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in javax.net.ssl.keyStore cannot be used: " + e.getMessage(), e);
        }
        if (keys.isEmpty() && authorities.isEmpty()) {
            return Optional.empty();
        }
        try {
            X509TrustManager trusted = authorities.isEmpty() ? trustManager(null) : trustManager(all());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.toArray(KeyManager[]::new), new TrustManager[] {trusted}, null);
            return Optional.of(new Tls(context, trusted));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate authorities cannot be used: " + e.getMessage(), e);
        }
    }

    private KeyStore all() throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        for (X509Certificate issuer : trustManager(null).getAcceptedIssuers()) {
            all.setCertificateEntry("runtime-" + all.size(), issuer);
        }
        for (X509Certificate authority : authorities) {
            all.setCertificateEntry("given-" + all.size(), authority);
        }
        return all;
    }

    private static X509TrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(Objects.requireNonNull(factory.getTrustManagers()))
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the runtime checks no certificates"));
    }
}
