package dev.tallyclerk.trust.publish;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.ErrorResponse;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.trust.internal.call.ServerCalls;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files below a URI, read by GET and written by PUT. */
final class ServerFiles implements SeparateFiles {
    private static final String TIMESTAMP = "timestamp.json";
    private static final Set<Integer> WRITTEN = Set.of(200, 201, 204);
    private static final Set<Integer> ABSENT = Set.of(403, 404);

    /** A server that has an answer to everything must end too. */
    private static final int MOST_ROOTS = 10_000;

    private static final int MOST_LEFT = 1_000;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private final String folder;
    private final String host;
    private final ServerCalls calls;
    private final CallSettings settings;

    /** What the timestamp was when it was read, which publishing replaces. */
    private volatile @Nullable Version timestamp;

    /** A file's content with its entity tag, if the server gave a strong one. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Version(byte[] content, @Nullable String tag) {}

    ServerFiles(URI base, HttpSettings http, HttpAuthenticator authenticator) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https"))
                || base.getHost() == null
                || base.getRawUserInfo() != null
                || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the base URI must be an http or https URI with a host, without user, query and fragment");
        }
        this.folder = base.toString().endsWith("/") ? base.toString() : base + "/";
        this.host = Origins.host(base);
        this.calls = new ServerCalls(base, http, authenticator);
        this.settings = calls.settings();
    }

    @Override
    public String name() {
        return folder;
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        Optional<Version> found = get(name);
        if (name.equals(TIMESTAMP)) {
            timestamp = found.orElse(null);
        }
        return found.map(Version::content);
    }

    /** Asks for one root after the other, as clients do. */
    @Override
    public long newestRoot() throws IOException {
        return newest("root", 0, MOST_ROOTS);
    }

    /** A publication that was interrupted leaves a snapshot that no timestamp refers to. Clients allow gaps. */
    @Override
    public long unusedSnapshot(long version) throws IOException {
        return newest("snapshot", version - 1, MOST_LEFT) + 1;
    }

    /** {@return the last version after one without a gap} */
    private long newest(String role, long version, int most) throws IOException {
        long newest = version;
        while (get((newest + 1) + "." + role + ".json").isPresent()) {
            newest++;
            if (newest - version > most) {
                throw new IOException(
                        folder + " has more than " + most + " files from " + version + "." + role + ".json on");
            }
        }
        return newest;
    }

    @Override
    public void sync() {
        // The server answers when it has the file.
    }

    /** There are no locks: conditions tell of other publishers. */
    @Override
    public Closeable claim() {
        return () -> {};
    }

    @Override
    public void write(String name, byte[] content) throws PublishException, IOException {
        Version before = name.equals(TIMESTAMP) ? timestamp : null;
        String tag = before == null ? null : before.tag();
        if (before != null && tag == null) {
            requireUnchanged(name, before);
        }
        Map<String, List<String>> condition = before == null
                ? Map.of("If-None-Match", List.of("*"))
                : tag == null ? Map.of() : Map.of("If-Match", List.of(tag));
        Optional<Version> there = before == null ? get(name) : Optional.empty();
        if (there.isEmpty() && put(name, content, condition)) {
            return;
        }
        // A retry after a lost response finds what the first attempt has written.
        Optional<Version> found = there.isPresent() ? there : get(name);
        if (found.isEmpty() || !Arrays.equals(found.get().content(), content)) {
            throw PublishException.of(
                    Reason.CONFLICT,
                    folder + name + " is there with other content: another publisher was first, or one was interrupted;"
                            + " make the change again or, if no publisher is at work, delete the file on the server");
        }
    }

    private void requireUnchanged(String name, Version before) throws PublishException, IOException {
        if (get(name)
                .filter(now -> Arrays.equals(now.content(), before.content()))
                .isEmpty()) {
            throw PublishException.of(
                    Reason.CONFLICT, "another publisher has changed " + folder + name + "; make the change again");
        }
    }

    private Optional<Version> get(String name) throws IOException {
        int most = TufLimits.defaults().targetsBytes();
        return call("GET", name, RequestBody.none(), Map.of(), response -> {
            if (ABSENT.contains(response.status())) {
                return Optional.empty();
            }
            if (response.status() != 200) {
                throw failure(response, "GET", name);
            }
            byte[] content = response.body().readNBytes(most + 1);
            if (content.length > most) {
                throw new IOException(folder + name + " has more than " + most + " bytes");
            }
            String tag = response.header("ETag").orElse("");
            return Optional.of(new Version(content, tag.startsWith("\"") ? tag : null));
        });
    }

    /** {@return whether the file was written; false if the condition does not hold} */
    private boolean put(String name, byte[] content, Map<String, List<String>> condition) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>(condition);
        headers.put("Content-Type", List.of("application/json"));
        return call("PUT", name, RequestBody.of(content), headers, response -> {
            if (response.status() == PRECONDITION_FAILED || response.status() == CONFLICT) {
                return false;
            }
            if (!WRITTEN.contains(response.status())) {
                throw failure(response, "PUT", name);
            }
            return true;
        });
    }

    private HttpException failure(CallResponse response, String method, String name) {
        return ErrorResponse.failure(settings, response, Origins.host(response.uri()), method, uri(name), false);
    }

    private URI uri(String name) {
        return URI.create(
                folder + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** Reads a response. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(CallResponse response) throws IOException;
    }

    private <T> T call(
            String method, String name, RequestBody body, Map<String, List<String>> headers, Reader<T> reader)
            throws IOException {
        CallRequest request = new CallRequest(
                method, uri(name), headers, body, false, Lane.of(method, false), true, null, null, Secrets.none());
        Deadline deadline = settings.deadline(host, false);
        Attempts attempts = new Attempts(settings, host, deadline);
        while (true) {
            try (CallResponse response = calls.send(request, deadline)) {
                return reader.read(response);
            } catch (HttpException e) {
                attempts.retry(e, true);
            }
        }
    }
}
