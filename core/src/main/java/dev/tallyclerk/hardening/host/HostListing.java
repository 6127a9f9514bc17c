package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of a host from a listing, which was taken there by a script or another program.
 *
 * <p>It is a JSON array with one object for each path; {@code docs/hosts.md} describes the members. A path that is not
 * listed is unknown, not absent. Immutable.
 */
public final class HostListing implements HostFiles {
    private static final String SOURCE = "host listing";
    private static final int OCTAL = 8;
    private static final long MAX_ID = 0xFFFF_FFFFL;

    /** The members by which a listing is recognised. */
    static final String PATH = "path";

    static final String EXISTS = "exists";
    static final String COMMAND = "command";

    private final NavigableMap<String, Listed> listed;
    private final Map<String, String> commands;

    private HostListing(NavigableMap<String, Listed> listed, Map<String, String> commands) {
        this.listed = listed;
        this.commands = commands;
    }

    /** One path. An entry that is null does not exist, unless there is an error. */
    @SuppressWarnings("ArrayRecordComponent") // private, and never compared
    private record Listed(
            @Nullable HostEntry entry,
            String error,
            byte @Nullable [] content,
            String contentError,
            @Nullable List<String> names,
            String namesError) {
        static Listed file(HostEntry entry, byte[] content) {
            return new Listed(entry, "", content, "", null, "");
        }

        static Listed error(String error) {
            return new Listed(null, error, null, "", null, "");
        }
    }

    /**
     * {@return a listing}
     *
     * @param document the JSON document
     * @param limits the limits on it
     * @throws MalformedSubjectException if it is not such a list, names a path twice or exceeds a limit
     */
    public static HostListing parse(byte[] document, SubjectLimits limits) throws MalformedSubjectException {
        JsonCursor root = SubjectJson.parse(SOURCE, document, limits);
        TreeMap<String, Listed> listed = new TreeMap<>();
        Map<String, String> commands = new HashMap<>();
        try {
            for (JsonCursor element : root.elements()) {
                Optional<JsonCursor> command = element.member(COMMAND);
                if (command.isPresent()) {
                    Optional<byte[]> output = content(element);
                    if (output.isPresent()) {
                        commands.put(command.get().string(), new String(output.get(), StandardCharsets.UTF_8));
                    }
                    continue;
                }
                JsonCursor path = element.required(PATH);
                if (listed.put(normal(path), listed(element)) != null) {
                    throw path.badValue("the path is listed twice");
                }
            }
        } catch (JsonException e) {
            throw SubjectJson.malformed(SOURCE, e);
        }
        return new HostListing(listed, commands);
    }

    private static String normal(JsonCursor path) throws JsonException {
        String text = path.string();
        String normal = text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        boolean isNormal = normal.startsWith("/")
                && !normal.contains("//")
                && !("/" + normal + "/").contains("/../")
                && !(normal + "/").contains("/./");
        if (!isNormal) {
            throw path.badValue("not an absolute path without . and ..");
        }
        return normal;
    }

    private static Listed listed(JsonCursor element) throws JsonException {
        Optional<JsonCursor> error = element.member("error");
        if (error.isPresent()) {
            return Listed.error(error.get().string());
        }
        if (!element.required(EXISTS).bool()) {
            return new Listed(null, "", null, "", null, "");
        }
        Optional<JsonCursor> names = element.member("names");
        return new Listed(
                entry(element),
                "",
                content(element).orElse(null),
                text(element, "contentError").orElse(""),
                names.isPresent() ? names.get().strings() : null,
                text(element, "namesError").orElse(""));
    }

    private static HostEntry entry(JsonCursor element) throws JsonException {
        Optional<String> name = text(element, "type");
        HostEntry.Type type = type(name.orElse("file"));
        Optional<JsonCursor> mode = element.member("mode");
        Optional<String> target = type == HostEntry.Type.LINK
                ? Optional.of(element.required("target").string())
                : Optional.empty();
        return new HostEntry(
                type,
                mode.isPresent() ? OptionalInt.of(octal(mode.get())) : OptionalInt.empty(),
                number(element, "uid"),
                number(element, "gid"),
                text(element, "user"),
                text(element, "group"),
                target);
    }

    private static HostEntry.Type type(String name) {
        return switch (name) {
            case "file" -> HostEntry.Type.FILE;
            case "dir" -> HostEntry.Type.FOLDER;
            case "link" -> HostEntry.Type.LINK;
            case "socket" -> HostEntry.Type.SOCKET;
            default -> HostEntry.Type.OTHER;
        };
    }

    private static int octal(JsonCursor mode) throws JsonException {
        String digits = mode.string();
        if (!digits.matches("[0-7]{1,5}") || Integer.parseInt(digits, OCTAL) > 07777) {
            throw mode.badValue("not an octal mode such as \"644\"");
        }
        return Integer.parseInt(digits, OCTAL);
    }

