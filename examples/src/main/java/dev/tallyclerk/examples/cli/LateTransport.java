package dev.tallyclerk.examples.cli;

import dev.tallyclerk.registry.okhttp.OkHttpTransport;
import dev.tallyclerk.registry.transport.Transport;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
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
final class LateTransport implements Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final List<X509Certificate> authorities;
    private @Nullable OkHttpClient http;
    private @Nullable Transport plain;
    private @Nullable Transport tls;

    /**
     * Makes nothing yet.
     *
     * @param authorities whose certificates are trusted besides those of the Java runtime
     */
    LateTransport(List<X509Certificate> authorities) {
        this.authorities = List.copyOf(authorities);
    }

    @Override
    public Response send(Request request) throws IOException {
        boolean https = "https".equalsIgnoreCase(request.uri().getScheme());
        return (https ? tls() : plain()).send(request);
    }

    private synchronized OkHttpClient http() {
        OkHttpClient made = http;
        if (made == null) {
            made = new OkHttpClient.Builder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .readTimeout(READ_TIMEOUT)
                    .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                    .build();
            http = made;
        }
        return made;
    }

    private synchronized Transport plain() {
        Transport made = plain;
        if (made == null) {
            made = new OkHttpTransport(http());
            plain = made;
        }
        return made;
    }

    private synchronized Transport tls() throws IOException {
        Transport made = tls;
        if (made == null) {
            OkHttpClient.Builder settings = http().newBuilder()
                    .connectionSpecs(List.of(ConnectionSpec.RESTRICTED_TLS, ConnectionSpec.MODERN_TLS));
            if (!authorities.isEmpty()) {
                trustMore(settings);
            }
            made = new OkHttpTransport(settings.build());
            tls = made;
        }
        return made;
    }

    private void trustMore(OkHttpClient.Builder settings) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            for (X509Certificate issuer : trustManager(null).getAcceptedIssuers()) {
                all.setCertificateEntry("runtime-" + all.size(), issuer);
            }
            for (X509Certificate authority : authorities) {
                all.setCertificateEntry("given-" + all.size(), authority);
            }
            X509TrustManager trusted = trustManager(all);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trusted}, null);
            settings.sslSocketFactory(context.getSocketFactory(), trusted);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate authorities cannot be used: " + e.getMessage(), e);
        }
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
