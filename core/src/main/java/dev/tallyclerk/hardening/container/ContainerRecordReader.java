package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.internal.reader.ImageDocument;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.ContainerFileChange.Kind;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.Members;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads what engines report about a container besides its inspection.
 *
 * <p>Documents are in UTF-8, or in UTF-16 with a byte order mark. Immutable.
 */
public final class ContainerRecordReader {
    /** The kinds of ContainerChanges, by number. */
    private static final List<Kind> API_KINDS = List.of(Kind.MODIFIED, Kind.ADDED, Kind.DELETED);

    private final SubjectLimits limits;

    private ContainerRecordReader(SubjectLimits limits) {
        this.limits = limits;
    }

    /** {@return a reader with the limits of {@link SubjectLimits#defaults}} */
    public static ContainerRecordReader create() {
        return new ContainerRecordReader(SubjectLimits.defaults());
    }

    /**
     * {@return this reader with other limits}
     *
     * @param limits the limits on each document
     */
    public ContainerRecordReader withLimits(SubjectLimits limits) {
        return new ContainerRecordReader(Objects.requireNonNull(limits, "limits"));
    }

    /**
     * {@return the files that differ from the image}
     *
     * @param document the output of {@code docker diff} or {@code podman diff}, as lines or JSON, or the Engine API's
     *     ContainerChanges. File names may contain line breaks, which the output does not escape: a line that does not
     *     begin with a letter may continue the path before it, and then the path is included with and without it
     * @throws MalformedSubjectException if it is none of these, or exceeds a limit
     */
    public List<ContainerFileChange> changes(byte[] document) throws MalformedSubjectException {
        byte[] text = MarkedText.withoutMark("diff", document, limits);
        if (isJson(text)) {
            return json("diff", text, ContainerRecordReader::changes);
        }
        List<ContainerFileChange> changes = new ArrayList<>();
        Optional<Kind> open = Optional.empty();
        StringBuilder path = new StringBuilder();
        for (String line : lines("diff", text)) {
            boolean isChange = line.length() > 2 && line.charAt(1) == ' ';
            Optional<Kind> kind = isChange ? kind(line.charAt(0)) : Optional.empty();
            if (kind.isPresent()) {
                open.ifPresent(before -> changes.add(new ContainerFileChange(before, path.toString())));
                open = kind;
                path.setLength(0);
                path.append(line, 2, line.length());
            } else if (open.isPresent()) {
                if (path.indexOf("\n") < 0) {
                    changes.add(new ContainerFileChange(open.get(), path.toString()));
                }
                path.append('\n').append(line);
            } else {
                throw bad("diff", "line 1 is not A, C or D followed by a path");
            }
        }
        open.ifPresent(last -> changes.add(new ContainerFileChange(last, path.toString())));
        return List.copyOf(changes);
    }

    private static List<ContainerFileChange> changes(JsonCursor root) throws JsonException {
        if (root.value() instanceof JsonArray) {
            return Members.each(
                    root.elements(),
                    element -> new ContainerFileChange(
                            API_KINDS.get((int) element.required("Kind").integer(0, 2)),
                            element.required("Path").string()));
        }
        List<ContainerFileChange> changes = new ArrayList<>();
        for (Kind kind : API_KINDS) {
            String member = kind == Kind.MODIFIED ? "changed" : kind == Kind.ADDED ? "added" : "deleted";
            root.strings(member).forEach(path -> changes.add(new ContainerFileChange(kind, path)));
        }
        return changes;
    }

    private static Optional<Kind> kind(char letter) {
        return switch (letter) {
            case 'C' -> Optional.of(Kind.MODIFIED);
            case 'A' -> Optional.of(Kind.ADDED);
            case 'D' -> Optional.of(Kind.DELETED);
            default -> Optional.empty();
        };
    }

    /**
     * {@return the executed commands}
     *
     * @param document one ExecInspect of the Engine API, or an array of them
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public List<ExecRecord> execs(byte[] document) throws MalformedSubjectException {
        return json(
                "exec",
                document,
                root -> Members.each(elements(root), element -> {
                    element.object();
                    JsonFacts facts = JsonFacts.of("exec", element);
                    return new ExecRecord(
                            Members.text(element, "ContainerID"),
                            facts.value(JsonCursor::bool, "ProcessConfig", "privileged"),
                            user(element, facts));
                }));
    }

    /** The Engine API omits the user if none was named. */
    private static Fact<String> user(JsonCursor record, JsonFacts facts) throws JsonException {
        Fact<String> user = facts.value(JsonCursor::string, "ProcessConfig", "user");
        boolean isAbsent =
                Facts.isAbsent(user) && record.optional("ProcessConfig").isPresent();
        return isAbsent ? facts.value(JsonCursor::object, "ProcessConfig").map(process -> "") : user;
    }

