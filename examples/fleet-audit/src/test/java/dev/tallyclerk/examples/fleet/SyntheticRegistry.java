package dev.tallyclerk.examples.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A registry of made-up images, ten to a repository, each with one of a few bases and some of the other layers. Makes
 * what it serves when it is asked, so that it may be large. Also a program, for the runs in the results.
 */
public final class SyntheticRegistry implements Closeable {
    private static final int TAGS = 10;
    private static final int BASES = 10;
    private static final int LAYERS_EACH = 5;
    private static final int BLOCK = 512;
    private static final String TYPE = "application/vnd.oci.image.";

    static {
        // It writes heads and bodies apart, and would wait for the client's acknowledgement in between.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final int images;
    private final int layerBytes;
    private final List<Digest> layers = new ArrayList<>();
    private final Map<Digest, Integer> layerNumbers = new HashMap<>();
    private final Map<Integer, Long> sizes = new HashMap<>();
    private final Map<Digest, Integer> manifests = new HashMap<>();
    private final Map<Digest, Integer> configs = new HashMap<>();
    private final Set<Integer> wrong = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> refused = new ConcurrentHashMap<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet();
    private final Set<Integer> failing = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> moved = new ConcurrentHashMap<>();
    private final Map<String, byte[]> more = new ConcurrentHashMap<>();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger manifestRequests = new AtomicInteger();
    private final AtomicInteger layerRequests = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "registry");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean areListsBroken;
    private volatile boolean areReferrersRefused;
    private volatile IntConsumer beforeManifest = count -> {};
    private volatile IntConsumer beforeLayer = count -> {};

