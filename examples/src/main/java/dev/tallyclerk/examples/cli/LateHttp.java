package dev.tallyclerk.examples.cli;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
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

/**
 * OkHttp, which is made when the first request comes, and prepared for TLS when the first https request does. Either
 * takes longer than a small image does; an image on this machine needs neither, and a registry on it no TLS.
 */
final class LateHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    /** OkHttp counts milliseconds in an int. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private final List<X509Certificate> authorities;
    private final Duration readTimeout;
    private final Function<String, @Nullable String> properties;
    private @Nullable OkHttpClient plain;
    private @Nullable OkHttpClient tls;

    /**
     * Makes nothing yet.
     *
     * @param authorities whose certificates are trusted besides those of the Java runtime
     */
    LateHttp(List<X509Certificate> authorities) {
        this(authorities, READ_TIMEOUT);
    }

    /**
     * Makes nothing yet.
     *
     * @param authorities whose certificates are trusted besides those of the Java runtime
     * @param patience how long a server may say nothing; a minute counts for less
     */
    LateHttp(List<X509Certificate> authorities, Duration patience) {
        this(authorities, patience, System::getProperty);
    }

    /** Does the same where that gives the values of the runtime's properties, or null. */
    LateHttp(List<X509Certificate> authorities, Duration patience, Function<String, @Nullable String> properties) {
        this.authorities = List.copyOf(authorities);
        this.properties = properties;
        Duration atLeast = patience.compareTo(READ_TIMEOUT) > 0 ? patience : READ_TIMEOUT;
        this.readTimeout = atLeast.compareTo(LONGEST) < 0 ? atLeast : LONGEST;
    }

    /** {@return the client for requests without TLS} */
    synchronized OkHttpClient plain() {
        OkHttpClient made = plain;
        if (made == null) {
            made = new OkHttpClient.Builder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .readTimeout(readTimeout)
                    .proxyAuthenticator(new ProxyLogin(properties))
                    .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                    .build();
            plain = made;
        }
        return made;
    }

    /** {@return the client for requests with TLS, which shares its threads and connections with the other} */
    synchronized OkHttpClient tls() throws IOException {
        OkHttpClient made = tls;
        if (made == null) {
            OkHttpClient.Builder settings = plain().newBuilder()
                    .connectionSpecs(List.of(ConnectionSpec.RESTRICTED_TLS, ConnectionSpec.MODERN_TLS));
            secure(settings);
            made = settings.build();
            tls = made;
        }
        return made;
    }

    private void secure(OkHttpClient.Builder settings) throws IOException {
        List<KeyManager> keys;
        try {
            keys = ClientKeys.of(properties);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in javax.net.ssl.keyStore cannot be used: " + e.getMessage(), e);
        }
        if (keys.isEmpty() && authorities.isEmpty()) {
            return;
        }
        try {
            X509TrustManager trusted = authorities.isEmpty() ? trustManager(null) : trustManager(all());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.toArray(KeyManager[]::new), new TrustManager[] {trusted}, null);
            settings.sslSocketFactory(context.getSocketFactory(), trusted);
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
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the runtime checks no certificates"));
    }
}
