package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.text.Quoted;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that the subjects of a report were read from, so that findings lead to their lines.
 *
 * <p>A finding in a text that people write, such as a Dockerfile, names its own file and needs no entry here.
 * Immutable.
 */
public final class SourceFiles {
    private static final SourceFiles NONE = new SourceFiles(Map.of(), null);

    private final Map<SubjectRef, Map<String, SourceFile>> files;
    private final @Nullable SourceFile others;

    private SourceFiles(Map<SubjectRef, Map<String, SourceFile>> files, @Nullable SourceFile others) {
        this.files = files;
        this.others = others;
    }

    /** {@return no files} */
    public static SourceFiles none() {
        return NONE;
    }

    /**
     * {@return the files of many subjects}
     *
     * @param files by subject, the file of each of its documents; the empty name stands for all others
     */
    public static SourceFiles of(Map<SubjectRef, Map<String, SourceFile>> files) {
        Map<SubjectRef, Map<String, SourceFile>> all = new HashMap<>();
        files.forEach((subject, own) -> all.put(subject, Map.copyOf(own)));
        return new SourceFiles(Map.copyOf(all), null);
    }

    /**
     * {@return these files and the file that a subject was read from}
     *
     * @param subject the subject
     * @param file the file, which has all documents of the subject that have no other file
     */
    public SourceFiles withFile(SubjectRef subject, SourceFile file) {
        return withFile(subject, "", file);
    }

    /**
     * {@return these files and the file of one document of a subject}
     *
     * @param subject the subject
     * @param document the source in the locations of findings, for example {@code daemon.json}
     * @param file the file
     */
    public SourceFiles withFile(SubjectRef subject, String document, SourceFile file) {
        Map<SubjectRef, Map<String, SourceFile>> all = new HashMap<>(files);
        Map<String, SourceFile> own = new HashMap<>(all.getOrDefault(subject, Map.of()));
        own.put(document, Objects.requireNonNull(file, "file"));
        all.put(subject, Map.copyOf(own));
        return new SourceFiles(Map.copyOf(all), others);
    }

    /**
     * {@return these files, with one for the findings about subjects that come from no file}
     *
     * <p>Findings about an image may lead to the file that names the image, such as the build file of a project: hosts
     * hide findings in files that the repository does not have.
     *
     * @param otherFile the file of all subjects without an own one; findings lead to its first line
     */
    public SourceFiles withOtherFile(SourceFile otherFile) {
        return new SourceFiles(files, Objects.requireNonNull(otherFile, "otherFile"));
    }

    /**
     * Where a finding is.
     *
     * @param path the path of the file as the reader of a report knows it; of a subject without a file, its kind, name
     *     and document, encoded like a URI
     * @param uri the same as a URI reference
     * @param line the first line, from 1
     * @param region the stretch of text, if it is known
     * @param location the location within the subject, if there is one
     * @param isFile whether the path is one of a file
     */
    record Place(
            String path,
            String uri,
            int line,
            Optional<Location.Region> region,
            Optional<Location> location,
            boolean isFile) {
        /** {@return the last line of the stretch of text, or the only line} */
        int lastLine() {
            return region.map(text ->
                            text.endColumn() == 1 && text.endLine() > text.line() ? text.endLine() - 1 : text.endLine())
                    .orElse(line);
        }
    }

    /** {@return where a finding is: at its problem, or else where the first missing value would be} */
    Place place(Finding finding) {
        SubjectRef subject = finding.subject();
        Optional<Location> location = finding.problem()
                .map(Problem::at)
                .or(() -> finding.missing().stream()
                        .flatMap(missing -> missing.at().stream())
                        .findFirst());
        Optional<Location.Region> region =
                location.filter(Location.Region.class::isInstance).map(Location.Region.class::cast);
        Optional<SourceFile> file = file(subject, location);
        int stated = location.<Integer>map(at -> at.fold(
                        pointer -> 1, Location.Line::line, Location.Region::line, history -> 1, layer -> 1, whole -> 1))
                .orElse(1);
        if (file.isPresent()) {
            int line =
                    region.isPresent() ? stated : location.map(file.get()::line).orElseGet(file.get()::firstLine);
            return new Place(plain(file.get().path()), file.get().uri(), line, region, location, true);
        }
        if (region.isPresent()) {
            String source = region.get().source();
            return new Place(plain(source), SourceFile.uri(source), stated, region, location, true);
        }
        SourceFile other = others;
        if (other != null) {
            return new Place(plain(other.path()), other.uri(), other.firstLine(), Optional.empty(), location, true);
        }
        String name = subject.kind()
                + '/'
                + encoded(subject.name())
                + location.map(SourceFiles::document).orElse("");
        return new Place(name, name, stated, Optional.empty(), location, false);
    }

    /** {@return the file for what belongs to no subject, if there is one} */
    Optional<String> otherPath() {
        return Optional.ofNullable(others).map(file -> plain(file.path()));
    }

    private Optional<SourceFile> file(SubjectRef subject, Optional<Location> place) {
        Map<String, SourceFile> own = files.getOrDefault(subject, Map.of());
        String document = place.map(SourceFiles::source).orElse("");
        return Optional.ofNullable(own.getOrDefault(document, own.get("")));
    }

    private static String source(Location place) {
        return place.fold(
                Location.Pointer::source,
                Location.Line::source,
                Location.Region::source,
                history -> "",
                layerEntry -> "",
                Location.Whole::source);
    }

    private static String document(Location place) {
        return place.fold(
                pointer -> '/' + encoded(pointer.source()),
                line -> '/' + encoded(line.source()),
                region -> '/' + encoded(region.source()),
                history -> "/history",
                layerEntry -> "/layers/" + layerEntry.layer() + '/' + encoded(layerEntry.path()),
                whole -> '/' + encoded(whole.source()));
    }

    /** {@return {@code text} as one segment of a URI path} */
    static String encoded(String text) {
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        // A segment of dots would be resolved as a relative path.
        return form.equals(".") || form.equals("..") ? form.replace(".", "%2E") : form;
    }

    /**
     * {@return a path with slashes, on one line, without a dot at its start: hosts compare it with names in a commit}
     */
    private static String plain(String path) {
        String slashes = Quoted.printable(path.replace('\\', '/'));
        while (slashes.startsWith("./")) {
            slashes = slashes.substring(2);
        }
        return slashes;
    }
}