    private SyntheticRegistry(int images, int layers, int layerBytes, int port) throws IOException {
        this.images = images;
        this.layerBytes = layerBytes;
        for (int i = 0; i < layers; i++) {
            byte[] content = layer(i);
            Digest digest = Digest.sha256Of(content);
            this.layers.add(digest);
            layerNumbers.put(digest, i);
            sizes.put(i, (long) content.length);
        }
        for (int i = 0; i < images; i++) {
            manifests.put(Digest.sha256Of(manifest(i)), i);
            configs.put(Digest.sha256Of(config(i)), i);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Starts one on a free port. */
    static SyntheticRegistry start(int images, int layers, int layerBytes) throws IOException {
        return new SyntheticRegistry(images, layers, layerBytes, 0);
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@return the location of an image} */
    String name(int image) {
        return "docker://" + host() + "/" + repository(image / TAGS) + ":" + image % TAGS;
    }

    Digest layerDigest(int layer) {
        return layers.get(layer);
    }

    /** {@return the bytes of all layers, each once} */
    long distinctBytes() {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@return whether an image has a layer} */
    boolean has(int image, int layer) {
        return layersOf(image).contains(layer);
    }

    /** Answers with other bytes for a layer. */
    void tamper(int layer) {
        wrong.add(layer);
    }

    /** Answers with the right bytes again. */
    void mend(int layer) {
        wrong.remove(layer);
    }

    /** Answers requests for a layer with an error. */
    void refuse(int layer, int status) {
        refused.put(layer, status);
    }

    /** Ends the connection in the middle of a layer. */
    void cut(int layer) {
        cut.add(layer);
    }

    /** Answers requests for the manifest of an image with an error, or no longer. */
    void fail(int image, boolean fails) {
        if (fails) {
            failing.add(image);
        } else {
            failing.remove(image);
        }
    }

    /** Lets the tag of an image stand for another image of the same repository. */
    void move(int image, int to) {
        moved.put(image, to);
    }

    /** Adds a tag beside that of an image, for any manifest. */
    void addTag(int image, String tag, String manifest) {
        byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
        more.put(repository(image / TAGS) + ":" + tag, bytes);
        more.put(Digest.sha256Of(bytes).toString(), bytes);
    }

    /** Answers requests for the second page of each list with an error. */
    void breakLists() {
        areListsBroken = true;
    }

    /** Answers requests for what refers to an image with an error, or no longer. */
    void refuseReferrers(boolean refuses) {
        areReferrersRefused = refuses;
    }

    /** Answers that a repository does not have a layer. */
    void remove(int repository, int layer) {
        removed.add(repository + " " + layer);
    }

    /** Calls {@code action} with the number of requests for manifests so far, before each is answered. */
    void beforeManifest(IntConsumer action) {
        beforeManifest = action;
    }

    int manifestRequests() {
        return manifestRequests.get();
    }

    /** {@return the manifest of an image} */
    String manifestOf(int image) {
        return new String(manifest(image), StandardCharsets.UTF_8);
    }

    /** Calls {@code action} with the number of requests for layers so far, before each is answered. */
    void beforeLayer(IntConsumer action) {
        beforeLayer = action;
    }

    int layerRequests() {
        return layerRequests.get();
    }

    private static String repository(int number) {
        return String.format("team/app-%04d", number);
    }

    private List<Integer> layersOf(int image) {
        List<Integer> numbers = new ArrayList<>(List.of(image % BASES));
        for (int i = 0; i < LAYERS_EACH - 1; i++) {
            numbers.add(BASES + (image * (LAYERS_EACH - 1) + i) % (layers.size() - BASES));
        }
        return numbers;
    }

    /** {@return the archive of a layer; bases also have accounts and a program that everybody may change} */
    private byte[] layer(int number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (number < BASES) {
            file("etc/passwd", "root:x:0:0::/root:/bin/sh\n".getBytes(StandardCharsets.UTF_8), "0000644", out);
            file("etc/os-release", "ID=debian\nVERSION_ID=12\n".getBytes(StandardCharsets.UTF_8), "0000644", out);
            file("usr/bin/tool-" + number, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "0000777", out);
        }
        byte[] content = new byte[layerBytes];
        new Random(number).nextBytes(content);
        file("srv/data-" + number, content, "0000644", out);
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    static void file(String name, byte[] content, String mode, ByteArrayOutputStream out) {
        byte[] head = new byte[BLOCK];
        put(head, 0, name);
        put(head, 100, mode + "\0" + "0000000\0" + "0000000\0");
        put(head, 124, String.format("%011o\0", content.length) + "00000000000\0" + "        0");
        put(head, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, 148, String.format("%06o\0 ", sum));
        out.writeBytes(head);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    private byte[] config(int image) {
        StringBuilder config = new StringBuilder(
                        "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"N=")
                .append(image)
                .append("\"]")
                .append(image % 2 == 0 ? ",\"User\":\"1000\"" : "")
                .append("},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[");
        List<Integer> numbers = layersOf(image);
        for (int i = 0; i < numbers.size(); i++) {
            config.append(i == 0 ? "\"" : ",\"")
                    .append(layers.get(numbers.get(i)))
                    .append('"');
        }
        config.append("]},\"history\":[");
        for (int i = 0; i < numbers.size(); i++) {
            config.append(i == 0 ? "" : ",")
                    .append("{\"created\":\"20")
                    .append(10 + image % BASES)
                    .append("-01-01T00:00:00Z\",\"created_by\":\"COPY\"}");
        }
        return config.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] manifest(int image) {
        byte[] config = config(image);
        StringBuilder manifest = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + TYPE
                + "manifest.v1+json\",\"config\":"
                + descriptor("config.v1+json", Digest.sha256Of(config), config.length) + ",\"layers\":[");
        for (int number : layersOf(image)) {
            manifest.append(descriptor("layer.v1.tar", layers.get(number), Objects.requireNonNull(sizes.get(number))))
                    .append(',');
        }
        manifest.setLength(manifest.length() - 1);
        return manifest.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String type, Digest digest, long size) {
        return "{\"mediaType\":\"" + TYPE + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String[] parts = path.split("/", -1);
            int kind = parts.length - 2;
            if (path.equals("/v2/")) {
                send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else if (path.equals("/v2/_catalog")) {
                list(exchange, "repositories", repositories());
            } else if (path.endsWith("/tags/list")) {
                list(exchange, "tags", tags(number(parts[3])));
            } else if (parts[kind].equals("manifests")) {
                manifest(exchange, number(parts[3]), parts[parts.length - 1]);
            } else if (parts[kind].equals("blobs")) {
                blob(exchange, number(parts[3]), Digest.parse(parts[parts.length - 1]));
            } else if (parts[kind].equals("referrers")) {
                referrers(exchange, Digest.parse(parts[parts.length - 1]));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static int number(String repository) {
        return Integer.parseInt(repository.substring("app-".length()));
    }

    private List<String> repositories() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i * TAGS < images; i++) {
            all.add(repository(i));
        }
        return all;
    }

    private List<String> tags(int repository) {
        List<String> all = new ArrayList<>();
        for (int tag = 0; tag < TAGS && repository * TAGS + tag < images; tag++) {
            all.add(Integer.toString(tag));
        }
        String others = repository(repository) + ":";
        more.keySet().stream()
                .filter(key -> key.startsWith(others))
                .map(key -> key.substring(others.length()))
                .sorted()
                .forEach(all::add);
        return all;
    }

    private void list(HttpExchange exchange, String name, List<String> all) throws IOException {
        Map<String, String> query = new HashMap<>();
        for (String pair : String.valueOf(exchange.getRequestURI().getQuery()).split("&", -1)) {
            query.put(pair.split("=", 2)[0], pair.substring(pair.indexOf('=') + 1));
        }
        int from = query.containsKey("last") ? all.indexOf(query.get("last")) + 1 : 0;
        if (from > 0 && areListsBroken) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        int most = areListsBroken ? 1 : Integer.MAX_VALUE;
        int to = Math.min(all.size(), from + Math.min(most, Integer.parseInt(query.getOrDefault("n", "100"))));
        List<String> page = all.subList(from, to);
        if (to < all.size()) {
            exchange.getResponseHeaders()
                    .set(
                            "Link",
                            "<" + exchange.getRequestURI().getPath() + "?n=" + (to - from) + "&last="
                                    + page.get(page.size() - 1) + ">; rel=\"next\"");
        }
        send(
                exchange,
                "application/json",
                ("{\"" + name + "\":[" + (page.isEmpty() ? "" : "\"" + String.join("\",\"", page) + "\"") + "]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void manifest(HttpExchange exchange, int repository, String reference) throws IOException {
        beforeManifest.accept(manifestRequests.incrementAndGet());
        byte[] other = more.get(reference.startsWith("sha256:") ? reference : repository(repository) + ":" + reference);
        if (other != null) {
            send(exchange, TYPE + "manifest.v1+json", other);
            return;
        }
        Integer image = reference.startsWith("sha256:")
                ? manifests.get(Digest.parse(reference))
                : tags(repository).contains(reference) ? repository * TAGS + Integer.parseInt(reference) : null;
        if (image == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (failing.contains(image)) {
            exchange.sendResponseHeaders(403, -1);
        } else {
            int found = reference.startsWith("sha256:") ? image : moved.getOrDefault(image, image);
            send(exchange, TYPE + "manifest.v1+json", manifest(found));
        }
    }

    private void blob(HttpExchange exchange, int repository, Digest digest) throws IOException {
        Integer layer = layerNumbers.get(digest);
        if (layer != null) {
            beforeLayer.accept(layerRequests.incrementAndGet());
            if (removed.contains(repository + " " + layer)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            Integer status = refused.get(layer);
            if (status != null) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            byte[] content = layer(layer);
            if (wrong.contains(layer)) {
                content[content.length - 2 * BLOCK - 1]++;
            }
            if (cut.contains(layer)) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, BLOCK);
                return;
            }
            send(exchange, "application/octet-stream", content);
            return;
        }
        Integer image = configs.get(digest);
        if (image == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            send(exchange, "application/octet-stream", config(image));
        }
    }

    private void referrers(HttpExchange exchange, Digest digest) throws IOException {
        if (areReferrersRefused) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        Integer image = manifests.get(digest);
        String signature = image == null || image % 3 != 0
                ? ""
                : descriptor("manifest.v1+json", digest, 1)
                        .replaceFirst("}$", ",\"artifactType\":\"application/vnd.cncf.notary.signature\"}");
        send(
                exchange,
                TYPE + "index.v1+json",
                ("{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "index.v1+json\",\"manifests\":[" + signature + "]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
        }
        exchange.sendResponseHeaders(200, isHead ? -1 : content.length);
        if (!isHead) {
            exchange.getResponseBody().write(content);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * Serves until it is killed.
     *
     * @param args the number of images, that of layers, the bytes of each, and the port
     * @throws IOException if the port is taken
     */
    public static void main(String[] args) throws IOException {
        SyntheticRegistry registry = new SyntheticRegistry(
                Integer.parseInt(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]));
        System.out.println(registry.host() + " has " + registry.distinctBytes() + " bytes of distinct layers");
    }
}
