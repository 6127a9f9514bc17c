package dev.tallyclerk.testing;

import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.http.jdk.UrlConnectionTransport;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;

/** The transports of the library. */
public enum TransportKind {
    OKHTTP {
        @Override
        public Transport make() {
            return OkHttpTransport.of(new OkHttpClient());
        }

        @Override
        public Transport makeTrusting(PrivateAuthority authority) {
            return OkHttpTransport.of(new OkHttpClient.Builder()
                    .sslSocketFactory(authority.clientContext().getSocketFactory(), authority.trustManager())
                    .build());
        }
    },
    JDK {
        @Override
        public Transport make() {
            return JdkTransport.of(HttpClient.newHttpClient());
        }

        @Override
        public Transport makeTrusting(PrivateAuthority authority) {
            return JdkTransport.of(
                    HttpClient.newBuilder().sslContext(authority.clientContext()).build());
        }
    },
    URL_CONNECTION {
        @Override
        public Transport make() {
            return UrlConnectionTransport.of(THREADS);
        }

        @Override
        public Transport makeTrusting(PrivateAuthority authority) {
            return UrlConnectionTransport.of(THREADS)
                    .withSslSocketFactory(authority.clientContext().getSocketFactory());
        }

        @Override
        public boolean onlyReads() {
            return true;
        }
    };

    private static final Executor THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test transport");
        thread.setDaemon(true);
        return thread;
    });

    /** {@return a new transport of this kind} */
    public abstract Transport make();

    /** {@return a new transport of this kind, which trusts {@code authority}} */
    public abstract Transport makeTrusting(PrivateAuthority authority);

    /** {@return whether it sends GET and HEAD only} */
    public boolean onlyReads() {
        return false;
    }
}
