package dev.tallyclerk.registry.client;

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
 * @param body what is sent with it
 * @param secretBody whether the body is a credential and goes no further than one
 * @param lane which of the places at a host it takes
 * @param trusted whether only servers that may have credentials had a say in the address
 * @param authorization the Authorization header for a server that may have it, or nothing
 * @param guest what is shown to one other server in its place, or nothing
 * @param secrets what nobody hears of, even if the registry repeats it
 */
record Outgoing(
        String method,
        URI target,
        Map<String, List<String>> headers,
        RequestBody body,
        boolean secretBody,
        Lane lane,
        boolean trusted,
        @Nullable String authorization,
        @Nullable Guest guest,
        Secrets secrets) {

    static Outgoing of(Call call, @Nullable Authorization shown, @Nullable Guest guest) {
        Secrets secrets = shown == null ? Secrets.none() : shown.secrets();
        return new Outgoing(
                call.method(),
                call.target(),
                call.headers(),
                call.body(),
                false,
                Lane.of(call),
                call.trusted(),
                shown == null ? null : shown.header(),
                guest,
                guest == null ? secrets : secrets.and(guest.shown().secrets()));
    }

    /**
     * {@return the request to one address}
     *
     * @param trusted whether the address may receive credentials
     */
    Request to(URI uri, boolean trusted) {
        Request request = Request.of(method, uri).withBody(body).withHeader("Accept-Encoding", "identity");
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                request = request.withHeader(header.getKey(), value);
            }
        }
        String shown = guest != null && guest.origin().equals(OriginRules.origin(uri))
                ? guest.shown().header()
                : trusted ? authorization : null;
        return shown == null ? request : request.withHeader("Authorization", shown);
    }

    /** {@return method and address; the rest may be a credential} */
    @Override
    public String toString() {
        return method + " " + OriginRules.shown(target.toString());
    }
}
