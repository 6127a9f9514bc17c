package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.dockerfile.DockerfileKind;
import dev.tallyclerk.hardening.kubernetes.KubernetesKind;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Dockerfiles, Compose files and Kubernetes manifests of a build, by their paths below its root. */
final class AuditedFiles {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();
    private static final int MAX_FILES = 20_000;
    private static final int MAX_NAMED = 8;

    /** The folders of version control, which have copies of everything. */
    private static final Set<String> VERSION_CONTROL = Set.of(".git", ".hg", ".svn");

    private final Path root;
    private final SubjectFinder finder;
    /** By name, because a link may lead to a folder that is named too. */
    private final Map<String, SourceDocument> documents = new LinkedHashMap<>();

    private final List<String> skipped = new ArrayList<>();

    /**
     * @param root the root of the build; documents can name other files below it
     * @param environment the variables of Compose files
     */
    AuditedFiles(Path root, Map<String, String> environment) {
        this.root = root.toAbsolutePath().normalize();
        List<SubjectKind> kinds =
                new ArrayList<>(SubjectKind.installed(Objects.requireNonNull(AuditedFiles.class.getClassLoader())));
        kinds.addAll(List.of(
                KubernetesKind.create(),
                DockerfileKind.create(),
                ComposeKind.create().withEnvironment(environment)));
        this.finder = SubjectFinder.of(kinds);
    }

    /**
     * Adds a file, or all files of known kinds in a folder.
     *
     * @throws IOException if it does not exist, cannot be read, is a file of no known kind, or a folder without a file
     *     of a known kind
     */
    void add(Path named) throws IOException {
        if (!Files.isDirectory(named)) {
            SourceDocument document = document(named);
            if (!addIfKnown(document)) {
                throw new IOException(document.name() + ": unknown kind of file; known are " + known());
            }
        } else if (!addFolder(named)) {
            throw new IOException("no file to audit in " + name(absolute(named)) + ": known are " + known()
                    + notAudited().map(rest -> "; " + rest).orElse(""));
        }
    }

    private String known() {
        return finder.kinds().stream().map(SubjectKind::title).distinct().collect(Collectors.joining(", "));
    }

    /**
     * Adds a file, or the files of known kinds in a folder, if it has any.
     *
     * @throws IOException as {@link #add}, if it is no folder
     */
    void addIfAny(Path named) throws IOException {
        if (Files.isDirectory(named)) {
            addFolder(named);
        } else {
            add(named);
        }
    }

    /** {@return whether there is a file of a known kind} */
    private boolean addFolder(Path folder) throws IOException {
        boolean isAny = false;
        for (Path file : filesIn(target(absolute(folder)))) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                skipped.add(name(file) + (Files.isSymbolicLink(file) ? " (symbolic link)" : " (no regular file)"));
            } else if (Files.size(file) > MAX_BYTES) {
                skipped.add(name(file) + " (longer than " + MAX_BYTES + " bytes)");
            } else {
                isAny |= addIfKnown(document(file));
            }
        }
        return isAny;
    }

    private boolean addIfKnown(SourceDocument document) {
        boolean isKnown = finder.kindOf(document).isPresent();
        if (isKnown) {
            documents.put(document.name(), document);
        }
        return isKnown;
    }

    /** {@return the folder that a link stands for, by its path below the root if it is there} */
    private Path target(Path folder) throws IOException {
        if (!Files.isSymbolicLink(folder)) {
            return folder;
        }
        Path real = folder.toRealPath();
        Path realRoot = root.toRealPath();
        return real.startsWith(realRoot) ? root.resolve(realRoot.relativize(real)) : real;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                boolean isSkipped = VERSION_CONTROL.contains(String.valueOf(entered.getFileName()));
                return isSkipped && !entered.equals(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (found.size() == MAX_FILES) {
                    throw new IOException(folder + " has more than " + MAX_FILES + " files; name the ones to audit");
                }
                found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    /** {@return which files in the folders were not looked at, for people; empty if all were} */
    Optional<String> notAudited() {
        if (skipped.isEmpty()) {
            return Optional.empty();
        }
        String some = skipped.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        int more = skipped.size() - MAX_NAMED;
        return Optional.of("not audited: " + some + (more > 0 ? " and " + more + " more" : ""));
    }

    boolean isEmpty() {
        return documents.isEmpty();
    }

    int size() {
        return documents.size();
    }

    /**
     * {@return what the files have to audit}
     *
     * @throws IOException if one of them is malformed, or names a file that cannot be read
     */
    List<Subject> subjects() throws IOException {
        SourceContext context = SourceContext.create().withFiles(this::file).withFolders(this::names);
        List<SubjectFile> files;
        try {
            files = finder.read(List.copyOf(documents.values()), context);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<Subject> subjects = new ArrayList<>();
        for (SubjectFile file : files) {
            if (file.failure().isPresent()) {
                throw new IOException(
                        file.document().name() + ": " + file.failure().get().getMessage(),
                        file.failure().get());
            }
            subjects.addAll(file.subjects());
        }
        return subjects;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private String name(Path absolute) {
        return (absolute.startsWith(root) ? root.relativize(absolute) : absolute)
                .toString()
                .replace('\\', '/');
    }

    private SourceDocument document(Path file) throws IOException {
        Path absolute = absolute(file);
        String name = name(absolute);
        try (InputStream in = Files.newInputStream(absolute)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(name + " is longer than " + MAX_BYTES + " bytes");
            }
            return SourceDocument.of(name, content);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file or folder: " + name, e);
        }
    }

    /** {@return the file that a document names, unless it is a link or outside of the root} */
    private Optional<SourceDocument> file(String name) {
        try {
            Path file = root.resolve(name).normalize();
            return isBelowRoot(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(document(file))
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the names in a folder; none if it does not exist, empty if it cannot be read or is outside of the root}
     */
    private Optional<List<String>> names(String name) {
        try {
            Path folder = root.resolve(name).normalize();
            if (Files.exists(folder) ? !isBelowRoot(folder) : !folder.startsWith(root)) {
                return Optional.empty();
            }
            try (Stream<Path> entries = Files.list(folder)) {
                List<String> names = entries.limit(MAX_FILES)
                        .map(entry -> String.valueOf(entry.getFileName()))
                        .toList();
                return names.size() == MAX_FILES ? Optional.empty() : Optional.of(names);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.of(List.of());
        } catch (InvalidPathException | IOException e) {
            return Optional.empty();
        }
    }

    private boolean isBelowRoot(Path file) throws IOException {
        // A folder on the way may be a link out of the root.
        return file.startsWith(root) && Files.exists(file) && file.toRealPath().startsWith(root.toRealPath());
    }
}
