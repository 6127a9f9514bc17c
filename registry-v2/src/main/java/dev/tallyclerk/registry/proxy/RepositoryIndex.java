package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream has given under one name: the manifests, and what they lead to.
 *
 * <p>Kept in a file to which each change adds lines; a line that a crash has cut off, or that is no such line, is as if
 * it were not there, and the upstream is asked again. Only so much is known: what was not used for the longest time is
 * forgotten first, a manifest with all that it alone leads to, and the upstream is asked again for it too. Safe for use
 * by several threads.
 */
final class RepositoryIndex {
    /** So many lines more than what they say twice over make it worth to write the file anew. */
    private static final long SLACK = 1000;

    /** How many manifests and what they lead to are known, unless one manifest alone leads to more. */
    static final int MOST_EDGES = 20_000;

    private static final int MOST_TAGS = 10_000;
    private static final int MOST_GIVEN = 50_000;

    /** The size of what is a manifest, whose size does not matter. */
    private static final long NO_SIZE = -1;

    /** A tag, as the upstream last resolved it. */
    record Tag(Digest digest, Instant asked) {}

    /** A manifest that the upstream has given. */
    record Known(String mediaType, long size) {}

    /** That a manifest leads to another, or to a blob of that size. */
    private record Edge(Digest owner, Digest target, long size) {
        boolean isToBlob() {
            return size != NO_SIZE;
        }
    }

    /** A manifest: known once all its edges are. */
    private static final class Node {
        private @Nullable Known known;
        private final Set<Edge> edges = new LinkedHashSet<>();
    }

    private final @Nullable Path file;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Tag> tags = byUse();
    private final Map<Digest, Node> manifests = byUse();

    /** Who leads to a manifest or blob. */
    private final Map<Digest, List<Edge>> edges = new HashMap<>();

    /** The blobs that the upstream has shown to have here. */
    private final Set<Digest> given = Collections.newSetFromMap(byUse());

    private int edgeCount;

    /** How many lines may be added before the file is written anew; may be negative. */
    private long room = SLACK;

    /** Of all that share it; the part that is this one's is in {@link #counted}. */
    private @Nullable AtomicLong total;

    private long counted;

    private RepositoryIndex(@Nullable Path file) {
        this.file = file;
    }

    /** {@return an index that is kept in memory only} */
    static RepositoryIndex inMemory() {
        return new RepositoryIndex(null);
    }

    /** {@return the index in that file, which need not exist} */
    static RepositoryIndex in(Path file) throws IOException {
        RepositoryIndex index = new RepositoryIndex(file);
        long lines = index.load(file);
        index.room = 2 * index.size() + SLACK - lines;
        return index;
    }

    private static <K, V> Map<K, V> byUse() {
        return new LinkedHashMap<>(16, 0.75f, true);
    }

    /** Adds what is known here to a number that others add to as well, until {@link #uncount}. */
    void count(AtomicLong sum) {
        lock.lock();
        try {
            total = sum;
            recount();
        } finally {
            lock.unlock();
        }
    }

    /** Takes it off again. */
    void uncount() {
        lock.lock();
        try {
            if (total != null) {
                total.addAndGet(-counted);
                total = null;
                counted = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    private void recount() {
        if (total != null) {
            long now = size();
            total.addAndGet(now - counted);
            counted = now;
        }
    }

    /** {@return how many lines say what is known} */
    private long size() {
        return (long) edgeCount + manifests.size() + given.size() + tags.size();
    }

    /** Writes the file anew, with nothing twice. */
    private void rewrite(Path old) throws IOException {
        Path fresh = Files.createTempFile(old.getParent(), "index", ".new");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(fresh, StandardCharsets.UTF_8)) {
                // What was not used for the longest time first, so that it is forgotten first after a restart too.
                for (Map.Entry<Digest, Node> manifest : manifests.entrySet()) {
                    for (Edge edge : manifest.getValue().edges) {
                        out.write(line(edge) + "\n");
                    }
                    Known known = manifest.getValue().known;
                    if (known != null) {
                        out.write(line(manifest.getKey(), known) + "\n");
                    }
                }
                for (Digest blob : given) {
                    out.write("given " + blob + " .\n");
                }
                for (Map.Entry<String, Tag> tag : tags.entrySet()) {
                    out.write(line(tag.getKey(), tag.getValue()) + "\n");
                }
            }
            Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        room = size() + SLACK;
    }

    private long load(Path from) throws IOException {
        long lines = 0;
        try (BufferedReader in = Files.newBufferedReader(from, StandardCharsets.ISO_8859_1)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines += line.isEmpty() ? 0 : 1;
                try {
                    take(line.split(" ", -1));
                } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
                    // Cut off, or not written by this.
                }
                forget();
            }
        } catch (NoSuchFileException e) {
            // Nothing yet.
        }
        return lines;
    }

    private void take(String[] words) {
        if (!words[words.length - 1].equals(".")) {
            return; // cut off
        }
        switch (words[0]) {
            case "tag" -> {
                ReferenceParts.requireTag(words[1]);
                tags.put(words[1], new Tag(Digest.parse(words[2]), Instant.ofEpochMilli(Long.parseLong(words[3]))));
            }
            case "untag" -> tags.remove(words[1]);
            case "manifest" -> {
                if (MediaType.isValid(words[3])) {
                    node(Digest.parse(words[1])).known = new Known(words[3], size(words[2]));
                }
            }
            case "child" -> add(new Edge(Digest.parse(words[2]), Digest.parse(words[1]), NO_SIZE));
            case "blob" -> add(new Edge(Digest.parse(words[3]), Digest.parse(words[1]), size(words[2])));
            case "given" -> given.add(Digest.parse(words[1]));
            default -> {}
        }
    }

