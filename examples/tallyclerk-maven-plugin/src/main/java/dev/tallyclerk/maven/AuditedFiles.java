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
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Dockerfiles, Compose files and Kubernetes manifests of a build, by their paths below its root. */
final class AuditedFiles {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();
    private static final int MAX_FILES = 20_000;

    private final Path root;
    private final SubjectFinder finder;
    private final List<SourceDocument> documents = new ArrayList<>();

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
     * @throws IOException if it does not exist, cannot be read, or is a file of no known kind
     */
    void add(Path named) throws IOException {
        if (!Files.isDirectory(named)) {
            SourceDocument document = document(named);
            if (finder.kindOf(document).isEmpty()) {
                throw new IOException(document.name() + ": unknown kind of file; known are "
                        + finder.kinds().stream()
                                .map(SubjectKind::title)
                                .distinct()
                                .collect(Collectors.joining(", ")));
            }
            documents.add(document);
            return;
        }
        for (Path file : filesIn(named)) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_BYTES) {
                SourceDocument document = document(file);
                if (finder.kindOf(document).isPresent()) {
                    documents.add(document);
                }
            }
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.limit(MAX_FILES + 1L).sorted().toList();
            if (files.size() > MAX_FILES) {
                throw new IOException(folder + " has more than " + MAX_FILES + " files; name the ones to audit");
            }
            return files;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
     * @throws IOException if one of them is malformed
     */
    List<Subject> subjects() throws IOException {
        SourceContext context = SourceContext.create().withFiles(this::file).withFolders(this::names);
        List<Subject> subjects = new ArrayList<>();
        for (SubjectFile file : finder.read(documents, context)) {
            if (file.failure().isPresent()) {
                throw new IOException(
                        file.document().name() + ": " + file.failure().get().getMessage(),
                        file.failure().get());
            }
            subjects.addAll(file.subjects());
        }
        return subjects;
    }

    private SourceDocument document(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        String name = (absolute.startsWith(root) ? root.relativize(absolute) : absolute)
                .toString()
                .replace('\\', '/');
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
