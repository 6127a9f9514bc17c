package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.hardening.source.SubjectKind;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files and folders that {@code tallyclerk audit} is given without an option, and what they are. */
final class AuditFiles {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();
    private static final int MAX_FILES = 20_000;
    private static final int MAX_NAMED = 8;
    private static final String STANDARD_INPUT = "standard input";

    /** The folders of version control, which have copies of everything. */
    private static final Set<String> SKIPPED_FOLDERS = Set.of(".git", ".hg", ".svn");

    private final SubjectFinder finder;
    private final SubjectFinder projects;
    private final List<SourceDocument> documents = new ArrayList<>();
    private final List<Path> roots = new ArrayList<>();
    private final Map<String, String> unaudited = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private List<SubjectFile> files = List.of();

    /** {@code projects} finds out about files that are one project. */
    AuditFiles(SubjectFinder finder, SubjectFinder projects) {
        this.finder = finder;
        this.projects = projects;
        allow(Path.of(""));
    }

    /** Allows documents to name files in a folder. */
    void allow(Path folder) {
        roots.add(folder.toAbsolutePath().normalize());
    }

    private void allowBeside(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder != null) {
            roots.add(folder);
        }
    }

    /**
     * Takes what the user named: files, folders, and {@code -} for standard input.
     *
     * @param project the files that are one project
     */
    void take(List<String> names, List<Path> project, InputStream in) throws IOException {
        boolean isOne = names.size() == 1 && project.isEmpty();
        for (String name : names) {
            if (name.equals(AuditSubjects.STANDARD_INPUT)) {
                takeNamed(SourceDocument.of(STANDARD_INPUT, InputFile.read(STANDARD_INPUT, in, MAX_BYTES)), isOne);
            } else if (Files.isDirectory(Path.of(name))) {
                allow(Path.of(name));
                takeFolder(Path.of(name));
            } else {
                byte[] content = read(name);
                allowBeside(Path.of(name));
                takeNamed(SourceDocument.of(shown(Path.of(name)), content), isOne);
            }
        }
        SourceContext context = SourceContext.create().withFiles(this::beside).withFolders(this::names);
        List<SourceDocument> ofProject = new ArrayList<>();
        for (Path file : project) {
            allowBeside(file);
            ofProject.add(SourceDocument.of(shown(file), InputFile.read(file, MAX_BYTES)));
        }
        List<SubjectFile> all = new ArrayList<>(projects.read(ofProject, context));
        all.addAll(finder.read(documents, context));
        files = List.copyOf(all);
        for (SubjectFile file : files) {
            file.failure().ifPresent(failure -> failures.add(failure.reason() + ": " + Messages.of(failure)));
        }
        if ((isOne || names.isEmpty()) && files.size() == 1 && !failures.isEmpty()) {
            throw new IOException(failures.get(0));
        }
        if (files.isEmpty() && failures.isEmpty()) {
            String layout = names.stream()
                    .filter(name -> Files.exists(Path.of(name, "oci-layout")))
                    .findFirst()
                    .map(name -> "; for the image in the layout, give --image oci:" + name)
                    .orElse("");
            throw new IOException(
                    "no file to audit in " + String.join(", ", names) + ": audit knows " + known() + layout);
        }
    }

    /** Reads a file; a name such as {@code oci:DIR} that is none is probably that of an image. */
    private static byte[] read(String name) throws IOException {
        try {
            return InputFile.read(Path.of(name), MAX_BYTES);
        } catch (NoSuchFileException e) {
            if (name.indexOf(':') < 0) {
                throw e;
            }
            throw new IOException("no such file: " + name + "; for an image, give --image " + name, e);
        }
    }

    private static String shown(Path path) {
        return path.toString().replace('\\', '/');
    }

    /** A file that is named must be audited; one that is not known is an error. */
    private void takeNamed(SourceDocument document, boolean isOne) throws IOException {
        if (finder.kindOf(document).isPresent()) {
            documents.add(document);
            return;
        }
        String problem = document.name() + ": unknown kind of file; audit knows " + known()
                + InputGuess.ofDocument(document.content());
        if (isOne) {
            throw new IOException(problem);
        }
        failures.add(problem);
    }

    private String known() {
        return finder.kinds().stream().map(SubjectKind::title).distinct().collect(Collectors.joining(", "));
    }

    private void takeFolder(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                Path name = entered.getFileName();
                boolean isSkipped = name != null && SKIPPED_FOLDERS.contains(name.toString());
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
        for (Path file : found) {
            takeFound(file);
        }
    }

    private void takeFound(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            unaudited.put(shown(file), Files.isSymbolicLink(file) ? "symbolic link" : "no regular file");
        } else if (Files.size(file) > MAX_BYTES) {
            unaudited.put(shown(file), "longer than " + MAX_BYTES + " bytes");
        } else {
            SourceDocument document = SourceDocument.of(shown(file), InputFile.read(file, MAX_BYTES));
            if (finder.kindOf(document).isPresent()) {
                documents.add(document);
            } else {
                unaudited.put(document.name(), "unknown kind of file");
            }
        }
    }

    /**
     * {@return the file that a document names, unless it is a link, or is neither in the working folder nor in the
     * folder of something that the user named}
     */
    private Optional<SourceDocument> beside(String name) {
        try {
            Path file = Path.of(name);
            if (!isAllowed(file) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            return Optional.of(SourceDocument.of(shown(file.normalize()), InputFile.read(file, MAX_BYTES)));
        } catch (InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isAllowed(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        for (Path root : roots) {
            // A folder on the way may be a link out of the root.
            if (absolute.startsWith(root)
                    && Files.exists(absolute)
                    && absolute.toRealPath().startsWith(root.toRealPath())) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the names in a folder that a document names; none if it does not exist, empty if it may not be read, or
     * is neither in the working folder nor in the folder of something that the user named}
     */
    private Optional<List<String>> names(String name) {
        try {
            Path folder = Path.of(name).normalize();
            Path absolute = folder.toAbsolutePath();
            if (Files.exists(absolute) ? !isAllowed(folder) : roots.stream().noneMatch(absolute::startsWith)) {
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

    /** {@return the documents of a kind that are read together with what the options name} */
    private List<SourceDocument> ofKind(String kind) {
        return files.stream()
                .filter(file -> file.kind().filter(kind::equals).isPresent()
                        && file.failure().isEmpty())
                .map(SubjectFile::document)
                .toList();
    }

    List<SourceDocument> containers() {
        return ofKind(ContainerSubject.KIND);
    }

    List<SourceDocument> seccompProfiles() {
        return ofKind(SeccompSubject.KIND);
    }

    /** {@return all other subjects} */
    List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        for (SubjectFile file : files) {
            String kind = file.kind().orElse("");
            if (!kind.equals(ContainerSubject.KIND) && !kind.equals(SeccompSubject.KIND)) {
                subjects.addAll(file.subjects());
            }
        }
        return subjects;
    }

    /** {@return what could not be read, although it was named or recognised} */
    List<String> failures() {
        return failures;
    }

    boolean isEmpty() {
        return files.isEmpty() && unaudited.isEmpty();
    }

    /** Lists what each file was taken for, and which of them no rule of the report is about. */
    void print(AuditReport report, PrintStream out, TextStyle style) {
        Set<SubjectRef> judged =
                report.findings().stream().map(Finding::subject).collect(Collectors.toSet());
        out.println(style.bold("Files"));
        for (SubjectFile file : files) {
            List<String> parts = new ArrayList<>();
            int count = file.subjects().size();
            if (file.failure().isPresent()) {
                parts.add(style.red("cannot be read"));
            } else if (count != 1) {
                parts.add(count == 0 ? "nothing to audit" : count + " subjects");
            }
            parts.addAll(file.notes());
            // Containers may be judged under another name.
            boolean isIdle = count > 0
                    && !file.kind().filter(ContainerSubject.KIND::equals).isPresent()
                    && file.subjects().stream().map(Subject::ref).noneMatch(judged::contains);
            if (isIdle) {
                parts.add("no rule of the profile " + report.policy().profile() + " is about "
                        + (count == 1 ? "it" : "them"));
            }
            out.println("  " + Quoted.printable(file.document().name()) + ": "
                    + file.title().orElse("unknown")
                    + (parts.isEmpty() ? "" : "; " + String.join("; ", parts)));
        }
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        unaudited.forEach((name, reason) ->
                byReason.computeIfAbsent(reason, key -> new ArrayList<>()).add(name));
        byReason.forEach((reason, names) -> out.println("  not audited, " + reason + ": "
                + names.stream().limit(MAX_NAMED).map(Quoted::printable).collect(Collectors.joining(", "))
                + (names.size() > MAX_NAMED ? " and " + (names.size() - MAX_NAMED) + " more" : "")));
        out.println();
    }
}
