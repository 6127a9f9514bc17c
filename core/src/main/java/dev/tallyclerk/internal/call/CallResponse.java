package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.Response;
import java.io.Closeable;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The response to a call, and the server that gave it.
 *
 * @param uri the address that responded, after redirects
 * @param response status and headers
 * @param body the body, which replaces the response's own
 * @param trusted whether only servers that may have credentials had a say in the address
 * @param secrets what must not be shown, even if the response repeats it
 */
public record CallResponse(URI uri, Response response, ResponseStream body, boolean trusted, Secrets secrets)
        implements Closeable {
    /** {@return the status code} */
    public int status() {
        return response.status();
    }

    /** {@return the first header of that name} */
    public Optional<String> header(String name) {
        return response.header(name);
    }

    /** {@return all headers of that name, in order} */
    public List<String> headers(String name) {
        return response.headers(name);
    }

    /** {@return the length of the body in bytes that the header states, if it states one} */
    public OptionalLong contentLength() {
        try {
            long length = Long.parseLong(header("Content-Length").orElse(""));
            return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** {@return the size in bytes that is claimed of the content, if one is: a coded body has another length} */
    public OptionalLong claimedSize() {
        String encoding = header("Content-Encoding").orElse("").strip();
        return encoding.isEmpty() || encoding.equalsIgnoreCase("identity") ? contentLength() : OptionalLong.empty();
    }

    @Override
    public void close() {
        body.close();
    }
}
