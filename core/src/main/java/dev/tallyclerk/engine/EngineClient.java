package dev.tallyclerk.engine;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.internal.call.Waits;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks an engine, by GET only and within limits. Follows no redirect and repeats nothing. */
final class EngineClient {
    private static final int MAX_ERROR_BYTES = 16 * 1024;
    private static final Pattern API_VERSION = Pattern.compile("1\\.([0-9]{1,3})");

    /** The newest version whose answers the readers know. */
    private static final int NEWEST = 47;

    private final EngineAddress address;
    private final Transport transport;
    private final EngineLimits limits;
    private final Waits waits;
    private final long end;

    /** The beginning of every path, for example {@code /v1.41}. */
    private final String prefix;

    private final boolean isPodman;

    private EngineClient(
            EngineAddress address,
            Transport transport,
            EngineLimits limits,
            Waits waits,
            long end,
            String prefix,
            boolean isPodman) {
        this.address = address;
        this.transport = transport;
        this.limits = limits;
        this.waits = waits;
        this.end = end;
        this.prefix = prefix;
        this.isPodman = isPodman;
    }

    /** {@return a client that speaks a version which the engine knows} */
    static EngineClient connect(EngineAddress address, Transport transport, EngineLimits limits, Waits waits)
            throws EngineException {
        long end = waits.nanoTime() + nanos(limits.maxTime());
        EngineClient unversioned = new EngineClient(address, transport, limits, waits, end, "", false);
        return unversioned.negotiated();
    }

