package dev.tallyclerk.http.okhttp;

import java.io.IOException;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps OkHttp from retrying after 408, and after 503 with {@code Retry-After: 0}, and from failing on a number there
 * that it cannot parse: it sees a second to wait, and the caller what the server said.
 */
final class NoRetries implements Interceptor {
    private static final String RETRY_AFTER = "Retry-After";
    private static final String ORIGINAL = "Tallyclerk-Retry-After";

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (!isRetried(response)) {
            return response;
        }
        Headers.Builder headers = response.headers().newBuilder().removeAll(ORIGINAL);
        response.headers(RETRY_AFTER).forEach(value -> headers.addUnsafeNonAscii(ORIGINAL, value));
        return response.newBuilder()
                .headers(headers.set(RETRY_AFTER, "1").build())
                .build();
    }

    /** {@return the headers as the server sent them} */
    static Headers headers(Response response) {
        if (!isRetried(response)) {
            return response.headers();
        }
        Headers.Builder headers =
                response.headers().newBuilder().removeAll(RETRY_AFTER).removeAll(ORIGINAL);
        response.headers(ORIGINAL).forEach(value -> headers.addUnsafeNonAscii(RETRY_AFTER, value));
        return headers.build();
    }

    private static boolean isRetried(Response response) {
        return response.code() == 408 || response.code() == 503;
    }
}
