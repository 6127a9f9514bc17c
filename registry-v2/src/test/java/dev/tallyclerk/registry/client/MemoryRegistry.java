package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory, of the distribution specification 1.1, for any host. It answers as the specification says,
 * unless a test {@linkplain #intercept intercepts}. Safe for use by several threads.
 */
public final class MemoryRegistry implements Transport {
    private static final Pattern PATH =
            Pattern.compile("/v2/(?:(_catalog)|(.+)/(manifests|blobs/uploads|blobs|tags|referrers)/([^/]*))?");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    /** Answers a request in the registry's place, or lets it answer. */
    @FunctionalInterface
    public interface Interceptor {
        /** {@return the answer, or null for the registry's own} */
        @Nullable Response intercept(Request request) throws IOException;
    }

    private final Lock lock = new ReentrantLock();
    private final Map<String, MemoryRepository> repositories = new TreeMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Interceptor> interceptors = new CopyOnWriteArrayList<>();
    private boolean referrersApi = true;
    private int pageSize = Integer.MAX_VALUE;
    private long minChunk;

    /** Makes one that has nothing. */
    public MemoryRegistry() {}

    /** {@return a client of this registry that waits for nothing and takes every name for one of the public network} */
    public RegistryClient client() {
        return client(this);
    }

    /** {@return such a client over another transport, which may lead to several registries} */
    public RegistryClient client(Transport transport) {
        return RegistryClient.of(transport)
                .withHttp(http -> http.withNameResolver(MemoryRegistry::resolve))
                .withHttp(http -> http.withRetries(
                        RetryPolicy.defaults().withFirstWait(Duration.ZERO).withLongestWait(Duration.ZERO)));
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        boolean literal = host.startsWith("[") || Character.isDigit(host.charAt(0));
        return literal
                ? List.of(InetAddress.getAllByName(host))
                : List.of(InetAddress.getByAddress(host, new byte[] {93, (byte) 184, 1, 1}));
    }

    /** Asks {@code interceptor} before the registry answers; the latest one is asked first. */
    public void intercept(Interceptor interceptor) {
        interceptors.add(0, interceptor);
    }

    /** Lets {@code interceptor} see one request only, the first that it answers. */
    public void interceptOnce(Interceptor interceptor) {
        intercept(new Interceptor() {
            private boolean done;

            @Override
            public @Nullable Response intercept(Request request) throws IOException {
                Response answer = done ? null : interceptor.intercept(request);
                done |= answer != null;
                return answer;
            }
        });
    }

    /** Takes the referrers API away, or gives it back. */
    public void setReferrersApi(boolean offered) {
        referrersApi = offered;
    }

    /** Sets how many entries a page of a list has at most. */
    public void setPageSize(int entries) {
        pageSize = entries;
    }

    /** Sets the least size of a chunk that is not the last, in bytes. */
    public void setMinChunk(long bytes) {
        minChunk = bytes;
    }

    /** {@return all requests so far, in order} */
    public List<Request> requests() {
        return requests;
    }

    /** {@return method and path with query of all requests so far, in order} */
    public List<String> log() {
        return requests.stream()
                .map(request -> request.method() + " " + request.uri().getRawPath()
                        + (request.uri().getRawQuery() == null
                                ? ""
                                : "?" + request.uri().getRawQuery()))
                .toList();
    }

    /** {@return the repository of that name, made if there is none} */
    public MemoryRepository repository(String name) {
        return repositories.computeIfAbsent(name, path -> new MemoryRepository());
    }

    /** {@return a response without a body} */
    public static Response answer(int status, Map<String, String> headers) {
        return answer(status, headers, new byte[0]);
    }

    /** {@return a response with a body} */
    public static Response answer(int status, Map<String, String> headers, byte[] body) {
        return answer(status, headers, new ByteArrayInputStream(body));
    }

    /** {@return a response with a body that a test makes} */
    public static Response answer(int status, Map<String, String> headers, InputStream body) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return new Response(status, all, body);
    }

    /** {@return a failure in the specification's form} */
    public static Response error(int status, String code) {
        String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no\"}]}";
        return answer(status, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Response send(Request request) throws IOException {
        requests.add(request);
        for (Interceptor interceptor : interceptors) {
            Response answer = interceptor.intercept(request);
            if (answer != null) {
                return answer;
            }
        }
        return answerItself(request);
    }

    /** Answers without asking interceptors, for one that wants the registry to do what it is asked for. */
    public Response answerItself(Request request) throws IOException {
        byte[] body;
        try (InputStream in = request.body().open()) {
            body = in.readAllBytes();
        }
        if (body.length != request.body().length()) {
            throw new IOException("a body of " + body.length + " bytes was announced as "
                    + request.body().length());
        }
        lock.lock();
        try {
            return answer(request, body);
        } finally {
            lock.unlock();
        }
    }

    private Response answer(Request request, byte[] body) {
        Matcher path = PATH.matcher(request.uri().getPath());
        if (!path.matches()) {
            return error(404, "UNSUPPORTED");
        }
        Map<String, List<String>> query = query(request);
        if (path.group(1) != null) {
            return list(request, "repositories", repositories.keySet(), query);
        }
        if (path.group(2) == null) {
            return answer(200, Map.of());
        }
        String name = path.group(2);
        boolean writes = request.method().equals("POST") || request.method().equals("PUT");
        if (!writes && !repositories.containsKey(name)) {
            return error(404, "NAME_UNKNOWN");
        }
        MemoryRepository repository = repository(name);
        String last = path.group(4);
        return switch (path.group(3)) {
            case "manifests" -> manifest(request, body, name, repository, last, query);
            case "blobs" -> blob(request, repository, last);
            case "tags" -> list(request, "tags", repository.tags.navigableKeySet(), query);
            case "referrers" -> referrers(repository, last, query);
            default -> new MemoryUploads(repositories, repository, name, minChunk).answer(request, body, last, query);
        };
    }

    static Map<String, List<String>> query(Request request) {
        Map<String, List<String>> out = new LinkedHashMap<>();
        String raw = request.uri().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            out.computeIfAbsent(name, any -> new ArrayList<>())
                    .add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return out;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static @Nullable String first(Map<String, List<String>> query, String name) {
        List<String> values = query.get(name);
        return values == null ? null : values.get(0);
    }

    static @Nullable Digest digest(@Nullable String text) {
        try {
            return text == null ? null : Digest.parse(text);
        } catch (MalformedDigestException e) {
            return null;
        }
    }

    private static String header(Request request, String name) {
        return request.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .flatMap(header -> header.getValue().stream())
                .findFirst()
                .orElse("");
    }

    private static boolean accepts(Request request, String mediaType) {
        List<String> types = request.headers().getOrDefault("Accept", List.of());
        return types.isEmpty()
                || types.stream().anyMatch(type -> type.equals("*/*") || type.contains(mediaType))
                || !mediaType.startsWith("application/vnd.oci.");
    }

    private Response manifest(
            Request request,
            byte[] body,
            String name,
            MemoryRepository repository,
            String reference,
            Map<String, List<String>> query) {
        Digest byDigest = digest(reference);
        Digest digest = byDigest != null ? byDigest : repository.tags.get(reference);
        if (request.method().equals("PUT")) {
            return put(request, body, name, repository, reference, query);
        }
        FetchedManifest stored = digest == null ? null : repository.manifests.get(digest);
        if (digest == null || stored == null) {
            return error(404, "MANIFEST_UNKNOWN");
        }
        if (request.method().equals("DELETE")) {
            if (byDigest == null) {
                repository.tags.remove(reference);
            } else {
                repository.manifests.remove(digest);
                repository.tags.values().removeIf(digest::equals);
            }
            return answer(202, Map.of());
        }
        if (!accepts(request, stored.mediaType())) {
            return error(404, "MANIFEST_UNKNOWN"); // as docker-registry 2.8 does
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", stored.mediaType());
        headers.put("Docker-Content-Digest", digest.toString());
        if (repository.keepsToConditions) {
            headers.put("ETag", "\"" + digest + "\"");
        }
        return content(request, stored.bytes(), headers);
    }

    private static Response put(
            Request request,
            byte[] body,
            String name,
            MemoryRepository repository,
            String reference,
            Map<String, List<String>> query) {
        Digest byDigest = digest(reference);
        String mediaType = header(request, "Content-Type");
        Manifest manifest;
        try {
            manifest = Manifest.parse(body, mediaType, DocumentLimits.defaults());
        } catch (MalformedDocumentException e) {
            return error(400, "MANIFEST_INVALID");
        }
        Digest digest = byDigest == null ? Digest.sha256Of(body) : Digest.of(byDigest.algorithm(), body);
        if (byDigest != null && !byDigest.equals(digest)) {
            return error(400, "DIGEST_INVALID");
        }
        if (manifest instanceof ImageManifest image) {
            boolean whole = repository.blobs.containsKey(image.config().digest())
                    && image.layers().stream()
                            .allMatch(layer -> !layer.urls().isEmpty() || repository.blobs.containsKey(layer.digest()));
            if (!whole) {
                return error(404, "MANIFEST_BLOB_UNKNOWN");
            }
        }
        if (!repository.allows(reference, header(request, "If-Match"), header(request, "If-None-Match"))) {
            return error(412, "MANIFEST_INVALID");
        }
        repository.manifests.put(digest, FetchedManifest.of(body, mediaType));
        if (byDigest == null) {
            repository.tags.put(reference, digest);
        }
        List<String> tags = query.getOrDefault("tag", List.of()).stream()
                .limit(repository.tagsAtATime)
                .toList();
        tags.forEach(tag -> repository.tags.put(tag, digest));
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Location", List.of("/v2/" + name + "/manifests/" + digest));
        headers.put("Docker-Content-Digest", List.of(digest.toString()));
        headers.put("OCI-Tag", tags);
        if (repository.saysSubject) {
            manifest.subject()
                    .ifPresent(subject ->
                            headers.put("OCI-Subject", List.of(subject.digest().toString())));
        }
        return new Response(201, headers, InputStream.nullInputStream());
    }

    private static Response blob(Request request, MemoryRepository repository, String last) {
        Digest digest = digest(last);
        if (digest == null) {
            return error(400, "DIGEST_INVALID");
        }
        byte[] content = repository.blobs.get(digest);
        if (content == null) {
            return error(404, "BLOB_UNKNOWN");
        }
        if (request.method().equals("DELETE")) {
            repository.blobs.remove(digest);
            return answer(202, Map.of());
        }
        return content(
                request,
                content,
                Map.of("Content-Type", "application/octet-stream", "Docker-Content-Digest", digest.toString()));
    }

    /** {@return content, or the part of it that the request asks for} */
    public static Response content(Request request, byte[] content, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        String wanted = header(request, "Range");
        Matcher range = RANGE.matcher(wanted);
        if (wanted.isEmpty() || !range.matches()) {
            all.put("Content-Length", String.valueOf(content.length));
            return answer(200, all, request.method().equals("HEAD") ? new byte[0] : content);
        }
        long start = Long.parseLong(range.group(1));
        if (start >= content.length) {
            all.put("Content-Range", "bytes */" + content.length);
            return answer(416, all);
        }
        long end = range.group(2).isEmpty() ? content.length : Long.parseLong(range.group(2)) + 1;
        byte[] part = Arrays.copyOfRange(content, (int) start, (int) Math.min(content.length, end));
        all.put("Content-Range", "bytes " + start + "-" + (start + part.length - 1) + "/" + content.length);
        all.put("Content-Length", String.valueOf(part.length));
        return answer(206, all, part);
    }

    private Response list(Request request, String member, Collection<String> all, Map<String, List<String>> query) {
        NavigableSet<String> entries = new java.util.TreeSet<>(all);
        String last = first(query, "last");
        String n = first(query, "n");
        int most = Math.min(pageSize, n == null ? Integer.MAX_VALUE : Integer.parseInt(n));
        List<String> rest = List.copyOf(last == null ? entries : entries.tailSet(last, false));
        List<String> page = rest.subList(0, Math.min(most, rest.size()));
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", "application/json"));
        if (page.size() < rest.size() && !page.isEmpty()) {
            String next = request.uri().getRawPath() + "?n=" + most + "&last=" + page.get(page.size() - 1);
            headers.put("Link", "<" + next + ">; rel=\"next\"");
        }
        String body = page.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
        String document = "{\"name\":\"any\",\"" + member + "\":" + (page.isEmpty() ? "[]" : body) + "}";
        return answer(200, headers, document.getBytes(StandardCharsets.UTF_8));
    }

    private Response referrers(MemoryRepository repository, String last, Map<String, List<String>> query) {
        Digest subject = digest(last);
        if (!referrersApi) {
            return error(404, "UNSUPPORTED");
        }
        if (subject == null) {
            return error(400, "DIGEST_INVALID");
        }
        String wanted = first(query, "artifactType");
        List<String> entries = new ArrayList<>();
        repository.manifests.forEach((digest, stored) -> {
            Manifest manifest = MemoryRepository.parse(stored);
            String type = MemoryRepository.artifactType(manifest);
            boolean about = manifest.subject()
                    .map(Descriptor::digest)
                    .filter(subject::equals)
                    .isPresent();
            if (about && (wanted == null || wanted.equals(type))) {
                entries.add("{\"mediaType\":\"" + stored.mediaType() + "\",\"digest\":\"" + digest + "\",\"size\":"
                        + stored.bytes().length + ",\"artifactType\":\"" + type + "\"}");
            }
        });
        String after = first(query, "after");
        int from = after == null ? 0 : Integer.parseInt(after);
        int to = (int) Math.min(entries.size(), (long) from + pageSize);
        Map<String, String> headers =
                new LinkedHashMap<>(Map.of("Content-Type", "application/vnd.oci.image.index.v1+json"));
        if (wanted != null) {
            headers.put("OCI-Filters-Applied", "artifactType");
        }
        if (to < entries.size()) {
            String filter = wanted == null ? "" : "&artifactType=" + wanted.replace("+", "%2B");
            headers.put("Link", "<./" + last + "?after=" + to + filter + ">; rel=\"next\"");
        }
        String document =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + String.join(",", entries.subList(from, to)) + "]}";
        return answer(200, headers, document.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the only repository of that name, which must be there} */
    public MemoryRepository existing(String name) {
        return Objects.requireNonNull(repositories.get(name), name);
    }
}