    private static long nanos(Duration time) {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 4);
        return (time.compareTo(longest) < 0 ? time : longest).toNanos();
    }

    private EngineClient negotiated() throws EngineException {
        try (Response ping = send("/_ping")) {
            if (ping.status() != 200) {
                throw failure("/_ping", ping);
            }
            String version = ping.header("Api-Version").orElse("");
            Matcher known = API_VERSION.matcher(version);
            if (!known.matches()) {
                boolean isOk = new String(ping.body().readNBytes(3), StandardCharsets.US_ASCII).equals("OK");
                if (isOk && version.isEmpty()) {
                    return this; // older engines answer no more than this
                }
                throw EngineException.of(
                        Reason.PROTOCOL,
                        200,
                        "what listens at " + address + " is not a container engine: the answer to GET /_ping names no"
                                + " version of the Engine API"
                                + (version.isEmpty() ? "" : ", but " + Quoted.quote(version)));
            }
            boolean podman = ping.header("Libpod-Api-Version").isPresent();
            int minor = Math.min(NEWEST, Integer.parseInt(known.group(1)));
            return new EngineClient(address, transport, limits, waits, end, "/v1." + minor, podman);
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw broken("/_ping", e);
        }
    }

    /** {@return this client with the oldest version that the engine still speaks, if it is newer than ours} */
    EngineClient withMinimum(String version) {
        Matcher minimum = API_VERSION.matcher(version);
        return minimum.matches() && Integer.parseInt(minimum.group(1)) > NEWEST && !prefix.isEmpty()
                ? new EngineClient(address, transport, limits, waits, end, "/v" + version, isPodman)
                : this;
    }

    /** {@return whether the engine is Podman} */
    boolean isPodman() {
        return isPodman;
    }

    /**
     * {@return the JSON at a path of the Engine API}
     *
     * @param path the path without version, for example {@code /info}
     */
    byte[] get(String path) throws EngineException {
        return getAt(prefix + path, path);
    }

    /** {@return the JSON at a path of Podman's own API} */
    byte[] getOfPodman(String path) throws EngineException {
        return getAt("/v4.0.0/libpod" + path, path);
    }

    private byte[] getAt(String target, String path) throws EngineException {
        try (Response response = send(target)) {
            if (response.status() != 200) {
                throw failure(path, response);
            }
            String type = response.header("Content-Type").orElse("");
            String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            if (!media.equals("application/json")) {
                throw EngineException.of(
                        Reason.PROTOCOL,
                        200,
                        "GET " + path + ": the answer is "
                                + (media.isEmpty() ? "of no stated type" : "of type " + Quoted.quote(media))
                                + ", not JSON");
            }
            byte[] content = response.body().readNBytes(limits.maxDocumentBytes() + 1);
            if (content.length > limits.maxDocumentBytes()) {
                throw EngineException.of(
                        Reason.LIMIT_EXCEEDED,
                        200,
                        "GET " + path + ": the answer is longer than the limit of " + limits.maxDocumentBytes()
                                + " bytes");
            }
            return content;
        } catch (EngineException e) {
            throw e;
        } catch (IOException e) {
            throw broken(path, e);
        }
    }

    private Response send(String target) throws IOException {
        long left = end - waits.nanoTime();
        if (left <= 0) {
            throw EngineException.of(
                    Reason.TIMED_OUT,
                    0,
                    "all answers together took longer than " + limits.maxTime().toSeconds() + " s");
        }
        Duration time = Duration.ofNanos(Math.min(left, nanos(limits.maxRequestTime())));
        return transport.send(Request.of("GET", URI.create(address.base() + target))
                .withHeader("Accept", "application/json")
                .withHeader("User-Agent", "tallyclerk")
                .withTimeout(time));
    }

    private EngineException failure(String path, Response response) throws IOException {
        int status = response.status();
        if (status >= 300 && status < 400) {
            return EngineException.of(
                    Reason.PROTOCOL, status, "GET " + path + ": redirected (" + status + "), which is not followed");
        }
        Reason reason = switch (status) {
            case 401 -> Reason.UNAUTHORIZED;
            case 403 -> Reason.DENIED;
            case 404 -> Reason.NOT_FOUND;
            case 429 -> Reason.TOO_MANY_REQUESTS;
            default -> status >= 500 ? Reason.SERVER_ERROR : Reason.PROTOCOL;
        };
        String said = message(response.body());
        return EngineException.of(
                reason, status, "GET " + path + ": HTTP status " + status + (said.isEmpty() ? "" : ": " + said));
    }

    private static String message(InputStream body) throws IOException {
        byte[] error = body.readNBytes(MAX_ERROR_BYTES);
        try {
            return StrictJson.parse(error, JsonLimits.ofBytes(MAX_ERROR_BYTES)) instanceof JsonObject object
                            && object.members().get("message") instanceof JsonString text
                            && !text.value().isBlank()
                    ? Quoted.quote(text.value())
                    : "";
        } catch (JsonException e) {
            return ""; // not what engines write
        }
    }

    /** There was no answer, or it broke off. */
    private EngineException broken(String path, IOException failure) {
        String why = Quoted.printable(cause(failure));
        if (failure instanceof InterruptedIOException) {
            boolean isInterrupted = Thread.currentThread().isInterrupted();
            return EngineException.of(
                    isInterrupted ? Reason.CANCELLED : Reason.TIMED_OUT,
                    isInterrupted
                            ? "interrupted"
                            : "GET " + path + ": no complete answer from " + address + " within "
                                    + limits.maxRequestTime().toSeconds() + " s",
                    failure);
        }
        Optional<Path> socket = address.socket();
        if (socket.isPresent() && !Files.exists(socket.get())) {
            return EngineException.of(
                    Reason.UNREACHABLE, "no engine listens at " + address + ": there is no such socket", failure);
        }
        if (socket.isPresent() && !Files.isWritable(socket.get())) {
            return EngineException.of(
                    Reason.DENIED,
                    "this user may not use " + address + ": run as root, or as a member of the group of the socket",
                    failure);
        }
        boolean isConnecting = path.equals("/_ping");
        return EngineException.of(
                failure instanceof ProtocolException ? Reason.PROTOCOL : Reason.UNREACHABLE,
                (isConnecting ? "no engine answers at " + address : "GET " + path + ": the answer broke off") + ": "
                        + why,
                failure);
    }

    private static String cause(Throwable failure) {
        Throwable last = failure;
        for (int i = 0; i < 10 && last.getCause() != null; i++) {
            last = last.getCause();
        }
        String message = last.getMessage();
        return message == null ? last.getClass().getSimpleName() : message;
    }
}
