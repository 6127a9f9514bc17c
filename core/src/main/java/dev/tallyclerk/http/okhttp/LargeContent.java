package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.internal.socket.ReadAheadSocket;
import dev.tallyclerk.internal.socket.ReadAheadStream;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Finds the large bodies that can be read past OkHttp: what comes next on their connection is nothing but content, to a
 * length that is known, and nobody would miss what OkHttp does not see.
 */
final class LargeContent implements Interceptor {
    /** In bytes. Who passes OkHttp by costs it the connection; from here on, a new one costs less than its pieces. */
    static final long LARGE = 16L * 1024 * 1024;

    private final long large;

    private LargeContent(long large) {
        this.large = large;
    }

    /** Lets the requests of a client be looked at that are {@link #marked}, unless somebody else looks at them. */
    static void addTo(OkHttpClient.Builder builder, OkHttpClient client, long large) {
        if (client.interceptors().isEmpty() && client.networkInterceptors().isEmpty()) {
            builder.addNetworkInterceptor(new LargeContent(large));
        }
    }

    /** Gives the request a place for what is found. */
    static Request.Builder marked(Request.Builder request) {
        return request.tag(Found.class, new Found());
    }

    /** {@return what the body of the response to a marked request can be read from, or nothing where it cannot} */
    static Optional<ReadAheadStream> of(Request request) {
        Found found = request.tag(Found.class);
        return found == null ? Optional.empty() : Optional.ofNullable(found.socket);
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        Found found = chain.request().tag(Found.class);
        Connection connection = chain.connection();
        if (found != null) {
            boolean alone = isLarge(response) && chain.getEventListener() == EventListener.NONE;
            found.socket = alone && connection != null && connection.socket() instanceof ReadAheadSocket socket
                    ? socket.getInputStream()
                    : null;
        }
        return response;
    }

    /** Says whether it is large content by HTTP/1.1, whose end is known by nothing but its length. */
    private boolean isLarge(Response response) {
        boolean alone = response.protocol() == Protocol.HTTP_1_1 || response.protocol() == Protocol.HTTP_1_0;
        boolean whole = response.code() == 200 || response.code() == 206;
        return alone
                && whole
                && response.request().method().equals("GET")
                && response.header("Transfer-Encoding") == null
                && response.body().contentLength() >= large;
    }

    /** Where a request keeps what is found: it is made, answered and read by one thread. */
    private static final class Found {
        private @Nullable ReadAheadStream socket;
    }
}
