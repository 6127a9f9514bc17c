package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.ErrorResponse;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.call.ServerCalls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** The files below a URI, fetched over HTTP. */
final class HttpFiles {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    /** How much of an error page to read so that its connection can be reused, in bytes. */
    private static final int MAX_ERROR_PAGE = 8_192;

    private final String folder;
    private final String host;
    private final ServerCalls calls;
    private final CallSettings settings;

    HttpFiles(URI base, HttpSettings http) {
        this(base, http, HttpAuthenticator.none());
    }

    HttpFiles(URI base, HttpSettings http, HttpAuthenticator authenticator) {
        this.folder = folder(base);
        this.host = Origins.host(base);
        this.calls = new ServerCalls(base, http, authenticator);
        this.settings = calls.settings();
    }

    /** {@return whether {@code base} is a folder of this machine} */
    static boolean isLocal(URI base) {
        if (base.isOpaque() || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the base URI must have a path, and neither query nor fragment");
        }
        return scheme(base).equals("file");
    }

    private static String scheme(URI base) {
        return base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    }

    private static String folder(URI base) {
        if (!(scheme(base).equals("http") || scheme(base).equals("https")) || base.getHost() == null) {
            throw new IllegalArgumentException("the base URI must be an http, https or file URI with a host");
        }
        if (base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the base URI must not carry credentials");
        }
        return base.toString().endsWith("/") ? base.toString() : base + "/";
    }

    Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        return fetch(URI.create(folder + FileNames.segment(fileName)), fileName, maxBytes);
    }

    /** Fetches a file whose name may lead into folders. */
    Optional<byte[]> fetchPath(String path, int maxBytes) throws IOException {
        return fetch(URI.create(folder + FileNames.encodedPath(path)), path, maxBytes);
    }

    private Optional<byte[]> fetch(URI uri, String fileName, int maxBytes) throws IOException {
        return get(uri, fileName, false, response -> {
            if (response.contentLength().orElse(0) > maxBytes) {
                throw new BodyTooLargeException(fileName, maxBytes);
            }
            return readWhole(response.body(), fileName, maxBytes);
        });
    }

    /** {@return the rest of a stream; reads at most one byte more than {@code maxBytes}} */
    static byte[] readWhole(InputStream in, String fileName, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE));
        if (bytes.length > maxBytes) {
            throw new BodyTooLargeException(fileName, maxBytes);
        }
        return bytes;
    }

    Optional<InputStream> open(String path) throws IOException {
        URI uri = URI.create(folder + FileNames.encodedPath(path));
        return get(uri, "the target file", true, CallResponse::body);
    }

    /** Reads the body of a response. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(CallResponse response) throws IOException;
    }

    /** {@return what the reader returns, or empty if there is no such file} A response with a stream stays open. */
    private <T> Optional<T> get(URI uri, String what, boolean isStream, Reader<T> reader) throws IOException {
        Deadline deadline = settings.deadline(host, isStream);
        Attempts attempts = new Attempts(settings, host, deadline);
        while (true) {
            try {
                return getOnce(uri, what, isStream, reader, deadline);
            } catch (HttpException e) {
                attempts.retry(e, true);
            }
        }
    }

    private <T> Optional<T> getOnce(URI uri, String what, boolean isStream, Reader<T> reader, Deadline deadline)
            throws IOException {
        CallResponse response = calls.send(CallRequest.get(uri, isStream), deadline);
        boolean handedOn = false;
        try {
            if (isAbsent(response)) {
                return Optional.empty();
            }
            requireFile(uri, what, response);
            Optional<T> read = Optional.of(reader.read(response));
            handedOn = isStream;
            return read;
        } finally {
            if (!handedOn) {
                response.close();
            }
        }
    }

    /** {@return whether the server does not have the file; many answer 403 then} */
    private static boolean isAbsent(CallResponse response) {
        if (response.status() != NOT_FOUND && response.status() != FORBIDDEN) {
            return false;
        }
        try {
            // To its end, if it is short, so that the connection can be reused.
            response.body().skipNBytes(MAX_ERROR_PAGE);
        } catch (IOException e) {
            // The body ended before that, or the connection broke. Nothing else depends on it.
        }
        return true;
    }

    private void requireFile(URI uri, String what, CallResponse response) throws HttpException {
        if (response.status() != OK) {
            throw ErrorResponse.failure(settings, response, Origins.host(response.uri()), "GET", uri, false);
        }
        // The limit would apply to the encoded body, but hashes are computed over the decoded one.
        String encoding = response.header("Content-Encoding").orElse("identity").strip();
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw settings.failures()
                    .of(
                            Reason.PROTOCOL,
                            OK,
                            what + " has the content coding " + Quoted.quote(encoding) + ", which was not requested");
        }
    }
}
