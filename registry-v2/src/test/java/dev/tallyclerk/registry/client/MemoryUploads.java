package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a {@link MemoryRegistry} takes blobs. */
final class MemoryUploads {
    private static final Pattern CONTENT_RANGE = Pattern.compile("([0-9]+)-([0-9]+)");

    private final Map<String, MemoryRepository> all;
    private final MemoryRepository repository;
    private final String name;
    private final long minChunk;

    MemoryUploads(Map<String, MemoryRepository> all, MemoryRepository repository, String name, long minChunk) {
        this.all = all;
        this.repository = repository;
        this.name = name;
        this.minChunk = minChunk;
    }

    Response answer(Request request, byte[] body, String id, Map<String, List<String>> query) {
        if (request.method().equals("POST")) {
            return begin(body, query);
        }
        ByteArrayOutputStream upload = repository.uploads.get(id);
        if (upload == null) {
            return MemoryRegistry.error(404, "BLOB_UPLOAD_UNKNOWN");
        }
        return switch (request.method()) {
            case "PATCH" -> append(request, body, upload) ? state(202, id, upload) : state(416, id, upload);
            case "PUT" -> {
                if (body.length > 0 && !append(request, body, upload)) {
                    yield state(416, id, upload);
                }
                repository.uploads.remove(id);
                yield store(upload.toByteArray(), query);
            }
            case "DELETE" -> {
                repository.uploads.remove(id);
                yield MemoryRegistry.answer(204, Map.of());
            }
            default -> state(204, id, upload);
        };
    }

    private Response begin(byte[] body, Map<String, List<String>> query) {
        Digest mount = MemoryRegistry.digest(MemoryRegistry.first(query, "mount"));
        if (mount != null) {
            MemoryRepository from = all.get(String.valueOf(MemoryRegistry.first(query, "from")));
            byte[] content = from == null ? null : from.blobs.get(mount);
            if (content != null) {
                repository.blobs.put(mount, content);
                return stored(mount);
            }
        } else if (query.containsKey("digest")) {
            return store(body, query);
        }
        String id = UUID.randomUUID().toString();
        ByteArrayOutputStream upload = new ByteArrayOutputStream();
        repository.uploads.put(id, upload);
        return state(202, id, upload);
    }

    private static boolean append(Request request, byte[] body, ByteArrayOutputStream upload) {
        List<String> ranges = request.headers().getOrDefault("Content-Range", List.of());
        if (!ranges.isEmpty()) {
            Matcher range = CONTENT_RANGE.matcher(ranges.get(0));
            boolean fits = range.matches()
                    && Long.parseLong(range.group(1)) == upload.size()
                    && Long.parseLong(range.group(2)) == upload.size() + body.length - 1L;
            if (!fits) {
                return false;
            }
        }
        upload.writeBytes(body);
        return true;
    }

    private Response state(int status, String id, ByteArrayOutputStream upload) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Location", "/v2/" + name + "/blobs/uploads/" + id + "?_state=" + upload.size());
        headers.put("Range", "0-" + Math.max(0, upload.size() - 1));
        if (minChunk > 0) {
            headers.put("OCI-Chunk-Min-Length", String.valueOf(minChunk));
        }
        return MemoryRegistry.answer(status, headers);
    }

    private Response store(byte[] content, Map<String, List<String>> query) {
        Digest digest = MemoryRegistry.digest(MemoryRegistry.first(query, "digest"));
        if (digest == null || !Digest.of(digest.algorithm(), content).equals(digest)) {
            return MemoryRegistry.error(400, "DIGEST_INVALID");
        }
        repository.blobs.put(digest, content);
        return stored(digest);
    }

    private Response stored(Digest digest) {
        return MemoryRegistry.answer(
                201,
                Map.of("Location", "/v2/" + name + "/blobs/" + digest, "Docker-Content-Digest", digest.toString()));
    }
}
