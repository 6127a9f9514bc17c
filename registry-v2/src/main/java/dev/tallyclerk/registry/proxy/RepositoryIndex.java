package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.BufferedReader;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream has given under one name: the manifests, and what they lead to.
 *
 * <p>Kept in a file to which each change adds lines; a line that a crash has cut off, or that is no such line, is as if
 * it were not there, and the upstream is asked again. Safe for use by several threads.
 */
final class RepositoryIndex {
    /** So many lines more than what they say make it worth to write the file anew. */
    private static final long SLACK = 1000;

    /** A tag, as the upstream last resolved it. */
    record Tag(Digest digest, Instant asked) {}

    /** A manifest that the upstream has given. */
    record Known(String mediaType, long size) {}

    private final @Nullable Path file;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Tag> tags = new LinkedHashMap<>();
    private final Map<Digest, Known> manifests = new LinkedHashMap<>();

    /** Who leads to a manifest. */
    private final Map<Digest, Set<Digest>> parents = new LinkedHashMap<>();

    /** Who leads to a blob, by the size that they promise. */
    private final Map<Digest, Map<Long, Set<Digest>>> blobs = new LinkedHashMap<>();

    /** The blobs that the upstream has shown to have here. */
    private final Set<Digest> given = new LinkedHashSet<>();

    /** How many lines may be added before the file is written anew; may be negative. */
    private long room = SLACK;

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
        int lines = index.load(file);
        index.room = index.lines().size() + SLACK - lines;
        return index;
    }

    /** Writes the file anew, with nothing twice. */
    private void rewrite(Path old) throws IOException {
        List<String> said = lines();
        Path fresh = Files.createTempFile(old.getParent(), "index", ".new");
        try {
            Files.write(fresh, said, StandardCharsets.UTF_8);
            Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        room = SLACK;
    }

    private int load(Path from) throws IOException {
        int lines = 0;
        try (BufferedReader in = Files.newBufferedReader(from, StandardCharsets.ISO_8859_1)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines += line.isEmpty() ? 0 : 1;
                try {
                    take(line.split(" ", -1));
                } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
                    // Cut off, or not written by this.
                }
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
                    manifests.put(Digest.parse(words[1]), new Known(words[3], size(words[2])));
                }
            }
            case "child" -> addParent(Digest.parse(words[1]), Digest.parse(words[2]));
            case "blob" -> addBlob(Digest.parse(words[1]), size(words[2]), Digest.parse(words[3]));
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

    private void addParent(Digest child, Digest parent) {
        parents.computeIfAbsent(child, any -> new LinkedHashSet<>()).add(parent);
    }

    private boolean addBlob(Digest blob, long size, Digest parent) {
        return blobs.computeIfAbsent(blob, any -> new LinkedHashMap<>())
                .computeIfAbsent(size, any -> new LinkedHashSet<>())
                .add(parent);
    }

    private List<String> lines() {
        List<String> all = new ArrayList<>();
        manifests.forEach((digest, known) -> all.add(line(digest, known)));
        parents.forEach((child, of) -> of.forEach(parent -> all.add("child " + child + " " + parent + " .")));
        blobs.forEach((blob, sizes) -> sizes.forEach(
                (size, of) -> of.forEach(parent -> all.add("blob " + blob + " " + size + " " + parent + " ."))));
        given.forEach(blob -> all.add("given " + blob + " ."));
        tags.forEach((name, tag) -> all.add(line(name, tag)));
        return all;
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
            if (known.equals(manifests.put(digest, known))) {
                return;
            }
            List<String> more = new ArrayList<>();
            if (manifest instanceof ImageIndex index) {
                for (Descriptor child : index.manifests()) {
                    addParent(child.digest(), digest);
                    more.add("child " + child.digest() + " " + digest + " .");
                }
            } else if (manifest instanceof ImageManifest image) {
                List<Descriptor> all = new ArrayList<>(image.layers());
                all.add(image.config());
                for (Descriptor blob : all) {
                    if (addBlob(blob.digest(), blob.size(), digest)) {
                        more.add("blob " + blob.digest() + " " + blob.size() + " " + digest + " .");
                    }
                }
            }
            more.add(line(digest, known)); // last, so that it is there only if all that it leads to is
            append(more);
        } finally {
            lock.unlock();
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
            return Optional.ofNullable(manifests.get(digest));
        } finally {
            lock.unlock();
        }
    }

    /** {@return the manifests and indexes that lead to a manifest} */
    List<Digest> parents(Digest manifest) {
        lock.lock();
        try {
            return List.copyOf(parents.getOrDefault(manifest, Set.of()));
        } finally {
            lock.unlock();
        }
    }

    /** {@return the size of a blob: that one, if a manifest promises it, or else the last one promised} */
    OptionalLong size(Digest blob, OptionalLong stored) {
        lock.lock();
        try {
            Map<Long, Set<Digest>> sizes = blobs.getOrDefault(blob, Map.of());
            if (stored.isPresent() && sizes.containsKey(stored.getAsLong())) {
                return stored;
            }
            return sizes.keySet().stream().mapToLong(size -> size).reduce((first, second) -> second);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the manifests that lead to a blob} */
    List<Digest> owners(Digest blob) {
        lock.lock();
        try {
            Set<Digest> all = new LinkedHashSet<>();
            blobs.getOrDefault(blob, Map.of()).values().forEach(all::addAll);
            return List.copyOf(all);
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