    private static long size(String text) {
        long size = Long.parseLong(text);
        if (size < 0) {
            throw new IllegalArgumentException("a size is negative: " + size);
        }
        return size;
    }

    private Node node(Digest manifest) {
        return manifests.computeIfAbsent(manifest, any -> new Node());
    }

    private boolean add(Edge edge) {
        if (!node(edge.owner()).edges.add(edge)) {
            return false;
        }
        edges.computeIfAbsent(edge.target(), any -> new ArrayList<>(1)).add(edge);
        edgeCount++;
        return true;
    }

    /** Keeps the bounds. */
    private void forget() {
        while (edgeCount + manifests.size() > MOST_EDGES && manifests.size() > 1) {
            Iterator<Node> eldest = manifests.values().iterator();
            Node gone = eldest.next();
            eldest.remove();
            gone.edges.forEach(this::remove);
        }
        trim(tags.keySet(), MOST_TAGS);
        trim(given, MOST_GIVEN);
    }

    private void remove(Edge edge) {
        List<Edge> others = edges.getOrDefault(edge.target(), List.of());
        others.remove(edge);
        edgeCount--;
        if (others.isEmpty()) {
            edges.remove(edge.target());
            given.remove(edge.target());
        }
    }

    private static void trim(Set<?> elements, int most) {
        Iterator<?> eldest = elements.iterator();
        while (elements.size() > most) {
            eldest.next();
            eldest.remove();
        }
    }

    private static String line(Edge edge) {
        return edge.isToBlob()
                ? "blob " + edge.target() + " " + edge.size() + " " + edge.owner() + " ."
                : "child " + edge.target() + " " + edge.owner() + " .";
    }

    private static String line(Digest digest, Known known) {
        return "manifest " + digest + " " + known.size() + " " + known.mediaType() + " .";
    }

    private static String line(String name, Tag tag) {
        return "tag " + name + " " + tag.digest() + " " + tag.asked().toEpochMilli() + " .";
    }

    /** Takes note of a verified manifest that the upstream has given under that digest. */
    void add(Digest digest, Manifest manifest) throws IOException {
        lock.lock();
        try {
            Known known = new Known(manifest.mediaType(), manifest.size());
            Node node = node(digest);
            if (known.equals(node.known)) {
                return;
            }
            node.known = known;
            List<String> more = new ArrayList<>();
            if (manifest instanceof ImageIndex index) {
                for (Descriptor child : index.manifests()) {
                    lead(new Edge(digest, child.digest(), NO_SIZE), more);
                }
            } else if (manifest instanceof ImageManifest image) {
                for (Descriptor layer : image.layers()) {
                    lead(new Edge(digest, layer.digest(), layer.size()), more);
                }
                lead(new Edge(digest, image.config().digest(), image.config().size()), more);
            }
            more.add(line(digest, known)); // last, so that it is there only if all that it leads to is
            append(more);
        } finally {
            lock.unlock();
        }
    }

    private void lead(Edge edge, List<String> more) {
        if (add(edge)) {
            more.add(line(edge));
        }
    }

    void tag(String name, Tag tag) throws IOException {
        lock.lock();
        try {
            tags.put(name, tag);
            append(List.of(line(name, tag)));
        } finally {
            lock.unlock();
        }
    }

    void untag(String name) throws IOException {
        lock.lock();
        try {
            if (tags.remove(name) != null) {
                append(List.of("untag " + name + " ."));
            }
        } finally {
            lock.unlock();
        }
    }

    void give(Digest blob) throws IOException {
        lock.lock();
        try {
            if (given.add(blob)) {
                append(List.of("given " + blob + " ."));
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(List<String> lines) throws IOException {
        forget();
        recount();
        if (file != null) {
            // One write, which begins with a line break where a crash has cut a line off.
            String text = "\n" + String.join("\n", lines) + "\n";
            Files.write(
                    file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            room -= lines.size();
            if (room < 0) {
                rewrite(file);
            }
        }
    }

    Optional<Tag> tag(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(tags.get(name));
        } finally {
            lock.unlock();
        }
    }

    Optional<Known> manifest(Digest digest) {
        lock.lock();
        try {
            Node node = manifests.get(digest);
            return node == null ? Optional.empty() : Optional.ofNullable(node.known);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the tags that the upstream has last resolved to a manifest} */
    List<String> tagsOf(Digest manifest) {
        lock.lock();
        try {
            return tags.entrySet().stream()
                    .filter(tag -> tag.getValue().digest().equals(manifest))
                    .map(Map.Entry::getKey)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** {@return the manifests and indexes that lead to a manifest} */
    List<Digest> parents(Digest manifest) {
        lock.lock();
        try {
            return edges.getOrDefault(manifest, List.of()).stream()
                    .filter(edge -> !edge.isToBlob())
                    .map(Edge::owner)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** {@return the sizes of a blob that manifests promise, or only that one if it is among them} */
    List<Long> sizes(Digest blob, OptionalLong stored) {
        lock.lock();
        try {
            List<Long> promised = edges.getOrDefault(blob, List.of()).stream()
                    .filter(Edge::isToBlob)
                    .map(Edge::size)
                    .distinct()
                    .toList();
            return stored.isPresent() && promised.contains(stored.getAsLong()) ? List.of(stored.getAsLong()) : promised;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the manifests that lead to a blob} */
    List<Digest> owners(Digest blob) {
        lock.lock();
        try {
            return edges.getOrDefault(blob, List.of()).stream()
                    .filter(Edge::isToBlob)
                    .map(Edge::owner)
                    .distinct()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    boolean isGiven(Digest blob) {
        lock.lock();
        try {
            return given.contains(blob);
        } finally {
            lock.unlock();
        }
    }
}
