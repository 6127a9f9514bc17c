package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, wherever redirects lead it.
 *
 * @param method the method, in upper case
 * @param target the address
 * @param headers the headers by name, without credentials
 * @param body the body
 * @param secretBody whether the body is a credential, and goes only where one may go
 * @param lane the lane at a host
 * @param trusted whether only servers that may have credentials had a say in the address
 * @param authorization the Authorization header for a server that may have it, or null
 * @param anonymous the Authorization header for one other origin, made of no credentials, or null
 * @param secrets what must not be shown, even if the server repeats it
 */
public record CallRequest(
        String method,
        URI target,
        Map<String, List<String>> headers,
        RequestBody body,
        boolean secretBody,
        Lane lane,
        boolean trusted,
        @Nullable String authorization,
        @Nullable Anonymous anonymous,
        Secrets secrets) {

    /**
     * The Authorization header for another origin, made of no credentials.
     *
     * @param origin whose header it is
     * @param authorization the header
     */
    public record Anonymous(URI origin, String authorization) {}

    /** {@return a GET without credentials} */
    public static CallRequest get(URI target, boolean content) {
        return new CallRequest(
                "GET",
                target,
                Map.of(),
                RequestBody.none(),
                false,
                Lane.of("GET", content),
                true,
                null,
                null,
                Secrets.none());
    }

    /**
     * {@return the request to one address}
     *
     * @param trusted whether the address may receive credentials
     */
    Request to(URI uri, boolean trusted, String userAgent) {
        Request request = Request.of(method, uri)
                .withBody(body)
                .withHeader("Accept-Encoding", "identity")
                .withHeader("User-Agent", userAgent);
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                request = request.withHeader(header.getKey(), value);
            }
        }
        String shown = anonymous != null && anonymous.origin().equals(Origins.of(uri))
                ? anonymous.authorization()
                : trusted ? authorization : null;
        return shown == null ? request : request.withHeader("Authorization", shown);
    }

    /** {@return method and address; the rest may be a credential} */
    @Override
    public String toString() {
        return method + " " + Origins.shown(target.toString());
    }
}
