package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.Pages;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.location.LocalName;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Lists the images of registries, layouts, archives and folders of them. What cannot be listed becomes an image that
 * cannot be read, so that it is never taken for nothing.
 */
public final class FleetSources {
    private static final String DOCKER = "docker://";
    private static final String LAYOUT = "oci:";
    private static final String OCI_ARCHIVE = "oci-archive:";
    private static final String DOCKER_ARCHIVE = "docker-archive:";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final int PAGE = 500;
    private static final Pattern ARCHIVE = Pattern.compile(".+\\.(tar|tar\\.gz|tgz|tar\\.zst)");

    /** The tags under which signatures and the like of an image usually are. */
    private static final Pattern ATTACHED = Pattern.compile("(?:[^:]{1,400}:)?sha256-[0-9a-f]{64}(\\.(sig|att|sbom))?");

    private final Registries registries;
    private final Map<String, FleetImage> images = new TreeMap<>();
    private int places;
    private final Map<Path, Path> spellings = new HashMap<>();

    private FleetSources(Registries registries) {
        this.registries = registries;
    }

    /**
     * {@return the images of sources, sorted by name}
     *
     * @param sources {@code docker://HOST} for all repositories, {@code docker://HOST/REPOSITORY} for all tags,
     *     locations of images, and folders
     * @throws IllegalArgumentException if a source is not spelled right
     */
    public static List<FleetImage> list(List<String> sources, Registries registries) {
        FleetSources all = new FleetSources(registries);
        for (String source : sources) {
            try {
                all.add(source);
            } catch (IOException e) {
                all.addUnreadable(source, e);
            }
        }
        return List.copyOf(all.images.values());
    }

    private void addUnreadable(String name, IOException e) {
        images.put(name, FleetImage.unreadable(name, name, "cannot be listed: " + Messages.of(e)));
    }

    private void add(String name, String origin) {
        images.put(name, FleetImage.at(name, origin)); // a caller that names it wants to know
    }

    private void addListed(String name, String origin, boolean isMarked) {
        images.putIfAbsent(name, new FleetImage(name, origin, isMarked, ""));
    }

    private void add(String source) throws IOException {
        if (source.startsWith(DOCKER)) {
            String rest = source.substring(DOCKER.length());
            if (rest.indexOf('/') < 0) {
                addRegistry(rest);
                return;
            }
            Reference name = ImageLocation.repository(source);
            if (name.tag().isEmpty() && name.digest().isEmpty()) {
                addRepository(name);
            } else {
                add(DOCKER + name, DOCKER + name.domain());
            }
        } else if (source.startsWith(LAYOUT)) {
            addLocation(source, LAYOUT);
        } else if (source.startsWith(OCI_ARCHIVE)) {
            addLocation(source, OCI_ARCHIVE);
        } else if (source.startsWith(DOCKER_ARCHIVE)) {
            addLocation(source, DOCKER_ARCHIVE);
        } else if (Files.isDirectory(Path.of(source))) {
            addFolder(Path.of(source));
        } else if (Files.exists(Path.of(source))) {
            addArchive(Path.of(source));
        } else {
            throw new IllegalArgumentException(source + " is neither a folder nor a file, nor does it begin with "
                    + String.join(", ", DOCKER, LAYOUT, OCI_ARCHIVE) + " or " + DOCKER_ARCHIVE);
        }
    }

    private void addLocation(String source, String scheme) throws IOException {
        LocalName local = LocalName.parse(source.substring(scheme.length()));
        Path path = local.path();
        if (local.name().isPresent() || local.digest().isPresent()) {
            String origin = scheme + spelled(path);
            String name = local.name()
                    .map(named -> origin + ":" + named)
                    .orElseGet(() -> origin + "@" + local.digest().orElseThrow());
            ImageLocation.parse(name); // says what is wrong with it
            add(name, origin);
        } else if (scheme.equals(LAYOUT)) {
            addLayout(path);
        } else if (scheme.equals(OCI_ARCHIVE)) {
            addOciArchive(path);
        } else {
            addDockerArchive(path);
        }
    }

    /** {@return the first spelling of a path, so that nothing is audited under two} */
    private Path spelled(Path path) {
        try {
            Path first = spellings.putIfAbsent(path.toRealPath(), path);
            return first == null ? path : first;
        } catch (IOException e) {
            return path; // reading it says what is wrong
        }
    }

