package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Response;
import dev.tallyclerk.registry.model.MediaType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a call was answered, by whom.
 *
 * @param uri the address that answered, after redirects
 * @param response the response; its body fails with a {@link RegistryException} and no other {@link IOException}
 * @param trusted whether only who may have the registry's credentials had a say in who answers
 * @param secrets what nobody hears of, even if the answer repeats it
 */
record Answer(URI uri, Response response, boolean trusted, Secrets secrets) implements Closeable {
    int status() {
        return response.status();
    }

    Optional<String> header(String name) {
        return response.header(name);
    }

    List<String> headers(String name) {
        return response.headers(name);
    }

    /** {@return the body's length in bytes as the header says it, if it says one} */
    OptionalLong contentLength() {
        try {
            long length = Long.parseLong(header("Content-Length").orElse(""));
            return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** {@return the size in bytes that is claimed of the content, if one is: what is packed has another length} */
    OptionalLong claimedSize() {
        String encoding = header("Content-Encoding").orElse("").strip();
        return encoding.isEmpty() || encoding.equalsIgnoreCase("identity") ? contentLength() : OptionalLong.empty();
    }

    /** {@return whether it says that it is a page for people} */
    boolean isPage() {
        return MediaType.ofContentType(header("Content-Type").orElse("")).equals("text/html");
    }

    InputStream body() {
        return response.body();
    }

    @Override
    public void close() throws RegistryException {
        try {
            response.close();
        } catch (RegistryException e) {
            throw e;
        } catch (IOException e) {
            throw new RegistryException(RegistryException.Reason.UNREACHABLE, "the answer cannot be closed", e);
        }
    }
}