    private static OptionalLong number(JsonCursor element, String member) throws JsonException {
        Optional<JsonCursor> found = element.member(member);
        return found.isPresent() ? OptionalLong.of(found.get().integer(0, MAX_ID)) : OptionalLong.empty();
    }

    private static Optional<String> text(JsonCursor element, String member) throws JsonException {
        Optional<JsonCursor> found = element.member(member);
        return found.isPresent() ? Optional.of(found.get().string()) : Optional.empty();
    }

    private static Optional<byte[]> content(JsonCursor element) throws JsonException {
        Optional<JsonCursor> hex = element.member("hex");
        if (hex.isPresent()) {
            try {
                return Optional.of(HexFormat.of().parseHex(hex.get().string()));
            } catch (IllegalArgumentException e) {
                throw hex.get().badValue("not pairs of hexadecimal digits");
            }
        }
        return text(element, "text").map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@return this listing with the contents of a file that was recorded beside it}
     *
     * <p>Mode and owner stay as listed; they are unknown if the path is not listed.
     *
     * @param path the absolute path on the host
     * @param content the bytes
     */
    public HostListing withContent(String path, byte[] content) {
        TreeMap<String, Listed> more = new TreeMap<>(listed);
        Listed old = more.get(path);
        HostEntry entry = old == null || old.entry() == null ? HostEntry.of(HostEntry.Type.FILE) : old.entry();
        more.put(path, Listed.file(entry, content.clone()));
        return new HostListing(more, commands);
    }

    /**
     * Starts a host of this listing, with the loaded audit rules if the listing has the output of {@code auditctl -l}.
     *
     * @param name the name for people
     * @return a builder without other required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public HostSubject.Builder host(String name) {
        HostSubject.Builder builder = HostSubject.builder(name, this);
        String rules = commands.get("auditctl -l");
        return rules == null ? builder : builder.auditRules(rules);
    }

    @Override
    public HostAnswer<HostEntry> entry(String path) {
        Listed found = listed.get(path);
        if (found != null) {
            HostEntry entry = found.entry();
            if (!found.error().isEmpty()) {
                return error(found.error());
            }
            return entry == null ? HostAnswer.absent() : HostAnswer.found(entry);
        }
        return isAbove(path) ? HostAnswer.found(HostEntry.of(HostEntry.Type.FOLDER)) : missing(path);
    }

    /** A folder above a listed path must exist for the path to be looked up, or does not matter. */
    private boolean isAbove(String path) {
        String folder = path.equals("/") ? path : path + "/";
        String next = listed.ceilingKey(folder);
        return next != null && next.startsWith(folder);
    }

    /** A name that is not among those of its listed folder does not exist. */
    private HostAnswer<HostEntry> missing(String path) {
        int slash = path.lastIndexOf('/');
        Listed parent = listed.get(slash <= 0 ? "/" : path.substring(0, slash));
        List<String> names = parent == null ? null : parent.names();
        boolean isAbsent = names != null && !names.contains(path.substring(slash + 1));
        return isAbsent ? HostAnswer.absent() : HostAnswer.notCovered();
    }

    private static <T> HostAnswer<T> error(String error) {
        return error.equals("denied") ? HostAnswer.denied() : HostAnswer.failed(error);
    }

    @Override
    public HostAnswer<List<String>> names(String folder) {
        Listed found = listed.get(folder);
        if (found != null && !(found.error() + found.namesError()).isEmpty()) {
            return error(found.error().isEmpty() ? found.namesError() : found.error());
        }
        List<String> listedNames = found == null ? null : found.names();
        if (listedNames != null) {
            return HostAnswer.found(listedNames);
        }
        String above = folder.equals("/") ? folder : folder + "/";
        TreeSet<String> names = new TreeSet<>();
        for (Map.Entry<String, Listed> path : listed.tailMap(above, false).entrySet()) {
            if (!path.getKey().startsWith(above)) {
                break;
            }
            String rest = path.getKey().substring(above.length());
            boolean isThere =
                    path.getValue().entry() != null || !path.getValue().error().isEmpty();
            if (isThere) {
                names.add(rest.substring(0, rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/')));
            }
        }
        return names.isEmpty() ? HostAnswer.notCovered() : HostAnswer.found(new ArrayList<>(names));
    }

    @Override
    public HostAnswer<byte[]> content(String path, int maxBytes) {
        Listed found = listed.get(path);
        if (found == null) {
            return HostAnswer.notCovered();
        }
        if (!(found.error() + found.contentError()).isEmpty()) {
            return error(found.error().isEmpty() ? found.contentError() : found.error());
        }
        byte[] content = found.content();
        if (content == null) {
            return HostAnswer.notCovered();
        }
        return content.length > maxBytes
                ? HostAnswer.failed("longer than " + maxBytes + " bytes")
                : HostAnswer.found(content.clone());
    }
}
