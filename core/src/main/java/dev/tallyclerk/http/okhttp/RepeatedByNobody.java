package dev.tallyclerk.http.okhttp;

import java.io.IOException;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps OkHttp from repeating what was answered 408, or 503 with {@code Retry-After: 0}, and from failing on a number
 * there that it cannot read: it sees a second to wait, and the caller what the server said.
 */
final class RepeatedByNobody implements Interceptor {
    private static final String RETRY_AFTER = "Retry-After";
    private static final String SAID = "Tallyclerk-Retry-After";

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (!isRepeated(response)) {
            return response;
        }
        Headers.Builder headers = response.headers().newBuilder().removeAll(SAID);
        response.headers(RETRY_AFTER).forEach(value -> headers.addUnsafeNonAscii(SAID, value));
        return response.newBuilder()
                .headers(headers.set(RETRY_AFTER, "1").build())
                .build();
    }

    /** {@return the headers as the server sent them} */
    static Headers headers(Response response) {
        if (!isRepeated(response)) {
            return response.headers();
        }
        Headers.Builder headers =
                response.headers().newBuilder().removeAll(RETRY_AFTER).removeAll(SAID);
        response.headers(SAID).forEach(value -> headers.addUnsafeNonAscii(RETRY_AFTER, value));
        return headers.build();
    }

    private static boolean isRepeated(Response response) {
        return response.code() == 408 || response.code() == 503;
    }
}
