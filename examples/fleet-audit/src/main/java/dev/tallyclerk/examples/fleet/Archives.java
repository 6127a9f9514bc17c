package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.LayoutLimits;
import dev.tallyclerk.registry.layout.OciLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Archives that stay open for a while, because a compressed one is decompressed when it is opened. Safe for use by
 * several threads.
 */
final class Archives implements Closeable {
    private static final int MOST_UNUSED = 4;
    private static final String OCI = "oci-archive:";
    private static final String DOCKER = "docker-archive:";

    private final Path temporary;
    private final Map<String, Archive> open = new LinkedHashMap<>(MOST_UNUSED, 0.75f, true);

    /** One archive. */
    private final class Archive implements Closeable {
        private final String origin;
        private final Lock opening = new ReentrantLock();
        private @Nullable OciLayout layout;
        private @Nullable DockerArchive docker;
        private int users;

        Archive(String origin) {
            this.origin = origin;
        }

        /** {@return an image, for example of {@code :@0}} */
        ImageSource image(String rest) throws IOException {
            opening.lock();
            try {
                if (origin.startsWith(OCI)) {
                    layout = layout == null ? openLayout(path(OCI)) : layout;
                    return Registries.image(layout, rest);
                }
                docker = docker == null ? openDocker(path(DOCKER)) : docker;
                return image(docker, rest.substring(1));
            } finally {
                opening.unlock();
            }
        }

        /** {@return the image of a place, an ID or a name} */
        private static ImageSource image(DockerArchive archive, String named) throws IOException {
            if (named.startsWith("@")) {
                return archive.requireImage(Integer.parseInt(named.substring(1)));
            }
            if (named.matches("(sha256:)?[0-9a-f]{64}")) {
                return archive.requireImage(Digest.parse(named.startsWith("sha256:") ? named : "sha256:" + named));
            }
            return archive.requireImage(Reference.parseNormalized(named).withDefaultTag());
        }

        private Path path(String scheme) {
            return Path.of(origin.substring(scheme.length()));
        }

        @Override
        public void close() throws IOException {
            if (layout != null) {
                layout.close();
            }
            if (docker != null) {
                docker.close();
            }
        }
    }

    /**
     * Keeps archives.
     *
     * @param temporary the folder for what is decompressed
     */
    Archives(Path temporary) {
        this.temporary = temporary;
    }

    OciLayout openLayout(Path file) throws IOException {
        return OciLayout.openArchive(file, LayoutLimits.defaults(), temporary);
    }

    DockerArchive openDocker(Path file) throws IOException {
        return DockerArchive.open(file, LayoutLimits.defaults(), temporary);
    }

    /** {@return an image in an archive; closing it leaves the archive open for others} */
    Registries.Opened image(String origin, String rest) throws IOException {
        List<Archive> unused = new ArrayList<>();
        Archive archive;
        synchronized (open) {
            archive = open.computeIfAbsent(origin, Archive::new);
            archive.users++;
            Iterator<Archive> all = open.values().iterator();
            for (int more = open.size() - MOST_UNUSED; more > 0 && all.hasNext(); more--) {
                Archive eldest = all.next();
                if (eldest.users == 0) {
                    all.remove();
                    unused.add(eldest);
                }
            }
        }
        try {
            for (Archive each : unused) {
                each.close();
            }
            return new Registries.Opened(archive.image(rest), () -> release(archive));
        } catch (IOException | RuntimeException | Error e) {
            release(archive);
            throw e;
        }
    }

    private void release(Archive archive) {
        synchronized (open) {
            archive.users--;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (open) {
            for (Archive archive : open.values()) {
                archive.close();
            }
            open.clear();
        }
    }
}