    /**
     * {@return the images on a host}
     *
     * @param document the Engine API's ImageList, or the output of {@code docker image inspect} or {@code podman image
     *     inspect}; only the latter two have {@link LocalImage#defaults}
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public List<LocalImage> images(byte[] document) throws MalformedSubjectException {
        return json(
                "images",
                document,
                root -> Members.each(elements(root), element -> {
                    LocalImage image = new LocalImage(
                            element.required("Id").string(),
                            element.strings("RepoTags"),
                            element.strings("RepoDigests"));
                    return ImageDocument.read(element)
                            .map(defaults -> new LocalImage(
                                    image.id(),
                                    image.repoTags(),
                                    image.repoDigests(),
                                    Fact.known(defaults, new Location.Whole("image"))))
                            .orElse(image);
                }));
    }

    /**
     * {@return the volumes on a host}
     *
     * @param document the Engine API's VolumeList, or the output of {@code docker volume inspect} or {@code podman
     *     volume inspect}
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public List<LocalVolume> volumes(byte[] document) throws MalformedSubjectException {
        return json("volumes", document, root -> {
            boolean isList = root.value() instanceof JsonArray;
            Optional<JsonCursor> listed = isList ? Optional.empty() : root.optional("Volumes");
            boolean isOne = !isList && root.optional("Name").isPresent();
            if (listed.isEmpty() && !isOne && !isList) {
                // Engines write null for a list without volumes.
                return root.member("Volumes").isPresent() ? List.of() : fail(root);
            }
            List<JsonCursor> all = listed.isPresent() ? listed.get().elements() : elements(root);
            return Members.each(all, volume -> {
                Optional<JsonCursor> options = volume.optional("Options");
                return new LocalVolume(
                        volume.required("Name").string(),
                        Members.text(volume, "Driver", "local"),
                        Members.text(volume, "Mountpoint"),
                        options.isPresent() ? options.get().stringMap() : Map.of());
            });
        });
    }

    private static List<LocalVolume> fail(JsonCursor root) throws JsonException {
        throw root.missing("Volumes");
    }

    /**
     * {@return the defaults of an image for its containers}
     *
     * @param document the output of {@code docker image inspect} or {@code podman image inspect} for one image, or the
     *     image's configuration, as {@code skopeo inspect --config} shows it
     * @throws MalformedSubjectException if it is not that, or exceeds a limit
     */
    public ImageDefaults imageDefaults(byte[] document) throws MalformedSubjectException {
        return json("image", document, root -> {
                    List<JsonCursor> elements = elements(root);
                    if (elements.size() != 1) {
                        throw root.badValue("must be one image, got " + elements.size());
                    }
                    JsonCursor image = elements.get(0);
                    image.object();
                    Optional<ImageDefaults> defaults = ImageDocument.read(image);
                    if (defaults.isEmpty()) {
                        throw image.missing("Config");
                    }
                    return List.of(defaults.get());
                })
                .get(0);
    }

    /**
     * {@return the command lines of the processes in a container}
     *
     * @param document the Engine API's ContainerTop, or the output of {@code ps} or {@code docker top} with its header
     *     line, in which the command is the last column
     * @throws MalformedSubjectException if it is neither, or exceeds a limit
     */
    public List<String> processes(byte[] document) throws MalformedSubjectException {
        byte[] text = MarkedText.withoutMark("processes", document, limits);
        if (isJson(text)) {
            return json(
                    "processes",
                    text,
                    root -> Members.each(root.required("Processes").elements(), row -> {
                        List<String> columns = row.strings();
                        if (columns.isEmpty()) {
                            throw row.badValue("a process has no columns");
                        }
                        return columns.get(columns.size() - 1);
                    }));
        }
        List<String> lines = lines("processes", text);
        List<String> titles =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).strip().split("\\s+", -1));
        boolean isTable = titles.contains("PID") && List.of("CMD", "COMMAND").contains(titles.get(titles.size() - 1));
        if (!isTable) {
            throw bad("processes", "the first line needs the titles PID and, as the last one, CMD or COMMAND");
        }
        return lines.stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+", titles.size()))
                .map(columns -> columns[columns.length - 1])
                .toList();
    }

    private interface Reading<T> {
        T read(JsonCursor root) throws JsonException;
    }

    private <T> List<T> json(String document, byte[] bytes, Reading<List<T>> reading) throws MalformedSubjectException {
        try {
            byte[] text = MarkedText.withoutMark(document, bytes, limits);
            return List.copyOf(reading.read(SubjectJson.parse(document, text, limits)));
        } catch (JsonException e) {
            throw SubjectJson.malformed(document, e);
        }
    }

    private static List<JsonCursor> elements(JsonCursor root) throws JsonException {
        return root.value() instanceof JsonArray ? root.elements() : List.of(root);
    }

    private static boolean isJson(byte[] document) {
        for (byte b : document) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '[' || b == '{';
            }
        }
        return false;
    }

    private List<String> lines(String document, byte[] bytes) throws MalformedSubjectException {
        if (bytes.length > limits.maxDocumentBytes()) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                    document,
                    "",
                    bytes.length + " bytes, " + limits.maxDocumentBytes() + " allowed");
        }
        return new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static MalformedSubjectException bad(String document, String message) {
        return new MalformedSubjectException(MalformedSubjectException.Reason.BAD_VALUE, document, "", message);
    }
}
