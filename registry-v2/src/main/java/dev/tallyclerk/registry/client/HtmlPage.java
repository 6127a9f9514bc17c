package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;

/** Responses that are HTML pages, such as a login form, where a registry should have sent something else. */
final class HtmlPage {
    private HtmlPage() {}

    /** {@return whether a response declares that it is an HTML page} */
    static boolean is(CallResponse response) {
        return MediaType.ofContentType(response.header("Content-Type").orElse(""))
                .equals("text/html");
    }

    /** {@return the failure if an HTML page came instead of {@code expected}} */
    static HttpException failure(CallResponse response, String expected) {
        return response.secrets()
                .hide(new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        Origins.host(response.uri()) + " answers text/html at "
                                + Quoted.quote(String.valueOf(response.uri().getRawPath())) + " instead of "
                                + expected));
    }
}