    private void addRegistry(String host) {
        // Docker takes a name without dot and port for one of its own repositories.
        if (!ImageLocation.repository(DOCKER + host + "/any/name").domain().equals(host)) {
            throw new IllegalArgumentException(
                    DOCKER + host + " names no registry: write " + DOCKER + host + ":443, or the port that it has");
        }
        boolean isEmpty = true;
        Pages<String> pages = registries.client().repositoryPages(host, PAGE);
        try {
            for (Optional<List<String>> page = pages.next(); page.isPresent(); page = pages.next()) {
                for (String repository : page.get()) {
                    addRepository(host, repository);
                    isEmpty = false;
                }
            }
            if (isEmpty) {
                throw new IOException(
                        "its catalog is empty, which some registries answer where reading is not allowed");
            }
        } catch (IOException e) {
            addUnreadable(DOCKER + host, e);
        }
    }

    private void addRepository(String host, String repository) {
        try {
            addRepository(ImageLocation.repository(DOCKER + host + "/" + repository));
        } catch (IllegalArgumentException e) {
            String name = DOCKER + host + "/" + repository;
            images.put(name, FleetImage.unreadable(name, DOCKER + host, "is no name of a repository"));
        }
    }

    private void addRepository(Reference repository) {
        boolean isEmpty = true;
        Pages<String> pages = registries.client().repository(repository).tagPages(PAGE);
        try {
            for (Optional<List<String>> page = pages.next(); page.isPresent(); page = pages.next()) {
                for (String tag : page.get()) {
                    addListed(
                            DOCKER + repository.withTag(tag),
                            DOCKER + repository.domain(),
                            ATTACHED.matcher(tag).matches());
                    isEmpty = false;
                }
            }
            if (isEmpty) {
                throw new IOException("it has no tags");
            }
        } catch (IOException | IllegalArgumentException e) {
            addUnreadable(DOCKER + repository, e instanceof IOException io ? io : new IOException(e));
        }
    }

    private void addFolder(Path folder) throws IOException {
        int before = places;
        Set<FileVisitOption> links = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
        Files.walkFileTree(folder, links, Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!Files.exists(directory.resolve("oci-layout"))) {
                    return FileVisitResult.CONTINUE;
                }
                places++;
                try {
                    addLayout(directory);
                } catch (IOException e) {
                    addUnreadable(LAYOUT + directory, e);
                }
                return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (ARCHIVE.matcher(file.getFileName().toString()).matches()) {
                    addArchive(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                if (!(e instanceof FileSystemLoopException)) { // the folder that a link leads back to is listed
                    places++;
                    addUnreadable(file.toString(), e);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (places == before) {
            throw new IOException("there is no layout and no archive in it");
        }
    }

    private void addArchive(Path file) {
        places++;
        try {
            addOciArchive(file);
        } catch (IOException e) {
            try {
                addDockerArchive(file);
            } catch (IOException ofDocker) {
                addUnreadable(file.toString(), e);
            }
        }
    }

    private void addLayout(Path path) throws IOException {
        Path folder = spelled(path);
        addEntries(LAYOUT + folder, OciLayout.open(folder));
    }

    private void addOciArchive(Path path) throws IOException {
        Path file = spelled(path);
        try (OciLayout layout = registries.archives().openLayout(file)) {
            addEntries(OCI_ARCHIVE + file, layout);
        }
    }

    /** An entry is named by its name if no other has it, and otherwise by its digest. */
    private void addEntries(String origin, OciLayout layout) throws IOException {
        List<Descriptor> entries = layout.index().manifests();
        Map<String, Digest> byName = new HashMap<>();
        List<String> ambiguous = new ArrayList<>();
        for (Descriptor entry : entries) {
            Digest other = byName.putIfAbsent(name(entry), entry.digest());
            if (other != null && !other.equals(entry.digest())) {
                ambiguous.add(name(entry));
            }
        }
        Collections.sort(ambiguous);
        for (Descriptor entry : entries) {
            String name = name(entry);
            boolean isNamed = !name.isEmpty() && Collections.binarySearch(ambiguous, name) < 0;
            // What refers to an image has neither a name nor, mostly, a listed type.
            boolean isMarked = name.isEmpty()
                    || ATTACHED.matcher(name).matches()
                    || entry.artifactType().isPresent();
            addListed(origin + (isNamed ? ":" + name : "@" + entry.digest()), origin, isMarked);
        }
        if (entries.isEmpty()) {
            throw new IOException("it has no image");
        }
    }

    private static String name(Descriptor entry) {
        return entry.annotations().getOrDefault(REF_NAME, "");
    }

    private void addDockerArchive(Path path) throws IOException {
        Path file = spelled(path);
        String origin = DOCKER_ARCHIVE + file;
        try (DockerArchive archive = registries.archives().openDocker(file)) {
            int position = 0;
            while (archive.image(position).isPresent()) {
                addListed(origin + ":@" + position, origin, false);
                position++;
            }
            if (position == 0) {
                throw new IOException("it has no image");
            }
        }
    }
}
